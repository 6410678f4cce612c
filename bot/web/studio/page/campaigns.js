// Every campaign: what waits for somebody, what comes next, and the examples that are not enabled.

import { get } from "./api.js";
import { field, make } from "./elements.js";
import { one } from "./campaigns_one.js";
import { awayNote, dayOf, STATES, stateOf, until } from "./campaigns_words.js";

const BUSY = ["waiting", "freezing", "sending", "paused"];

export async function show() {
  const [id, wave] = decodeURIComponent(location.hash.slice(1)).split("/");
  return id ? one(id, wave ?? "") : list();
}

async function list() {
  const { campaigns, away } = await get("campaigns");
  const search = make("input", { type: "search", placeholder: "Name or event" });
  const place = make("div", {});
  const draw = () => place.replaceChildren(...sections(campaigns.filter((each) => fits(each, search.value))));
  search.addEventListener("input", draw);
  draw();
  return make("div", { class: "page" }, make("h1", {}, "Campaigns"),
    make("p", { class: "soft" }, "Messages before an event, to those who asked for them and nobody else. Nothing is sent before somebody approves it, unless a wave says that it needs no approval."),
    awayNote(away),
    make("div", { class: "tools fields" }, field("Search", search)), place);
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
    section("Needs you now, or is being sent", busy),
    section("Enabled", enabled),
    section("Examples, not enabled", examples, make("p", { class: "soft" }, "Nothing of these is sent. To use one, set ", make("code", {}, "enabled: true"), " in ",
      make("a", { href: "/studio/flows#data/campaigns.yaml" }, "data/campaigns.yaml"), ".")),
  ].filter(Boolean);
  return shown.length ? shown : [make("p", { class: "empty" }, "There is no such campaign.")];
}

function section(title, campaigns, hint = null) {
  if (!campaigns.length) return null;
  return make("section", { class: "campaign-section" }, make("h2", {}, title), hint, make("ul", { class: "campaign-list" }, campaigns.map(entry)));
}

function entry(campaign) {
  const coming = dates(campaign);
  const first = coming.find(({ state }) => BUSY.includes(state)) ?? coming[0];
  return make("li", {},
    make("a", { href: `/studio/campaigns#${campaign.id}` }, campaign.title),
    make("span", { class: "soft about" }, campaign.about),
    make("span", { class: "next" }, first ? `${first.when} · ${dayOf(first.day)}, ${until(first.day)}` : "no date ahead"),
    first?.state ? stateOf(first.state) : make("span", { class: "state" }, campaign.enabled ? "" : STATES.example));
}

const dates = (campaign) => campaign.waves.flatMap((wave) => wave.dates.map((date) => ({ ...date, when: wave.when })))
  .sort((a, b) => a.starts.localeCompare(b.starts));
