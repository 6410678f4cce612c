// The YAML editor: CodeMirror in a shadow root, since there its styles obey a strict policy.

import { original } from "./elements.js";
import { isWarning } from "./files.js";
import { LANGUAGE, say } from "./say.js";
import * as cm from "./vendor/codemirror.js";

const { tags } = cm;

/** What CodeMirror itself says. */
const PHRASES = cm.EditorState.phrases.of({
  Find: say("Find"), Replace: say("Replace"), next: say("next"), previous: say("previous"), all: say("all"),
  "match case": say("match case"), "by word": say("by word"), regexp: say("regexp"), replace: say("replace"),
  "replace all": say("replace all"), close: say("close"), "current match": say("current match"), "on line": say("on line"),
  "replaced $ matches": say("replaced $ matches"), "replaced match on line $": say("replaced match on line $"),
  "Go to line": say("Go to line"), go: say("go"), "Fold line": say("Fold line"), "Unfold line": say("Unfold line"),
  "Folded lines": say("Folded lines"), "Unfolded lines": say("Unfolded lines"), to: say("to"),
  "folded code": say("folded code"), unfold: say("unfold"), Completions: say("Completions"), Diagnostics: say("Mistakes"),
  "No diagnostics": say("No mistakes"), "Selection deleted": say("Selection deleted"), "Control character": say("Control character"),
});

const COLOURS = cm.HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--code-key)", fontWeight: "600" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.string, tags.content], color: "var(--code-text)" },
  { tag: [tags.punctuation, tags.separator, tags.bracket], color: "var(--soft)" },
]);

const LOOK = cm.EditorView.theme({
  "&": { height: "100%", fontSize: "14px", color: "var(--ink)", backgroundColor: "var(--paper)" },
  ".cm-scroller": { fontFamily: "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--soft)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--active)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selected)" },
  ".cm-panels, .cm-completionInfo": { direction: LANGUAGE.direction },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent-strong)", color: "#fff" },
  ".cm-completionInfo": { maxWidth: "260px", whiteSpace: "normal" },
  ".cm-diagnostic": { maxWidth: "420px", whiteSpace: "normal" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--danger)" },
  ".cm-searchMatch": { backgroundColor: "var(--selected)" },
  ".cm-panel.cm-search": { padding: "6px 8px", paddingInlineEnd: "34px", fontSize: "14px" },
  ".cm-panel.cm-search :is(input, button, label)": { fontSize: "13px" },
  ".cm-panel.cm-search label": { display: "inline-flex", alignItems: "center", gap: "5px", minHeight: "26px", marginInlineEnd: "8px" },
  ".cm-panel.cm-search input[type=checkbox]": { width: "24px", height: "24px", margin: "0" },
  ".cm-textfield::placeholder": { color: "var(--soft)", opacity: "1" },
  ".cm-panel.cm-search [name=close]": { right: "auto", insetInlineEnd: "4px", top: "4px", minWidth: "26px", minHeight: "26px", color: "var(--ink)" },
  ".cm-textfield, .cm-button": { background: "var(--paper)", color: "var(--ink)", border: "1px solid var(--line)" },
});

/**
 * An editor in ``host``. ``onEdit(text)`` after every change a person makes, ``onLine(number)``
 * when the cursor comes to another line, ``onSave()`` on Ctrl-S.
 */
export class Editor {
  constructor(host, { complete, onEdit, onLine, onSave }) {
    host.dir = "ltr";
    this.root = host.attachShadow({ mode: "open" });
    this.quiet = false;
    let line = 0;
    const watch = cm.EditorView.updateListener.of((update) => {
      if (update.docChanged && !this.quiet) onEdit(update.state.doc.toString());
      const now = update.state.doc.lineAt(update.state.selection.main.head).number;
      if (now !== line) onLine((line = now));
    });
    const save = { key: "Mod-s", run: () => (onSave(), true) };
    this.extensions = [
      cm.lineNumbers(), cm.highlightActiveLine(), cm.highlightActiveLineGutter(), cm.history(),
      cm.foldGutter(), cm.drawSelection(), cm.indentOnInput(), cm.bracketMatching(), cm.search({ top: true }),
      cm.indentUnit.of("  "), cm.yaml(), cm.syntaxHighlighting(COLOURS), cm.lintGutter(), cm.EditorView.lineWrapping,
      cm.autocompletion({ override: [complete], icons: false }),
      cm.keymap.of([save, ...cm.completionKeymap, ...cm.lintKeymap, ...cm.searchKeymap, ...cm.historyKeymap, ...cm.foldKeymap, ...cm.defaultKeymap]),
      cm.EditorView.contentAttributes.of({ "aria-label": say("The conversation as YAML"), lang: "en", tabindex: "0", spellcheck: "true" }),
      watch, LOOK, PHRASES,
    ];
    this.view = new cm.EditorView({ parent: this.root, root: this.root, extensions: this.extensions });
  }

  get text() {
    return this.view.state.doc.toString();
  }

  /** Shows another file: its own history, no marks. */
  open(text) {
    this.quiet = true;
    this.view.setState(cm.EditorState.create({ doc: text, extensions: this.extensions }));
    this.quiet = false;
  }

  /** Puts another text in place of the present one, so that it can be undone. */
  replace(text) {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  /** Marks the checker's findings; lines and columns count from 1. */
  mark(findings) {
    const { doc } = this.view.state;
    const at = (line, column) => {
      const row = doc.line(Math.min(Math.max(line, 1), doc.lines));
      return Math.min(row.from + Math.max(column - 1, 0), row.to);
    };
    const marks = findings.map((each) => {
      const from = at(each.line, each.column);
      const row = doc.lineAt(from);
      const end = each.end_line ? at(each.end_line, each.end_column) : row.to;
      return { from, to: Math.max(Math.min(end, row.to), from), severity: isWarning(each) ? "warning" : "error", message: each.message, renderMessage: () => original(each.message) };
    });
    this.view.dispatch(cm.setDiagnostics(this.view.state, marks));
  }

  goTo(line, focus = true) {
    const { doc } = this.view.state;
    const { from } = doc.line(Math.min(Math.max(line, 1), doc.lines));
    this.view.dispatch({ selection: { anchor: from }, effects: cm.EditorView.scrollIntoView(from, { y: "start", yMargin: 60 }) });
    if (focus) this.view.focus();
  }
}
