// What people do, from anonymous counters: never who.

import { get } from "./api.js";
import { bars, figure, lines, sum } from "./charts.js";
import { complain, field, make, table } from "./elements.js";

const SPANS = [7, 30, 90, 365];
const MOST = 15;
const CONTACTS = ["show_emergency", "show_contacts", "show_where_to_send", "show_child_help", "show_fallback", "show_home", "show_support"];
const HELPED = { yes: "Yes", some: "A little", no: "No" };
const STOPPED = {
  unsure: "Was not sure", whom: "Did not know whom to tell", harm: "Feared harming the child",
  accuse: "Feared accusing wrongly", trouble: "Feared trouble", futile: "Nothing would be done",
  business: "Not my business", language: "The language", other: "Something else", nothing: "Nothing",
};

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

function plots({ days, reports }) {
  const dates = days.map(({ day }) => day);
  const daily = (...names) => days.map(({ figures }) => sum(names.map((name) => figures[name] ?? 0)));
  const totals = new Map();
  for (const { figures } of days) {
    for (const [name, count] of Object.entries(figures)) totals.set(name, (totals.get(name) ?? 0) + count);
  }
  if (!totals.size) return [make("p", { class: "empty" }, "Nothing was counted in these days.")];
  const total = (name) => totals.get(name) ?? 0;
  const contacts = CONTACTS.map((name) => `action.${name}`);
  const group = (prefix, names = {}) => [...totals].filter(([name]) => name.startsWith(prefix))
    .map(([name, count]) => [names[name.slice(prefix.length)] ?? name.slice(prefix.length), count]);
  const charts = [
    lines("How many start, reach a contact, finish a report", dates, [
      { name: "New chats", values: daily("chat.new") },
      { name: "Contacts shown", values: daily(...contacts) },
      { name: "Reports finished", values: daily("action.show_report") },
      { name: "Sent to a partner", values: daily("report.sent") },
    ]),
    bars("From opening a report to its end", [
      ["Opened", total("flow.report")], ["Questions begun", total("flow.report_form")],
      ["Report shown", total("action.show_report")], ["Sent to a partner", total("report.sent")],
    ], { ordered: true }),
    leaving(totals),
    bars("Conversations they came into", group("flow.")),
    bars("Did it help?", group("survey.helped.", HELPED)),
    bars("What nearly stopped them", group("survey.stopped.", STOPPED)),
    bars("Links they came by", group("link.")),
    bars("Tags, such as posters", group("tag.")),
  ];
  return [
    make("p", {}, `Reports on their way to partners: ${reports.waiting}. Given up: `, make("a", { href: "/studio/reports" }, String(reports.dead)), "."),
    make("div", { class: "plots" }, charts.filter(Boolean)),
  ];
}

/** The questions that were put and not answered, most often first. */
function leaving(totals) {
  const asked = [...totals].filter(([name]) => name.startsWith("node.")).map(([name, put]) => {
    const [flow, node] = name.slice("node.".length).split(".");
    const answered = Math.min(put, totals.get(`answered.${flow}.${node}`) ?? 0);
    return { flow, node, put, answered, left: put - answered };
  }).sort((a, b) => b.left - a.left);
  if (!asked.length) return null;
  const heads = ["Question", "Put", "Answered", "Left", "Share"];
  const rows = asked.map(({ flow, node, put, answered, left }) => [
    make("a", { href: `/studio/flows#flows/${flow}.yaml` }, `${flow}/${node}`),
    String(put), String(answered), String(left), `${Math.round((100 * left) / put)} %`]);
  const worst = asked.filter(({ left }) => left).slice(0, MOST).map(({ flow, node, left }) => [`${flow}/${node}`, left]);
  return figure("Where they leave: questions put and not answered", worst, table("Questions", heads, rows));
}
