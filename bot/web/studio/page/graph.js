// A flow as a graph: boxes are nodes, arrows say where they lead.

import { post } from "./api.js";
import { draw, make, original, saidBy } from "./elements.js";
import { language, list } from "./intl.js";
import { say, tagOf } from "./say.js";
import { plain } from "./telegram_html.js";
import { Surface } from "./surface.js";

/** What a box is, in words. */
const KINDS = {
  say: say("says something"), choices: say("buttons"), ask: say("a question"), branch: say("a fork"),
  call: say("another conversation"), do: say("an action"), end: say("the end"), exit: say("leads elsewhere"), lost: say("does not exist"),
};
const LABELS = 3;
const ABOVE_CARD = 0.25;

/**
 * The graph panel. ``onTalk(node)`` starts the preview there, ``onLine(node)`` opens the
 * editor, ``onFlow("flow/node")`` another flow.
 */
export class Graph {
  constructor({ onTalk, onLine, onFlow }) {
    this.act = { onTalk, onLine, onFlow };
    this.surface = new Surface(say("The graph: arrow keys move it, plus and minus zoom"));
    this.size = { width: 0, height: 0 };
    this.nodes = [];
    this.find = make("input", { type: "search", placeholder: say("Find a node"), "aria-label": say("Find a node"), oninput: () => this.search(), onkeydown: (event) => this.jump(event) });
    this.card = make("section", { class: "node-card", hidden: true, "aria-label": say("The node") });
    this.problem = make("p", { class: "problem", role: "status" });
    const button = (label, words, act) => make("button", { type: "button", "aria-label": words, title: words, onclick: act }, label);
    this.element = make("div", { class: "graph" },
      make("div", { class: "tools" }, this.find,
        button("−", say("Zoom out"), () => this.surface.zoom(0.8)),
        button("+", say("Zoom in"), () => this.surface.zoom(1.25)),
        button("⤢", say("Show all"), () => this.surface.fit(this.size.width, this.size.height))),
      this.problem, this.surface.svg,
      make("p", { class: "legend" }, make("span", { class: "key untranslated" }, say("not translated everywhere")), make("span", { class: "key unreachable" }, say("cannot be reached"))),
      this.card);
  }

  /** Draws a flow anew; a broken one leaves the last good drawing with a note. */
  async show(flow, files, keepView) {
    let graph;
    try {
      graph = await post("graph", { files, flow });
    } catch (error) {
      if (error.status === 401) throw error;
      this.problem.replaceChildren(error.findings ? say("Drawn as before the mistake.") : saidBy(error));
      return;
    }
    this.problem.textContent = "";
    this.nodes = graph.nodes;
    this.size = { width: graph.w, height: graph.h };
    const boxes = new Map(graph.nodes.map((node) => [node.id, node]));
    this.surface.layer.replaceChildren(
      ...graph.edges.map(arrow),
      ...graph.nodes.map((node) => this.box(node)));
    if (!keepView) {
      this.card.hidden = true;
      this.begin();
    } else if (!this.card.hidden) {
      const again = boxes.get(this.card.dataset.node);
      if (again) this.open(again); else this.card.hidden = true;
    }
    this.search();
  }

  /** All of it, or if that is too small to read, where people come in. */
  begin() {
    const first = this.nodes.find((node) => node.entry) ?? this.nodes[0];
    this.surface.fit(this.size.width, this.size.height, first && { x: first.x + first.w / 2, y: first.y });
  }

  box(node) {
    const marks = [node.untranslated.length && say("not translated: {languages}", { languages: list(node.untranslated.map(language)) }), node.unreachable && say("cannot be reached")].filter(Boolean);
    const classes = ["node", `kind-${node.kind}`, node.unreachable && "unreachable", node.untranslated.length && "untranslated"].filter(Boolean).join(" ");
    const open = () => { if (!this.surface.moved) this.press(node); };
    const keys = (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.press(node);
    };
    return draw("g", { class: classes, "data-node": node.id, transform: `translate(${node.x} ${node.y})`, tabindex: 0, onfocus: (event) => this.follow(event, node), role: "button", "aria-label": [node.title, KINDS[node.kind], ...marks, ...node.words].join(", "), onclick: open, onkeydown: keys },
      draw("rect", { width: node.w, height: node.h, rx: 9 }),
      draw("text", { class: "name", lang: "en", x: 10, y: 20 }, node.title),
      ...node.words.map((row, index) => draw("text", { class: "words", lang: "en", x: 10, y: 37 + index * 16 }, row)),
      node.untranslated.length ? draw("circle", { class: "dot", cx: node.w - 11, cy: 11, r: 5 }) : null);
  }

