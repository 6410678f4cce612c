// The list of files with its search: by name, title, and what stands in them.

import { make, original } from "./elements.js";
import { flowName, isFlow } from "./files.js";
import { outline } from "./outline.js";
import { say, sayWith } from "./say.js";

export class FlowList {
  constructor(files, onOpen) {
    this.files = files;
    this.onOpen = onOpen;
    this.current = "";
    this.find = make("input", { type: "search", placeholder: say("Search all texts"), "aria-label": say("Search the conversations"), oninput: () => this.draw() });
    this.items = make("div", { class: "items" });
    this.element = make("div", { class: "list" }, make("div", { class: "tools" }, this.find), this.items);
    this.draw();
  }

  show(path) {
    this.current = path;
    this.draw();
  }

  draw() {
    const sought = this.find.value.trim().toLowerCase();
    const group = (title, paths) => {
      const found = paths.map((path) => this.item(path, sought)).filter(Boolean);
      return found.length ? [make("h2", {}, title), make("ul", {}, found)] : [];
    };
    const paths = this.files.list.map((file) => file.path);
    const groups = [
      ...group(say("Conversations"), paths.filter(isFlow)),
      ...group(say("Shared and data"), paths.filter((path) => !isFlow(path) && path.endsWith(".yaml"))),
    ];
    this.items.replaceChildren(...(groups.length ? groups : [make("p", { class: "soft" }, say("Nothing has these words."))]));
  }

  item(path, sought) {
    const text = this.files.text(path);
    const title = isFlow(path) ? outline(text).title : "";
    const named = `${path} ${title}`.toLowerCase().includes(sought);
    const line = sought && !named ? text.toLowerCase().split("\n").findIndex((row) => row.includes(sought)) + 1 : 0;
    if (sought && !named && !line) return null;
    const words = line ? sayWith("line {line}: {words}", { line, words: original(text.split("\n")[line - 1].trim()) }) : title && original(title);
    return make("li", {}, make("button", { type: "button", "aria-current": path === this.current ? "true" : null, onclick: () => this.onOpen(path, line) },
      make("span", { class: "name" }, original(flowName(path)), this.files.isEdited(path) ? make("span", { class: "edited", title: say("edited, not saved") }, " ●", make("span", { class: "away" }, say("edited"))) : ""),
      words ? make("small", {}, words) : ""));
  }
}
