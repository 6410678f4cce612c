// One campaign: its waves, and of one of them who gets it, when, what it says, and how far it is.

import { get } from "./api.js";
import { figure } from "./charts.js";
import { make, table } from "./elements.js";
import { decide } from "./campaigns_decide.js";
import { message } from "./campaigns_message.js";
import { progress } from "./campaigns_progress.js";
import { awayNote, country, dayOf, isUnderWay, language, lasting, moment, number, people, stateOf } from "./campaigns_words.js";

export async function one(id, wave) {
  const shown = await get("campaigns/preview", { campaign: id, wave });
  const [going, over] = [true, false].map((wanted) => shown.runs.filter(({ state }) => isUnderWay(state) === wanted));
  const back = make("a", { href: "/studio/campaigns", class: "back" }, "← All campaigns");
  const again = async () => {
    const fresh = await one(id, wave);
    page.replaceWith(fresh);
    fresh.querySelector(".run")?.scrollIntoView({ block: "center" });
  };
  const page = make("div", { class: "page campaign" }, back,
    make("h1", {}, shown.title),
    make("p", { class: "soft" }, [shown.about, shown.enabled ? "enabled" : "an example, not enabled"].filter(Boolean).join(" · ")),
    awayNote(shown.away),
    waves(shown),
    going.map(progress),
    make("div", { class: "halves" },
      make("div", { class: "stack-wide" }, when(shown), who(shown), decide(shown, again)),
      message(shown)));
  if (over.length) page.append(make("section", {}, make("h2", {}, "What was sent"), over.map(progress)));
  return page;
}

function waves({ campaign, wave, waves: all }) {
  const chip = ({ id, when, dates: [next], last }) => {
    const date = next ?? last;
    return make("a", { href: `/studio/campaigns#${campaign}/${id}`, "data-run": date?.run ?? false, "aria-current": id === wave ? "true" : false },
      make("b", {}, when), make("small", {}, date ? dayOf(date.day) : "no date ahead"), date?.state ? stateOf(date.state) : null);
  };
  return make("nav", { class: "waves", "aria-label": "Waves" }, all.map(chip));
}

function when({ date, locals, waves: all, wave }) {
  if (!date) return make("section", { class: "card" }, make("h2", {}, "When"), make("p", {}, "There is no date ahead."));
  const more = all.find(({ id }) => id === wave).dates.slice(1);
  const spread = date.starts === date.ends ? moment(date.starts) : `${moment(date.starts)} to ${moment(date.ends)}`;
  return make("section", { class: "card" }, make("h2", {}, "When"),
    make("p", { class: "big" }, `${dayOf(date.day)}, ${date.time}`),
    make("p", {}, date.clock),
    make("p", { class: "soft" }, spread),
    locals.length ? make("details", {}, make("summary", {}, "As travellers’ clocks show it"), make("div", { class: "wide" },
      table("Local times", ["At home in", "Their clock", "UTC"], locals.map(({ country: code, local, utc }) => [country(code), local, utc])))) : null,
    more.length ? make("p", { class: "soft" }, `Again on ${more.map(({ day }) => dayOf(day)).join("; ")}.`) : null);
}

function who({ date, audience, cost, warnings }) {
  if (!audience) return date ? make("section", { class: "card" }, make("h2", {}, "Who gets it"), make("p", {}, "Unknown while Redis cannot be reached.")) : null;
  const rows = (counts, name = (code) => code) => Object.entries(counts).sort((a, b) => b[1] - a[1]).map(([code, count]) => [name(code), count]);
  const plot = (title, counts, name) => {
    const shown = rows(counts, name);
    return shown.length ? figure(title, shown, table(title, ["", "People"], shown.map(([each, count]) => [each, number(count)]))) : null;
  };
  return make("section", { class: "card" }, make("h2", {}, "Who gets it"),
    make("p", { class: "big" }, people(audience.total)),
    make("p", { class: "soft" }, costs(audience.total, cost)),
    warnings.map((each) => make("p", { class: "heed" }, each)),
    make("div", { class: "audience" }, plot("By language", audience.languages, language), plot("By home country", audience.homes, country), plot("By country they travel to", audience.destinations, country)));
}

function costs(total, { minutes, per_second: rate, stars }) {
  if (!total) return "Nobody who is subscribed fits today.";
  const time = `Takes ${lasting(minutes)} at ${number(rate)} messages a second`;
  return stars ? `${time}, and up to ${number(stars)} Stars.` : `${time}. Costs nothing.`;
}
