// What people do, from anonymous counters: never who.

import { get } from "./api.js";
import { bars, lines, sum } from "./charts.js";
import { complain, field, make } from "./elements.js";

const SPANS = [7, 30, 90, 365];

export async function show() {
  const span = make("select", {}, SPANS.map((days) => make("option", { value: days, selected: days === 30 }, `${days} days`)));
  const place = make("div", {});
  const load = async () => { place.replaceChildren(...plots(await get("figures", { days: span.value }))); };
  span.addEventListener("change", () => load().catch(complain));
  await load();
  return make("div", { class: "page" }, make("h1", {}, "Figures"),
    make("p", { class: "soft" }, "Counted by day, without any trace of who it was."),
    make("div", { class: "tools fields" }, field("Of the last", span)), place);
}

/** One group for each beginning of the names: ``survey.helped.yes`` belongs to ``survey.helped``. */
function plots({ days, reports }) {
  const groups = new Map();
  for (const { figures } of days) {
    for (const [name, count] of Object.entries(figures)) {
      const [group, last] = split(name);
      if (!groups.has(group)) groups.set(group, new Map());
      groups.get(group).set(last, (groups.get(group).get(last) ?? 0) + count);
    }
  }
  const known = Object.keys(GROUPS).filter((group) => groups.has(group));
  const others = [...groups.keys()].filter((group) => !known.includes(group)).sort();
  return [...known, ...others].map((group) => bars(GROUPS[group]?.title ?? group, [...groups.get(group)]
    .map(([name, count]) => [GROUPS[group]?.names?.[name] ?? name, count])));
}

function split(name) {
  const at = name.lastIndexOf(".");
  return at < 0 ? ["", name] : [name.slice(0, at), name.slice(at + 1)];
}
