// The conversation: one bubble a message, in order, with days between them.

import { byId, copy, icon, make } from "./elements.js";
import { richText } from "./richtext.js";
import { currentLanguage, word } from "./words.js";

const log = byId("log");
const scroll = byId("scroll");
const bubbles = new Map();
const days = new Map();
let planned = false;
let following = true; // until the person scrolls up to read
let lastTop = 0;

export const isEmpty = () => bubbles.size === 0;

export function clear() {
  bubbles.clear();
  days.clear();
  log.replaceChildren();
}

/** Show a message, or what became of it. */
export function show(message, act, connection) {
  const old = bubbles.get(message.message_id);
  if (message.deleted) {
    old?.remove();
    bubbles.delete(message.message_id);
  } else {
    const bubble = build(message, act, connection);
    if (old) old.replaceWith(bubble);
    else insert(bubble, message.message_id);
    bubbles.set(message.message_id, bubble);
  }
  if (!old && !message.by_bot) following = true;
  plan();
}

function insert(bubble, id) {
  const after = [...bubbles.keys()].filter((other) => other > id).sort((a, b) => a - b)[0];
  log.insertBefore(bubble, after === undefined ? null : bubbles.get(after));
}

scroll.addEventListener("scroll", () => {
  const below = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight;
  // Only a move upwards is the person's: new messages may come before the event of our own scroll.
  if (below < 120) following = true;
  else if (scroll.scrollTop < lastTop) following = false;
  lastTop = scroll.scrollTop;
  byId("down").hidden = below < 300;
}, { passive: true });
new ResizeObserver(() => { if (following) toBottom(); }).observe(scroll);

export function toBottom(smooth = false) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  scroll.scrollTo({ top: scroll.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
}

function plan() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    arrange();
    if (following) toBottom();
  });
}

/** Tails on the last bubble of a group, and one separator before each day. */
export function arrange() {
  const seen = new Set();
  let previous = null;
  for (const id of [...bubbles.keys()].sort((a, b) => a - b)) {
    const bubble = bubbles.get(id);
    const { day } = bubble.dataset;
    const newDay = !seen.has(day);
    if (newDay) {
      seen.add(day);
      if (!days.has(day)) days.set(day, make("li", { class: "day" }, make("span", {}, "")));
      const separator = days.get(day);
      separator.firstChild.textContent = dayName(day);
      if (bubble.previousElementSibling !== separator) log.insertBefore(separator, bubble);
    }
    const same = previous && !newDay && previous.dataset.side === bubble.dataset.side;
    bubble.classList.toggle("first", !same);
    previous?.classList.toggle("last", !same);
    previous = bubble;
  }
  previous?.classList.add("last");
  for (const [day, separator] of days) if (!seen.has(day)) separator.remove();
}

function dayName(day) {
  const date = new Date(`${day}T12:00`);
  const ago = Math.round((new Date().setHours(12, 0, 0, 0) - date) / 86400000);
  if (ago === 0) return word("today");
  if (ago === 1) return word("yesterday");
  return date.toLocaleDateString(currentLanguage(), { day: "numeric", month: "long", year: "numeric" });
}

function build(message, act, connection) {
  const date = new Date(message.date * 1000);
  const side = message.by_bot ? "bot" : "me";
  const body = make("div", { class: "body" });
  const { location, photo, document: file } = message.content;
  if (location) body.append(map(location));
  else if (photo && message.by_bot) body.append(picture(photo.at(-1), connection.fileAddress(message.message_id)));
  else if (photo) body.append(make("div", { class: "photo" }, icon("photo"), make("span", {}, word("photoNote"))));
  else if (file && message.by_bot) body.append(fileLink(file, connection.fileAddress(message.message_id)));
  else for (const kind of Object.keys(message.content)) body.append(make("p", { class: "kind" }, kind));
  if (message.text) {
    const text = richText(message.text, message.entities, (command) => act({ do: "send", text: command }));
    body.append(make("div", { class: "text", dir: "auto" }, text));
  }
  (body.querySelector(":scope > .text") ?? body).append(stampOf(message, date));
  const bubble = make("li", { class: `message ${side}`, "data-side": side, "data-id": message.message_id, "data-day": localDay(date) }, body);
  const rows = message.reply_markup?.inline_keyboard;
  if (rows) bubble.append(make("div", { class: "inline" }, ...rows.map((row, index) => inlineRow(message, row, index, act))));
  return bubble;
}

function stampOf(message, date) {
  const time = date.toLocaleTimeString(currentLanguage(), { hour: "2-digit", minute: "2-digit" });
  const stamp = make("span", { class: "stamp" }, make("time", { datetime: date.toISOString() }, time));
  if (message.edit_date) stamp.prepend(make("span", {}, word("edited")));
  if (!message.by_bot) stamp.append(icon("ticks", "ticks"));
  return stamp;
}

const localDay = (date) => [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, "0")).join("-");

function map({ latitude, longitude }) {
  const place = `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
  return make("div", { class: "map" }, icon("pin"), make("span", {}, `${word("location")} `, make("bdi", { dir: "ltr" }, place)));
}

const picture = ({ width, height }, address) => make("img", { class: "picture", src: address, width, height, alt: word("photo") });

function fileLink({ file_name: name, file_size: size }, address) {
  const [amount, unit] = size < 1e6 ? [Math.max(size / 1e3, 0.1), "kilobyte"] : [size / 1e6, "megabyte"];
  const long = new Intl.NumberFormat(currentLanguage(), { style: "unit", unit, maximumFractionDigits: 1 }).format(amount);
  return make("a", { class: "file", href: address, download: name, "aria-label": `${word("download")}: ${name}, ${long}` },
    make("span", { class: "disc" }, icon("file")), make("bdi", { class: "name" }, name), make("span", { class: "size" }, long));
}

function inlineRow(message, row, rowIndex, act) {
  return make("div", { class: "keys-row" }, ...row.map((button, column) => {
    const label = make("span", { dir: "auto" }, button.text);
    if (button.url) {
      const safe = /^(https?|tg):/i.test(button.url) ? button.url : null;
      return make("a", { class: "key", "data-style": button.style, href: safe, target: "_blank", rel: "noopener noreferrer" }, label, icon("link", "corner"));
    }
    if (button.copy_text) {
      return make("button", { class: "key", "data-style": button.style, type: "button", onclick: () => copy(button.copy_text.text, word("copied")) }, label, icon("copy", "corner"));
    }
    const key = make("button", { class: "key", "data-style": button.style, type: "button" }, label);
    key.addEventListener("click", () => act({ do: "press", message_id: message.message_id, row: rowIndex, column }, key));
    return key;
  }));
}
