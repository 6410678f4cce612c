// One campaign: its waves, and of one of them who gets it, when, what it says, and how far it is.

import { get } from "./api.js";
import { figure } from "./charts.js";
import { make, original, scrolled } from "./elements.js";
import { country, dayOf, language, lasting, moment } from "./intl.js";
import { number, say } from "./say.js";
import { decide } from "./campaigns_decide.js";
import { message } from "./campaigns_message.js";
import { progress } from "./campaigns_progress.js";
import { awayNote, isUnderWay, people, stateOf } from "./campaigns_words.js";

export async function one(id, wave) {
  const shown = await get("campaigns/preview", { campaign: id, wave });
  const [going, over] = [true, false].map((wanted) => shown.runs.filter(({ state }) => isUnderWay(state) === wanted));
  const back = make("a", { href: "/studio/campaigns", class: "back" }, say("← All campaigns"));
  const again = async () => {
    const fresh = await one(id, wave);
    page.replaceWith(fresh);
    fresh.querySelector(".run")?.scrollIntoView({ block: "center" });
  };
  const page = make("div", { class: "page campaign" }, back,
    make("h1", {}, original(shown.title)),
    make("p", { class: "soft" }, shown.about ? [original(shown.about), " · "] : null, shown.enabled ? say("enabled") : say("an example, not enabled")),
    awayNote(shown.away),
    waves(shown),
    going.map((run) => progress(run, "h2")),
    make("div", { class: "halves" },
      make("div", { class: "stack-wide" }, when(shown), who(shown), decide(shown, again)),
      message(shown)));
  if (over.length) page.append(make("section", {}, make("h2", {}, say("What was sent")), over.map((run) => progress(run, "h3"))));
  return page;
}

function waves({ campaign, wave, waves: all }) {
  const chip = ({ id, when, dates: [next], last }) => {
    const date = next ?? last;
    return make("a", { href: `/studio/campaigns#${campaign}/${id}`, "data-run": date?.run ?? false, "aria-current": id === wave ? "true" : false },
      make("b", {}, original(when)), make("small", {}, date ? dayOf(date.day) : say("no date ahead")), date?.state ? stateOf(date.state) : null);
  };
  return make("nav", { class: "waves", "aria-label": say("Waves") }, all.map(chip));
}

function when({ date, locals, waves: all, wave }) {
  if (!date) return make("section", { class: "card" }, make("h2", {}, say("When")), make("p", {}, say("There is no date ahead.")));
  const more = all.find(({ id }) => id === wave).dates.slice(1);
  const spread = date.starts === date.ends ? moment(date.starts) : say("{start} to {end}", { start: moment(date.starts), end: moment(date.ends) });
  return make("section", { class: "card" }, make("h2", {}, say("When")),
    make("p", { class: "big" }, say("{day}, {time}", { day: dayOf(date.day), time: date.time })),
    make("p", {}, original(date.clock)),
    make("p", { class: "soft" }, spread),
    locals.length ? make("details", {}, make("summary", {}, say("As travellers’ clocks show it")), scrolled(say("Local times"), [say("At home in"), say("Their clock"), "UTC"],
      locals.map(({ country: code, local, utc }) => [home(code), original(local), original(utc)]))) : null,
    more.length ? make("p", { class: "soft" }, say("Again on {days}.", { days: more.map(({ day }) => dayOf(day)).join(" · ") })) : null);
}

function who({ date, audience, cost, warnings }) {
  if (!audience) return date ? make("section", { class: "card" }, make("h2", {}, say("Who gets it")), make("p", {}, say("Unknown while Redis cannot be reached."))) : null;
  const rows = (counts, name = (code) => code) => Object.entries(counts).sort((a, b) => b[1] - a[1]).map(([code, count]) => [name(code), count]);
  const plot = (title, counts, name) => {
    const shown = rows(counts, name);
    return shown.length ? figure(title, shown, scrolled(title, ["", say("People")], shown.map(([each, count]) => [each, number(count)]))) : null;
  };
  return make("section", { class: "card" }, make("h2", {}, say("Who gets it")),
    make("p", { class: "big" }, people(audience.total)),
    make("p", { class: "soft" }, costs(audience.total, cost)),
    warnings.map((each) => make("p", { class: "heed" }, original(each))),
    make("div", { class: "audience" }, plot(say("By language"), audience.languages, language), plot(say("By home country"), audience.homes, home), plot(say("By country they travel to"), audience.destinations, home)));
}

const home = (code) => (code ? country(code) : say("not said"));

function costs(total, { minutes, per_second: rate, stars }) {
  if (!total) return say("Nobody who is subscribed fits today.");
  const time = { time: lasting(minutes), rate: number(rate), stars: number(stars ?? 0) };
  return stars
    ? say("Takes {time} at {rate} messages a second, and up to {stars} Stars.", time)
    : say("Takes {time} at {rate} messages a second. Costs nothing.", time);
}
