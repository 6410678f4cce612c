// Numbers, days, countries and languages as the reader writes them.

import { LOCALE, say, tagOf } from "./say.js";

const DAY = 86_400_000;
const REGIONS = new Intl.DisplayNames(LOCALE, { type: "region", fallback: "code" });
const LANGUAGES = new Intl.DisplayNames(LOCALE, { type: "language", fallback: "code" });
const AWAY = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" });
const LIST = new Intl.ListFormat(LOCALE, { type: "unit" });
const ORDER = new Intl.Collator(LOCALE);

export const country = (code) => REGIONS.of(code);
export const language = (code) => LANGUAGES.of(tagOf(code));

/** Compares two texts by the alphabet. */
export const compare = ORDER.compare;

/** Several things, one after another. */
export const list = (texts) => LIST.format(texts);

export const percent = (share) => say("{share} %", { share: Math.round(share * 100) });

/** Days from today on; before today, with a minus: tomorrow, in 12 days, 3 days ago. */
export const away = (days) => AWAY.format(days, "day");

/** How long it is until a day. */
export const until = (day) => away(Math.round((Date.parse(`${day}T00:00Z`) - Date.parse(`${new Date().toISOString().slice(0, 10)}T00:00Z`)) / DAY));

const utc = (iso, options) => new Date(iso).toLocaleString(LOCALE, { timeZone: "UTC", ...options });

/** An instant as people say it, in UTC. */
export const moment = (iso) => `${utc(iso, { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" })} UTC`;

/** The same by the reader's own clock. */
export const here = (iso) => new Date(iso).toLocaleString(LOCALE);

/** A day without a time, such as 2027-06-19. */
export const dayOf = (day) => utc(`${day}T12:00Z`, { weekday: "short", day: "numeric", month: "long", year: "numeric" });

/** The same without its year. */
export const shortDay = (day) => utc(`${day}T12:00Z`, { day: "numeric", month: "short" });

export const clock = (date) => date.toLocaleTimeString(LOCALE, { hour: "2-digit", minute: "2-digit" });

const unit = (count, name) => new Intl.NumberFormat(LOCALE, { style: "unit", unit: name, unitDisplay: "long", maximumFractionDigits: 1 }).format(count);

/** Minutes as people say them. */
export function lasting(minutes) {
  if (minutes < 1) return say("less than a minute");
  if (minutes < 90) return unit(Math.round(minutes), "minute");
  const hours = minutes / 60;
  return hours < 48 ? unit(hours, "hour") : unit(Math.round(hours / 24), "day");
}
