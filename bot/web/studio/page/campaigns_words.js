// How the views of campaigns call things.

import { make } from "./elements.js";

export const STATES = {
  example: "example",
  waiting: "waits for approval",
  approved: "approved",
  freezing: "gathering the audience",
  sending: "being sent",
  paused: "paused",
  cancelled: "cancelled",
  finished: "finished",
  missed: "missed",
};

/** Outcomes in the order in which they are told: what it is called, and what that means. */
export const OUTCOMES = {
  delivered: ["Delivered", "Telegram took it."],
  blocked: ["Blocked", "The person has blocked the bot; they are no longer subscribed."],
  failed: ["Failed", "Telegram refused it."],
  unknown: ["Unknown", "A crash came between sending and the answer. It is not sent again."],
  stopped: ["Unsubscribed before", "They wrote /stop before their turn came."],
  capped: ["Had enough", "They have had as many this week as your limit allows."],
  missed: ["Too late", "Their turn would have come after the time that the campaign allows."],
};

export const isUnderWay = (state) => ["waiting", "approved", "freezing", "sending", "paused"].includes(state);

export const stateOf = (state) => make("span", { class: `state ${state}` }, STATES[state] ?? state);

/** An instant as people say it, in UTC. */
export const moment = (iso) => `${utc(iso, { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" })} UTC`;

const utc = (iso, options) => new Date(iso).toLocaleString("en-GB", { timeZone: "UTC", ...options });

/** A day without a time, such as 2027-06-19. */
export const dayOf = (day) => utc(`${day}T12:00Z`, { weekday: "short", day: "numeric", month: "long", year: "numeric" });

const AWAY = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** How long it is until a day: tomorrow, in 12 days. */
export const until = (day) => AWAY.format(Math.round((Date.parse(`${day}T00:00Z`) - Date.parse(`${new Date().toISOString().slice(0, 10)}T00:00Z`)) / 86_400_000), "day");

export const clock = (date) => date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

/** Minutes as people say them. */
export function lasting(minutes) {
  if (minutes < 1) return "less than a minute";
  if (minutes < 90) return `${Math.round(minutes)} ${Math.round(minutes) === 1 ? "minute" : "minutes"}`;
  const hours = minutes / 60;
  return hours < 48 ? `${hours.toFixed(1).replace(/\.0$/, "")} hours` : `${Math.round(hours / 24)} days`;
}

export const number = (count) => count.toLocaleString("en-GB");

export const people = (count) => `${number(count)} ${count === 1 ? "person" : "people"}`;

const LANGUAGES = new Intl.DisplayNames("en", { type: "language", fallback: "code" });
export const language = (code) => LANGUAGES.of(code);

const COUNTRIES = new Intl.DisplayNames("en", { type: "region", fallback: "code" });
export const country = (code) => (code ? COUNTRIES.of(code) : "not said");

/** What to say while nobody knows what was sent. */
export function awayNote(away) {
  return away ? make("p", { class: "away-note", role: "alert" }, away) : null;
}
