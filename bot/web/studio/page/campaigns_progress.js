// How far a run is, looked at each second while it goes on, and its figures.

import { get, post } from "./api.js";
import { figure } from "./charts.js";
import { calm, complain, draw, make, notice, original, scrolled } from "./elements.js";
import { clock, language, lasting, moment } from "./intl.js";
import { number, say, sayMany } from "./say.js";
import { isUnderWay, OUTCOMES, people, stateOf } from "./campaigns_words.js";

const EVERY = 1000;
const DOES = { pause: say("Paused"), resume: say("Resumed"), cancel: say("Cancelled") };

/** ``heading``: the level of its title, by where on the page it stands. */
export function progress(run, heading) {
  const place = make("section", { class: "card run", "aria-label": say("Run {id}", { id: run.run }) });
  let at = run;
  let failed = false;
  const fill = () => place.replaceChildren(...view(at, act, heading));
  const look = async () => {
    if (!place.isConnected) return;
    try {
      const fresh = await get("campaigns/status", { run: run.run });
      const changed = JSON.stringify(fresh) !== JSON.stringify(at);
      at = fresh;
      if (failed) calm();
      failed = false;
      if (changed) redraw();
      for (const each of document.querySelectorAll(`[data-run="${run.run}"] .state`)) each.replaceWith(stateOf(at.state));
    } catch (error) {
      failed = true;
      complain(error);
    }
    if (isUnderWay(at.state)) setTimeout(look, EVERY);
  };
  // Whoever holds a button by the keyboard, or has the numbers open, is not to lose that each second.
  const redraw = () => {
    const held = place.contains(document.activeElement) ? document.activeElement.dataset.act : "";
    const opened = [...place.querySelectorAll("details")].map(({ open }) => open);
    fill();
    place.querySelectorAll("details").forEach((each, index) => { each.open = opened[index] ?? false; });
    if (held) place.querySelector(`[data-act="${held}"]`)?.focus();
  };
  const act = async (what, button) => {
    if (what === "cancel" && !confirm(say("Cancel for good? Those who have not got it will not get it."))) return;
    button.disabled = true;
    try {
      at = await post(`campaigns/${what}`, { run: run.run });
      notice(DOES[what]);
      redraw();
    } catch (error) {
      button.disabled = false;
      complain(error);
    }
  };
  fill();
  if (isUnderWay(run.state)) setTimeout(look, EVERY);
  return place;
}

function view(run, act, heading) {
  const press = (what, words, kind = "") => make("button", { type: "button", class: kind, "data-act": what, onclick: (event) => act(what, event.currentTarget) }, words);
  const keys = [
    ["sending", "freezing"].includes(run.state) ? press("pause", say("Pause"), "main") : null,
    run.state === "paused" ? press("resume", say("Resume"), "main") : null,
    isUnderWay(run.state) ? press("cancel", say("Cancel…"), "quiet") : null,
  ];
  return [
    make("header", {}, make(heading, {}, original(`${run.wave} · ${run.day}`)), stateOf(run.state), make("span", { class: "keys" }, keys)),
    run.reason ? make("p", { class: "heed" }, original(run.reason)) : null,
    ...(run.total ? [bar(run), make("p", { class: "pace" }, pace(run)), figures(run)] : [make("p", { class: "soft" }, begins(run))]),
  ].filter(Boolean);
}

function begins(run) {
  if (run.state === "waiting") return say("It is due. Nobody gets it before it is approved below.");
  if (run.state === "approved") return say("Begins {time}; approved by {person}.", { time: moment(run.due), person: run.by });
  if (run.state === "freezing") return say("The list of those who get it is being made.");
  return say("Nobody got it.");
}

function pace({ state, total, finished, rate, ends, later }) {
  const parts = [say("{count} of {total}", { count: number(finished), total: people(total) })];
  if (state === "sending" && rate) parts.push(say("{count} a second", { count: number(Math.round(rate)) }));
  if (state === "sending" && ends) {
    const end = new Date(ends);
    parts.push(say("done at about {clock} your time, in {time}", { clock: clock(end), time: lasting((end - Date.now()) / 60000) }));
  }
  if (later) parts.push(sayMany("{count} waits for a decent hour where they are", "{count} wait for a decent hour where they are", later));
  return parts.join(" · ");
}

function bar({ total, finished, sums }) {
  let from = 0;
  const parts = Object.keys(OUTCOMES).map((name) => {
    const width = (100 * (sums[name] ?? 0)) / total;
    const part = draw("rect", { class: `part ${name}`, x: from, width, height: 4 });
    from += width;
    return part;
  });
  return make("div", { class: "progress", role: "progressbar", "aria-label": say("Sent"), "aria-valuemin": 0, "aria-valuemax": total, "aria-valuenow": finished, "aria-valuetext": say("{count} of {total}", { count: number(finished), total: number(total) }) },
    draw("svg", { class: "bar", viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" },
      draw("rect", { class: "track", width: 100, height: 4 }), parts));
}

function figures({ run, sums, languages }) {
  const told = Object.entries(OUTCOMES).filter(([name]) => sums[name] || ["delivered", "blocked", "failed", "unknown"].includes(name));
  const key = make("ul", { class: "outcomes" }, told.map(([name, [words, meaning]]) => make("li", { title: meaning },
    make("span", { class: `dot ${name}` }), `${words} `, make("b", {}, number(sums[name] ?? 0)))));
  const after = [[say("Sent"), sums.sent ?? 0], [say("Delivered"), sums.delivered ?? 0], [say("Tapped a button"), sums.taps ?? 0],
    [say("Started to talk"), sums.conversations ?? 0], [say("Unsubscribed after"), sums.unsubscribed ?? 0]];
  const heads = [say("Language"), say("Sent"), say("Delivered"), say("Blocked"), say("Failed"), say("Unknown"), say("Unsubscribed before"),
    say("Had enough"), say("Too late"), say("Taps"), say("Talks"), say("Unsubscribed after")];
  const names = ["sent", "delivered", "blocked", "failed", "unknown", "stopped", "capped", "missed", "taps", "conversations", "unsubscribed"];
  const rows = Object.entries(languages).map(([code, counts]) => [language(code), ...names.map((name) => number(counts[name] ?? 0))]);
  const byLanguage = Object.entries(languages).map(([code, counts]) => [language(code), counts.delivered ?? 0]).sort((a, b) => b[1] - a[1]);
  return make("div", {}, key,
    make("div", { class: "plots" }, figure(say("What came of it"), after, scrolled(say("What came of it"), ["", say("People")], after.map(([name, count]) => [name, number(count)]))),
      figure(say("Delivered, by language"), byLanguage, scrolled(say("Delivered, by language"), ["", say("People")], byLanguage.map(([name, count]) => [name, number(count)])))),
    make("details", {}, make("summary", {}, say("All figures by language")), scrolled(say("All figures by language"), heads, rows)),
    make("p", {}, make("a", { href: `/studio/api/campaigns/csv?run=${encodeURIComponent(run)}`, download: `${run}.csv` }, say("Download the figures (CSV)"))));
}
