// How the views of campaigns call things.

import { make, original } from "./elements.js";
import { say, sayMany } from "./say.js";

export const STATES = {
  example: say("example"),
  waiting: say("waits for approval"),
  approved: say("approved"),
  freezing: say("gathering the audience"),
  sending: say("being sent"),
  paused: say("paused"),
  cancelled: say("cancelled"),
  finished: say("finished"),
  missed: say("missed"),
};

/** Outcomes in the order in which they are told: what it is called, and what that means. */
export const OUTCOMES = {
  delivered: [say("Delivered"), say("Telegram took it.")],
  blocked: [say("Blocked"), say("The person has blocked the bot; they are no longer subscribed.")],
  failed: [say("Failed"), say("Telegram refused it.")],
  unknown: [say("Unknown"), say("A crash came between sending and the answer. It is not sent again.")],
  stopped: [say("Unsubscribed before"), say("They wrote /stop before their turn came.")],
  capped: [say("Had enough"), say("They have had as many this week as your limit allows.")],
  missed: [say("Too late"), say("Their turn would have come after the time that the campaign allows.")],
};

export const isUnderWay = (state) => ["waiting", "approved", "freezing", "sending", "paused"].includes(state);

export const stateOf = (state) => make("span", { class: `state ${state}` }, STATES[state] ?? state);

export const people = (count) => sayMany("{count} person", "{count} people", count);

/** What to say while nobody knows what was sent. */
export function awayNote(away) {
  return away ? make("p", { class: "away-note", role: "alert" }, original(away)) : null;
}
