// Completion in a flow: keys where they may stand, then nodes, slots, actions, types.

import { ANSWERS, KEYS } from "./keys.js";
import { outline, placeOf } from "./outline.js";
import { say } from "./say.js";

const options = (names, type, info) => [...new Set(names)].map((label) => ({ label, type, info }));

/** A completion source; ``texts()`` gives ``{path: text}`` of every flow as it is now. */
export function completions(texts) {
  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const lines = context.state.doc.toString().split("\n").slice(0, line.number);
    lines[line.number - 1] = before;
    const word = /[a-z0-9_/]*$/i.exec(before)[0];
    const from = context.pos - word.length;
    const found = complete(lines, before, word, texts());
    if (!found.length || (!word && !context.explicit && !/[:{,]\s$/.test(before))) return null;
    return { from, options: found, validFor: /^[a-z0-9_/]*$/ };
  };
}

function complete(lines, before, word, texts) {
  const here = outline(lines.join("\n"));
  const all = Object.values(texts).map(outline);
  const own = all.find((flow) => flow.flow === here.flow) ?? here;
  const slots = all.flatMap((flow) => flow.slots);
  if (/\{[a-z0-9_]*$/.test(before) && /say:|unclear:|^\s{6,}[^-{]*\{[a-z_]*$/.test(before)) {
    return options(slots, "variable", say("An answer."));
  }
  const place = placeOf(lines, lines.length - 1);
  const value = /([a-z_]+):\s*\[?[^:,{}]*$/.exec(before);
  if (value && value[0].trim() !== word) return values(value[1], place, own, all, slots);
  if (place === "when") return options(slots, "variable", say("Something the bot remembers."));
  const inline = /-\s*\{/.test(before) || /^[\s-]*[a-z_]*$/.test(before);
  if (!KEYS[place] || !inline) return [];
  return Object.entries(KEYS[place]).map(([label, info]) => ({ label, type: "property", info, apply: `${label}: ` }));
}

function values(key, place, own, all, slots) {
  const targets = all.flatMap((flow) => Object.keys(flow.nodes).map((node) => `${flow.flow}/${node}`));
  switch (key) {
    case "goto":
    case "start":
      return [
        ...options(Object.keys(own.nodes), "function", say("A node of this conversation.")),
        ...options(all.map((flow) => flow.flow).filter(Boolean), "class", say("Another conversation.")),
        ...options(targets, "function", say("A node of another conversation.")),
      ];
    case "call": return options(all.map((flow) => flow.flow).filter(Boolean), "class", say("Another conversation."));
    case "do": return options(all.flatMap((flow) => flow.actions), "keyword", say("An action."));
    case "save":
    case "about": return options(slots, "variable", say("Something the bot remembers."));
    case "ask": return options(ANSWERS, "type", say("A type of answer."));
    case "type": return place === "slot" ? options(ANSWERS, "type", say("A type of answer.")) : [];
    case "keep": return options(["flow", "chat"], "constant");
    case "end":
    case "push":
    case "sensitive":
    case "given": return options(["true"], "constant");
    default: return place === "when" ? options(["set", "unset"], "constant") : [];
  }
}