  /** Keeps what the keyboard is at in sight. */
  follow({ currentTarget }, node) {
    if (currentTarget.matches(":focus-visible")) this.surface.centre(node.x + node.w / 2, node.y + node.h / 2);
  }

  /** A signpost leads to its flow, a node shows what it says. */
  press(node) {
    if (node.kind === "exit") this.act.onFlow(node.id.split(">")[1]);
    else this.open(node);
  }

  open(node) {
    const lacking = new Set(node.untranslated);
    const texts = Object.entries(node.text).map(([code, text]) =>
      make("div", {}, make("dt", {}, code), lacking.has(code) ? make("dd", {}, make("em", {}, say("not translated"))) : make("dd", { lang: tagOf(code), dir: "auto" }, plain(text))));
    this.card.dataset.node = node.id;
    this.card.hidden = false;
    this.card.replaceChildren(
      make("header", {}, make("h2", {}, original(node.id), " ", make("small", {}, KINDS[node.kind])),
        make("button", { type: "button", onclick: () => this.act.onTalk(node.id) }, say("Talk from here")),
        make("button", { type: "button", onclick: () => this.act.onLine(node.id) }, say("Edit")),
        make("button", { type: "button", class: "quiet", "aria-label": say("Close"), onclick: () => { this.card.hidden = true; } }, "✕")),
      node.unreachable ? make("p", { class: "warning" }, say("Nothing leads here.")) : "",
      texts.length ? make("dl", {}, texts) : make("p", { class: "soft" }, say("This node says nothing.")));
    this.select(node.id);
  }

  /** Draws a node's frame in the accent colour. */
  select(name) {
    for (const box of this.surface.layer.querySelectorAll(".node")) box.classList.toggle("selected", box.dataset.node === name);
  }

  matches() {
    const sought = this.find.value.trim().toLowerCase();
    return this.nodes.filter((node) => `${node.id} ${Object.values(node.text).join(" ")}`.toLowerCase().includes(sought));
  }

  search() {
    const found = new Set(this.matches().map((node) => node.id));
    for (const box of this.surface.layer.querySelectorAll(".node")) box.classList.toggle("other", !found.has(box.dataset.node));
  }

  jump(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const found = this.matches();
    if (!found.length) return;
    this.hit = ((this.hit ?? -1) + 1) % found.length;
    this.reveal(found[this.hit].id);
  }

  /** Brings a node into sight, above its card, and opens it. */
  reveal(name) {
    const node = this.nodes.find((each) => each.id === name);
    if (!node) return;
    this.surface.centre(node.x + node.w / 2, node.y + node.h / 2, ABOVE_CARD);
    this.open(node);
  }
}

/** A smooth line through its corners, with its label on it. */
function arrow({ points, labels, label_at: at, kind, source, target }) {
  const smooth = points.slice(1).map(([x, y], index) => {
    const [fromX, fromY] = points[index];
    if (source === target || x === fromX) return `L${x} ${y}`;
    const middle = (fromY + y) / 2;
    return `C${fromX} ${middle} ${x} ${middle} ${x} ${y}`;
  });
  const [x, y] = points[points.length - 1];
  const [, beforeY] = points[points.length - 2];
  const turn = source === target ? 180 : y >= beforeY ? 90 : -90;
  const rows = labels.length > LABELS ? [...labels.slice(0, LABELS - 1), say("… {count} more", { count: labels.length - LABELS + 1 })] : labels;
  return draw("g", { class: `edge ${kind}`, "aria-hidden": "true" },
    draw("path", { d: `M${points[0].join(" ")} ${smooth.join(" ")}` }),
    draw("path", { class: "head", d: "M0 0 L-8 -4 L-8 4 Z", transform: `translate(${x} ${y}) rotate(${turn})` }),
    rows.map((row, index) => draw("text", { class: "label", x: at[0], y: at[1] + (index - rows.length / 2) * 16 + 12 }, cut(row, 28))));
}

const cut = (text, room) => (text.length > room ? `${text.slice(0, room - 1)}…` : text);
