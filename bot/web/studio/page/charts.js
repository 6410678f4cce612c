// Small charts with a table beside each, for those who do not see them or want the numbers.

import { draw, make, scrolled } from "./elements.js";
import { list, shortDay } from "./intl.js";
import { apart, number, say } from "./say.js";

const WIDTH = matchMedia("(max-width: 700px)").matches ? 320 : 640;
const HEIGHT = 200;
const LEFT = 40;
const BOTTOM = 24;
const MARKS = 4;

const card = (title, chart, numbers) => make("figure", { class: "card" },
  make("figcaption", {}, title), chart,
  make("details", {}, make("summary", {}, say("The numbers")), numbers));

/** Lines over days. ``days``: dates; ``series``: ``[{name, values}]``, one value a day. */
export function lines(title, days, series) {
  const top = ceiling(Math.max(1, ...series.flatMap(({ values }) => values)));
  const x = (index) => LEFT + (days.length > 1 ? (index * (WIDTH - LEFT - 12)) / (days.length - 1) : 0);
  const y = (value) => 10 + (HEIGHT - BOTTOM - 10) * (1 - value / top);
  const steps = top < MARKS ? top : MARKS;
  const marks = Array.from({ length: steps + 1 }, (_, index) => (top * index) / steps);
  const chart = draw("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": say("{title}: {numbers}", { title, numbers: list(series.map(({ name, values }) => `${name} ${number(sum(values))}`)) }) },
    marks.map((mark) => [
      draw("line", { class: "grid", x1: LEFT, x2: WIDTH - 12, y1: y(mark), y2: y(mark) }),
      draw("text", { x: LEFT - 6, y: y(mark) + 4, class: "end" }, number(Math.round(mark)))]).flat(),
    [0, Math.floor((days.length - 1) / 2), days.length - 1].filter((each, index, all) => all.indexOf(each) === index)
      .map((index) => draw("text", { x: x(index), y: HEIGHT - 6, class: index === 0 ? "" : index === days.length - 1 ? "end" : "middle" }, apart(shortDay(days[index])))),
    series.map(({ values }, each) => draw("polyline", { class: `line series-${each}`, points: values.map((value, index) => `${x(index)},${y(value)}`).join(" ") })));
  const key = make("p", { class: "series" }, series.map(({ name, values }, index) => make("span", { class: `series-${index}` }, say("{name}: {count}", { name, count: number(sum(values)) }))));
  const rows = days.map((day, index) => [make("span", { class: "day" }, day), ...series.map(({ values }) => number(values[index]))]).reverse();
  return card(title, make("div", {}, key, chart), scrolled(title, [say("Day"), ...series.map(({ name }) => name)], rows));
}

/** A bar for each ``[name, count]``, longest first unless ``ordered`` already; null for none. */
export function bars(title, values, { ordered = false } = {}) {
  if (!values.length) return null;
  const rows = ordered ? values : [...values].sort((a, b) => b[1] - a[1]);
  return figure(title, rows, scrolled(title, ["", say("How often")], rows.map(([name, count]) => [make("bdi", {}, name), number(count)])));
}

/** The same with a table of its own. */
export function figure(title, rows, numbers) {
  const most = Math.max(1, ...rows.map(([, count]) => count));
  const bar = (count) => draw("svg", { class: "bar", viewBox: "0 0 100 4", preserveAspectRatio: "none" },
    draw("rect", { class: "track", width: 100, height: 4 }), draw("rect", { class: "done", width: (100 * count) / most, height: 4 }));
  const chart = make("div", { class: "bars", "aria-hidden": "true" }, rows.flatMap(([name, count]) =>
    [make("bdi", {}, name), bar(count), make("span", { class: "number" }, number(count))]));
  return card(title, chart, numbers);
}

export const sum = (values) => values.reduce((total, value) => total + value, 0);

/** The next round number above. */
function ceiling(value) {
  const size = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 8, 10].map((each) => each * size).find((each) => each >= value);
}
