// What a flow file holds, read off its indentation: enough to complete and to jump, even while
// the YAML is broken. The server's checker is what really reads it.

/** ``{flow, nodes: {name: line}, slots: [...], actions: [...]}``; lines count from 1. */
export function outline(text) {
  const found = { flow: "", title: "", nodes: {}, slots: [], actions: [] };
  let section = "";
  text.split("\n").forEach((line, index) => {
    const top = /^([a-z_]+):\s*(.*)$/.exec(line);
    if (top) {
      section = top[1];
      if (section === "flow" || section === "title") found[section] = top[2].trim();
      return;
    }
    const second = /^ {2}([a-z][a-z0-9_]*):/.exec(line);
    if (second && section === "nodes") found.nodes[second[1]] = index + 1;
    if (second && section === "slots") found.slots.push(second[1]);
    const action = /^ {4}do:\s*([a-z_]+)/.exec(line);
    if (action) found.actions.push(action[1]);
  });
  return found;
}

/** In which part of a flow a line stands: flow, node, choice, arm, slot, when, or nothing. */
export function placeOf(lines, index) {
  const indent = /^[\s-]*/.exec(lines[index])[0].length;
  const opened = [];
  let below = indent;
  for (let at = index - 1; at >= 0 && below > 0; at -= 1) {
    const line = /^([\s-]*)([a-z_][a-z0-9_]*):/.exec(lines[at]);
    if (!line || line[1].length >= below) continue;
    below = line[1].length;
    opened.unshift(line[2]);
  }
  if (/\{?when:\s*\{[^}]*$/.test(lines[index])) return "when";
  const [section, , key, inner] = opened;
  if (!section) return "flow";
  if (section === "slots") return opened.length === 1 ? "name" : "slot";
  if (section !== "nodes") return "";
  if (opened.length === 1) return "name";
  if (inner === "when") return "when";
  return { choices: "choice", stuck: "choice", branch: "arm" }[key] ?? (key ? "" : "node");
}

/** The node that a line belongs to, or an empty text. */
export function nodeAt(text, line) {
  const nodes = Object.entries(outline(text).nodes).filter(([, from]) => from <= line);
  return nodes.length ? nodes[nodes.length - 1][0] : "";
}
