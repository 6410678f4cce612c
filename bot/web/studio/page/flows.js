// The workbench: list, graph, editor and chat preview of the conversations.

import { post } from "./api.js";
import { completions } from "./completion.js";
import { Difference, downloadPatch } from "./difference.js";
import { dropDraft } from "./drafts.js";
import { Editor } from "./editor.js";
import { calm, complain, debounced, make, notice, original } from "./elements.js";
import { Files, flowName, isFlow, isWarning, shortName } from "./files.js";
import { FlowList } from "./flow_list.js";
import { Graph } from "./graph.js";
import { nodeAt, outline } from "./outline.js";
import { Preview } from "./preview.js";
import { say } from "./say.js";

const TABS = { list: say("Files"), graph: say("Graph"), edit: say("Edit"), chat: say("Chat"), changes: say("Changes") };
const WIDE = "(min-width: 1100px)";
const FIRST = "flows/start.yaml";
const SHOWN = 50;

export async function show(me) {
  return new Workbench(me, await Files.load()).element;
}

class Workbench {
  constructor(me, files) {
    this.files = files;
    this.path = "";
    this.list = new FlowList(files, (path, line) => this.open(path, line));
    this.graph = new Graph({ onTalk: (node) => this.talk(node), onLine: (node) => this.edit(node), onFlow: (target) => this.follow(target) });
    this.preview = new Preview({ languages: me.languages, files: () => files.edits(), onAt: (at) => this.stand(at) });
    this.difference = new Difference({ onRestore: (text) => { this.editor.replace(text); this.tab("edit"); } });
    this.lint = debounced(() => this.check().catch(complain), 350);
    this.build(me);
    this.open(location.hash.slice(1) || FIRST).catch(complain);
  }

  build(me) {
    const host = make("div", { class: "editor" });
    this.editor = new Editor(host, {
      complete: completions(() => this.files.texts()),
      onEdit: (text) => this.edited(text),
      onLine: (line) => this.graph.select(nodeAt(this.editor?.text ?? "", line)),
      onSave: () => (me.may_write ? this.save() : this.patch()),
    });
    this.title = make("h1");
    this.findings = make("div", { class: "findings", role: "status", "aria-label": say("Mistakes") });
    this.clash = make("div", { class: "clash", role: "alert", hidden: true });
    this.discard = make("button", { type: "button", class: "quiet", onclick: () => this.undo() }, say("Discard"));
    this.keep = me.may_write
      ? make("button", { type: "button", class: "main", onclick: () => this.save() }, say("Save"))
      : make("button", { type: "button", class: "main", onclick: () => this.patch() }, say("Download patch"));
    const more = me.may_write ? make("button", { type: "button", onclick: () => this.patch() }, say("Patch")) : null;
    const panel = (name, ...inside) => make("section", { class: `panel ${name}`, "data-panel": name, "aria-label": TABS[name] }, inside);
    this.tabs = make("div", { class: "tabs", role: "group", "aria-label": say("Panels") }, Object.entries(TABS).map(([name, words]) =>
      make("button", { type: "button", "data-tab": name, onclick: () => this.tab(name) }, words)));
    this.element = make("div", { class: "workbench" }, make("h1", { class: "away" }, say("Flows")), this.tabs, panel("list", this.list.element), panel("graph", this.graph.element),
      panel("changes", this.difference.element),
      panel("edit", make("div", { class: "tools" }, this.title, this.discard, more, this.keep), this.clash, host, this.findings),
      panel("chat", this.preview.element));
    this.tab("graph");
  }

  tab(name) {
    this.element.dataset.tab = name;
    if (name === "graph" || name === "changes") this.element.dataset.beside = name;
    const pressed = matchMedia(WIDE).matches ? this.element.dataset.beside : name;
    for (const button of this.tabs.children) button.setAttribute("aria-pressed", String(button.dataset.tab === pressed));
    if (name === "changes" && this.path) this.difference.show(this.path, this.editor.text).catch(complain);
  }

