// Brings the page to life: opens the chat, shows what happens, sends what the person does.

import * as bubbles from "./bubbles.js";
import { Connection, newPerson } from "./connection.js";
import { byId, make, toast } from "./elements.js";
import { describe, setKeyboard } from "./keyboard.js";
import { askPosition } from "./places.js";
import * as settings from "./settings.js";
import { speak, word } from "./words.js";

const TYPING = 5000; // milliseconds that Telegram shows an action
const PRESS_PATIENCE = 15000; // milliseconds that a button waits for its answer

const input = byId("input");
let connection = null;
let about = null;
let caughtUp = false;
let payload = settings.startPayload;
let typingTimer;
const waiting = new Map(); // query id -> button
const answered = new Set();

async function act(what, button) {
  button?.classList.add("waiting");
  try {
    const { query_id: query } = await connection.act(what);
    if (button) await until(query, button);
    return true;
  } catch {
    toast(word(button ? "gone" : "unsent"));
    return false;
  } finally {
    button?.classList.remove("waiting");
  }
}

function until(query, button) {
  if (answered.delete(query)) return null;
  return new Promise((resolve) => {
    waiting.set(query, resolve);
    setTimeout(resolve, PRESS_PATIENCE);
    button.setAttribute("aria-busy", "true");
  }).finally(() => {
    waiting.delete(query);
    button.removeAttribute("aria-busy");
  });
}

const keyActions = {
  onText: (text) => act({ do: "send", text }),
  onLocation: () => askPosition((latitude, longitude) => act({ do: "location", latitude, longitude })),
};

function frame() {
  const empty = bubbles.isEmpty();
  const starting = caughtUp && (empty || about.blocked || payload !== null);
  byId("empty").hidden = !caughtUp || !empty;
  byId("start").hidden = !starting;
  byId("start").textContent = word(about?.blocked ? "restart" : "start");
  byId("composer").hidden = !caughtUp || starting;
  byId("keys").classList.toggle("away", starting);
}

async function refresh() {
  about = await connection.about();
  speak(about.language_code);
  describe();
  settings.showLanguage(about.language_code);
  document.title = about.name;
  byId("name").textContent = about.name;
  byId("description").textContent = about.description || about.short_description;
  byId("block").textContent = word(about.blocked ? "unblock" : "block");
  byId("menu").hidden = about.commands.length === 0;
  byId("commands").replaceChildren(...about.commands.map(({ command, description }) => make("li", {},
    make("button", { type: "button", onclick: () => { menu(false); act({ do: "send", text: `/${command}` }); } },
      make("span", { dir: "auto" }, description), make("b", { dir: "ltr" }, `/${command}`)))));
  setKeyboard(about.keyboard, keyActions);
  status();
  bubbles.arrange();
}

function status(text = "") {
  byId("status").textContent = text || word("bot");
}

function typing(yes) {
  clearTimeout(typingTimer);
  byId("typing").hidden = !yes;
  status(yes ? word("typing") : "");
  if (!yes) return;
  typingTimer = setTimeout(() => typing(false), TYPING);
  bubbles.toBottom();
}

const handlers = {
  reset() {
    bubbles.clear();
  },
  message(message) {
    if (message.by_bot) typing(false);
    bubbles.show(message, act, connection);
    if (!caughtUp) return;
    const markup = message.by_bot && !message.deleted && !message.edit_date && message.reply_markup;
    if (markup?.keyboard) setKeyboard(markup, keyActions);
    else if (markup && (markup.remove_keyboard || markup.force_reply)) setKeyboard(null, keyActions);
    if (markup?.force_reply) input.focus();
    frame();
  },
  action() {
    typing(true);
  },
  answer({ query_id: query, text, show_alert: alert, url }) {
    if (waiting.has(query)) waiting.get(query)();
    else answered.add(query);
    if (text && alert) {
      byId("alert").querySelector("p").textContent = text;
      byId("alert").showModal();
    } else if (text) toast(text);
    if (/^https?:/i.test(url)) window.open(url, "_blank", "noopener");
  },
  async profile() {
    await refresh();
    frame();
  },
  async ready() {
    for (const resolve of waiting.values()) resolve();
    await refresh();
    caughtUp = true;
    byId("app").classList.add("ready");
    frame();
    bubbles.toBottom();
  },
  up(yes) {
    status(yes ? "" : word("connecting"));
  },
  gone: () => begin(true),
};

async function begin(fresh = false) {
  connection?.close();
  caughtUp = false;
  bubbles.clear();
  setKeyboard(null, keyActions);
  let key = fresh ? null : settings.stored("chat");
  if (!key) {
    try {
      key = await newPerson(settings.askedLanguage || settings.stored("language") || settings.firstLanguage);
    } catch {
      status(word("connecting"));
      setTimeout(() => begin(fresh), 1500);
      return;
    }
    settings.remember("chat", key);
  }
  connection = new Connection(key, handlers);
  if (settings.askedLanguage && !fresh) act({ do: "language", text: settings.askedLanguage });
}

function grow() {
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight, 140)}px`;
  byId("composer").classList.toggle("writing", input.value.trim() !== "");
}

function menu(open) {
  byId("commands").hidden = !open;
  byId("menu").setAttribute("aria-expanded", String(open));
}

byId("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = input.value;
  if (!text.trim()) return;
  input.value = "";
  grow();
  if (!(await act({ do: "send", text })) && !input.value) input.value = text;
  grow();
});
input.addEventListener("input", grow);
input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId("composer").requestSubmit();
});
byId("photo").addEventListener("change", () => {
  // Only the fact is sent: the picture is never read.
  byId("photo").value = "";
  act({ do: "photo", text: input.value });
  input.value = "";
  grow();
});
byId("attach").addEventListener("click", () => byId("photo").click());
byId("start").addEventListener("click", async () => {
  const sent = await act({ do: "start", text: payload ?? "" });
  if (!sent) return;
  payload = null;
  history.replaceState(null, "", location.pathname);
  frame();
});
byId("menu").addEventListener("click", () => menu(byId("commands").hidden));
document.addEventListener("click", (event) => {
  if (!event.target.closest("#menu, #commands")) menu(false);
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") menu(false); });
byId("down").addEventListener("click", () => bubbles.toBottom(true));
byId("banner").hidden = settings.stored("banner") === "closed";
byId("banner-close").addEventListener("click", () => {
  byId("banner").hidden = true;
  settings.remember("banner", "closed");
});

settings.openableSettings({
  onLanguage: (text) => act({ do: "language", text }),
  onFresh: () => begin(true),
  onBlock: () => act({ do: about.blocked ? "unblock" : "block" }),
});
speak(settings.firstLanguage);
describe();
status(word("connecting"));
begin();
