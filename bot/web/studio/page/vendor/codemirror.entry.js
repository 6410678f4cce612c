// What the studio's editor needs of CodeMirror, in one file.
export { EditorState, Compartment, StateEffect, StateField } from "@codemirror/state";
export {
  EditorView, keymap, lineNumbers, highlightActiveLine, highlightActiveLineGutter,
  highlightSpecialChars, drawSelection, dropCursor, rectangularSelection,
} from "@codemirror/view";
export {
  HighlightStyle, syntaxHighlighting, bracketMatching, foldGutter, foldKeymap, indentOnInput,
  indentUnit, syntaxTree,
} from "@codemirror/language";
export { yaml } from "@codemirror/lang-yaml";
export { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
export { search, searchKeymap, highlightSelectionMatches } from "@codemirror/search";
export { autocompletion, completionKeymap, startCompletion } from "@codemirror/autocomplete";
export { lintGutter, lintKeymap, setDiagnostics, nextDiagnostic, openLintPanel } from "@codemirror/lint";
export { tags } from "@lezer/highlight";
