// What people do, from anonymous counters: never who.

import { get } from "./api.js";
import { bars, figure, lines, sum } from "./charts.js";
import { complain, field, make, original, scrolled } from "./elements.js";
import { percent } from "./intl.js";
import { number, say, sayMany, sayWith } from "./say.js";

const SPANS = [7, 30, 90, 365];
const MOST = 15;
const CONTACTS = ["show_emergency", "show_contacts", "show_where_to_send", "show_child_help", "show_fallback", "show_home", "show_support"];
const HELPED = { yes: say("Yes"), some: say("A little"), no: say("No") };
const STOPPED = {
  unsure: say("Was not sure"), whom: say("Did not know whom to tell"), harm: say("Feared harming the child"),
  accuse: say("Feared accusing wrongly"), trouble: say("Feared trouble"), futile: say("Nothing would be done"),
  business: say("Not my business"), language: say("The language"), other: say("Something else"), nothing: say("Nothing"),
};

export async function show() {
  const span = make("select", {}, SPANS.map((days) => make("option", { value: days, selected: days === 30 }, sayMany("{count} day", "{count} days", days))));
  const place = make("div", {});
  const load = async () => { place.replaceChildren(...plots(await get("figures", { days: span.value }))); };
  span.addEventListener("change", () => load().catch(complain));
  await load();
  return make("div", { class: "page" }, make("h1", {}, say("Figures")),
    make("p", { class: "soft" }, say("Counted by day, without any trace of who it was.")),
    make("div", { class: "tools fields" }, field(say("Of the last"), span)), place);
}

function plots({ days, reports }) {
  const dates = days.map(({ day }) => day);
  const daily = (...names) => days.map(({ figures }) => sum(names.map((name) => figures[name] ?? 0)));
  const totals = new Map();
  for (const { figures } of days) {
    for (const [name, count] of Object.entries(figures)) totals.set(name, (totals.get(name) ?? 0) + count);
  }
  if (!totals.size) return [make("p", { class: "empty" }, say("Nothing was counted in these days."))];
  const total = (name) => totals.get(name) ?? 0;
  const contacts = CONTACTS.map((name) => `action.${name}`);
  const group = (prefix, names = {}) => [...totals].filter(([name]) => name.startsWith(prefix))
    .map(([name, count]) => [names[name.slice(prefix.length)] ?? name.slice(prefix.length), count]);
  const charts = [
    lines(say("How many start, reach a contact, finish a report"), dates, [
      { name: say("New chats"), values: daily("chat.new") },
      { name: say("Contacts shown"), values: daily(...contacts) },
      { name: say("Reports finished"), values: daily("action.show_report") },
      { name: say("Sent to a partner"), values: daily("report.sent") },
    ]),
    bars(say("From opening a report to its end"), [
      [say("Opened"), total("flow.report")], [say("Questions begun"), total("flow.report_form")],
      [say("Report shown"), total("action.show_report")], [say("Sent to a partner"), total("report.sent")],
    ], { ordered: true }),
    leaving(totals),
    bars(say("Conversations they came into"), group("flow.")),
    bars(say("Did it help?"), group("survey.helped.", HELPED)),
    bars(say("What nearly stopped them"), group("survey.stopped.", STOPPED)),
    bars(say("Links they came by"), group("link.")),
    bars(say("Tags, such as posters"), group("tag.")),
  ];
  return [
    make("p", {}, sayWith("Reports on their way to partners: {waiting}. Given up: {dead}.", { waiting: number(reports.waiting), dead: make("a", { href: "/studio/reports" }, number(reports.dead)) })),
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
  const heads = [say("Question"), say("Put"), say("Answered"), say("Left"), say("Share")];
  const rows = asked.map(({ flow, node, put, answered, left }) => [
    make("a", { href: `/studio/flows#flows/${flow}.yaml` }, original(`${flow}/${node}`)),
    number(put), number(answered), number(left), percent(left / put)]);
  const worst = asked.filter(({ left }) => left).slice(0, MOST).map(({ flow, node, left }) => [`${flow}/${node}`, left]);
  return figure(say("Where they leave: questions put and not answered"), worst, scrolled(say("Questions"), heads, rows));
}
