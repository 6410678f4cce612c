// Every campaign: what waits for somebody, what comes next, and the examples that are not enabled.

import { get } from "./api.js";
import { field, make, original } from "./elements.js";
import { dayOf, until } from "./intl.js";
import { say, sayWith } from "./say.js";
import { one } from "./campaigns_one.js";
import { awayNote, STATES, stateOf } from "./campaigns_words.js";

const BUSY = ["waiting", "freezing", "sending", "paused"];

export async function show() {
  const [id, wave] = decodeURIComponent(location.hash.slice(1)).split("/");
  return id ? one(id, wave ?? "") : list();
}

async function list() {
  const { campaigns, away } = await get("campaigns");
  const search = make("input", { type: "search", placeholder: say("Name or event") });
  const place = make("div", {});
  const draw = () => place.replaceChildren(...sections(campaigns.filter((each) => fits(each, search.value))));
  search.addEventListener("input", draw);
  draw();
  return make("div", { class: "page" }, make("h1", {}, say("Campaigns")),
    make("p", { class: "soft" }, say("Messages before an event, to those who asked for them and nobody else. Nothing is sent before somebody approves it, unless a wave says that it needs no approval.")),
    awayNote(away),
    make("div", { class: "tools fields" }, field(say("Search"), search)), place);
}

function fits(campaign, query) {
  const words = `${campaign.id} ${campaign.title} ${campaign.about}`.toLocaleLowerCase();
  return query.toLocaleLowerCase().split(/\s+/).every((word) => words.includes(word));
}

function sections(campaigns) {
  const busy = campaigns.filter((each) => dates(each).some(({ state }) => BUSY.includes(state)));
  const enabled = campaigns.filter((each) => each.enabled && !busy.includes(each));
  const examples = campaigns.filter((each) => !each.enabled && !busy.includes(each));
  const shown = [
    section(say("Needs you now, or is being sent"), busy),
    section(say("Enabled"), enabled),
    section(say("Examples, not enabled"), examples, make("p", { class: "soft" }, sayWith("Nothing of these is sent. To use one, set {line} in {file}.", {
      line: make("code", { dir: "ltr" }, "enabled: true"),
      file: make("a", { href: "/studio/flows#data/campaigns.yaml", dir: "ltr" }, "data/campaigns.yaml"),
    }))),
  ].filter(Boolean);
  return shown.length ? shown : [make("p", { class: "empty" }, say("There is no such campaign."))];
}

function section(title, campaigns, hint = null) {
  if (!campaigns.length) return null;
  return make("section", { class: "campaign-section" }, make("h2", {}, title), hint, make("ul", { class: "campaign-list" }, campaigns.map(entry)));
}

function entry(campaign) {
  const coming = dates(campaign);
  const first = coming.find(({ state }) => BUSY.includes(state)) ?? coming[0];
  return make("li", {},
    make("a", { href: `/studio/campaigns#${campaign.id}` }, original(campaign.title)),
    make("span", { class: "soft about" }, original(campaign.about)),
    make("span", { class: "next" }, first ? sayWith("{wave} · {day}, {how_long}", { wave: original(first.when), day: dayOf(first.day), how_long: until(first.day) }) : say("no date ahead")),
    first?.state ? stateOf(first.state) : make("span", { class: "state" }, campaign.enabled ? "" : STATES.example));
}

const dates = (campaign) => campaign.waves.flatMap((wave) => wave.dates.map((date) => ({ ...date, when: wave.when })))
  .sort((a, b) => a.starts.localeCompare(b.starts));