  async open(path, line) {
    const known = this.files.list.some((file) => file.path === path) ? path : FIRST;
    await this.files.read(known);
    const first = !this.path;
    this.path = known;
    // Meanwhile somebody may have gone on to another view, whose address this is not to change.
    if (/^\/studio\/(flows)?$/.test(location.pathname)) history.replaceState(null, "", `#${known}`);
    this.editor.open(this.files.text(known));
    if (line) this.editor.goTo(line);
    this.title.replaceChildren(original(known));
    this.list.show(known);
    this.state();
    if (!first) this.tab(line || !isFlow(known) ? "edit" : "graph");
    await Promise.all([this.check(), first ? this.preview.start({ start: "" }) : null]);
  }

  edited(text) {
    this.files.edit(this.path, text);
    this.state();
    this.lint();
  }

  state() {
    const edited = this.files.isEdited(this.path);
    this.keep.disabled = !edited;
    this.discard.hidden = !edited;
    this.list.draw();
    this.clash.hidden = !this.files.isBehind(this.path);
    if (this.clash.hidden) return;
    const button = (words, act) => make("button", { type: "button", onclick: act }, words);
    this.clash.replaceChildren(say("Somebody saved this file after you began."), " ",
      button(say("See the difference"), () => this.tab("changes")),
      button(say("Keep mine"), () => { this.files.rebase(this.path); this.state(); }),
      button(say("Take theirs"), () => this.undo()));
  }

  /** Asks for marks and a new drawing, once at a time; an edit made meanwhile is looked at after. */
  async check() {
    this.stale = true;
    if (this.checking) return;
    this.checking = true;
    try {
      while (this.stale) {
        this.stale = false;
        await this.look(this.path, this.editor.text);
      }
    } finally {
      this.checking = false;
    }
  }

  async look(path, text) {
    const keepView = this.drawn === path;
    this.drawn = path;
    const files = { ...this.files.edits(), [path]: text };
    const drawn = isFlow(path) ? this.graph.show(outline(text).flow || flowName(path), files, keepView) : null;
    const [{ findings }] = await Promise.all([post("check", { files }), drawn]);
    if (path !== this.path || text !== this.editor.text) return;
    this.editor.mark(findings.filter((each) => each.file === path));
    this.report(findings);
    if (this.element.dataset.beside === "changes") await this.difference.show(path, text);
  }

  report(findings) {
    const mistakes = findings.filter((each) => !isWarning(each));
    const item = (each) => make("li", { class: isWarning(each) ? "warning" : "mistake" }, make("button", { type: "button", onclick: () => this.visit(each) },
      make("b", {}, each.file === this.path ? say("Line {line}", each) : say("{file}, line {line}", { file: shortName(each.file), line: each.line })), " ", original(each.message)));
    this.findings.classList.toggle("clean", !mistakes.length);
    this.findings.replaceChildren(
      make("p", {}, mistakes.length ? say("✗ Mistakes: {count}", { count: mistakes.length }) : say("✓ No mistakes")),
      make("ul", {}, [...findings].sort((a, b) => isWarning(a) - isWarning(b)).slice(0, SHOWN).map(item)));
  }

  async visit({ file, line }) {
    if (file === this.path) this.editor.goTo(line);
    else await this.open(file, line).catch(complain);
  }

  async follow(target) {
    const [flow, node] = target.split("/");
    try {
      if (flow !== flowName(this.path)) await this.open(`flows/${flow}.yaml`);
    } catch (error) {
      complain(error);
    }
    this.graph.reveal(node);
  }

  edit(node) {
    this.tab("edit");
    this.editor.goTo(outline(this.editor.text).nodes[node] ?? 1);
  }

  talk(node) {
    this.tab("chat");
    const name = outline(this.editor.text).flow || flowName(this.path);
    this.preview.start({ node: node.includes("/") ? node : `${name}/${node}` });
  }

  stand(at) {
    if (!at) return;
    const [flow, node] = String(at).split("/");
    if (flow === flowName(this.path)) this.graph.select(node);
  }

  async save() {
    if (!this.files.isEdited(this.path)) return;
    try {
      await this.files.save(this.path);
      calm();
      notice(say("Saved"));
    } catch (error) {
      if (error.status === 409) await this.files.refresh(this.path);
      if (error.findings) this.report(error.findings);
      complain(error);
    }
    this.state();
    if (this.element.dataset.beside === "changes") this.tab("changes");
  }

  patch() {
    downloadPatch(this.path, this.editor.text).catch(complain);
  }

  undo() {
    dropDraft(this.path);
    this.editor.replace(this.files.saved.get(this.path).text);
    this.state();
  }
}
