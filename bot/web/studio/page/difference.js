// What changed: the edit against the saved file, and earlier versions to come back to.

import { get, post } from "./api.js";
import { download, make } from "./elements.js";
import { here } from "./intl.js";
import { say } from "./say.js";

export class Difference {
  /** ``onRestore(text)`` puts an earlier version into the editor. */
  constructor({ onRestore }) {
    this.onRestore = onRestore;
    this.patch = make("pre", { class: "patch", tabindex: 0, role: "group", dir: "ltr", "aria-label": say("The difference") });
    this.versions = make("ul", { class: "versions" });
    this.element = make("div", { class: "difference" }, this.patch, make("h2", {}, say("Earlier versions")), this.versions);
  }

  async show(path, text) {
    const [{ diff }, versions] = await Promise.all([post("diff", { path, text }), get("history", { path })]);
    this.patch.replaceChildren(...(diff ? lines(diff) : [make("span", { class: "soft" }, say("Nothing is changed."))]));
    this.versions.replaceChildren(...versions.map((version) => this.version(path, version)));
    if (!versions.length) this.versions.append(make("li", { class: "soft" }, say("None yet. Saving keeps the version before.")));
  }

  version(path, { id, at, by }) {
    const restore = async () => this.onRestore((await get("history/version", { path, id })).text);
    return make("li", {}, make("span", {}, say("{time} · {person}", { time: here(at), person: by })),
      make("button", { type: "button", onclick: restore }, say("Put into the editor")));
  }
}

export async function downloadPatch(path, text) {
  const { diff } = await post("diff", { path, text });
  download(`${path.split("/").pop().replace(/\.yaml$/, "")}.patch`, diff, "text/x-diff");
}

function lines(diff) {
  const kind = { "+": "added", "-": "removed", "@": "hunk" };
  return diff.trimEnd().split("\n").map((line) =>
    make("span", { class: /^(\+\+\+|---)/.test(line) ? "soft" : kind[line[0]] ?? "same" }, `${line}\n`));
}
