// The chat preview: the real engine over the edited, unsaved files.

import { post } from "./api.js";
import { field, make, notice, saidBy } from "./elements.js";
import { compare } from "./intl.js";
import { LOCALE, say, tagOf } from "./say.js";
import { rich } from "./telegram_html.js";

const NAMES = new Intl.DisplayNames(LOCALE, { type: "region", fallback: "none" });
const ALPHABET = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const NOT_COUNTRIES = new Set(["EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"]);

/** ``[code, name]`` of every country, by name; two codes for one country appear once. */
function countries() {
  const byName = new Map();
  for (const first of ALPHABET) {
    for (const second of ALPHABET) {
      const code = first + second;
      const name = NAMES.of(code);
      if (!name || NOT_COUNTRIES.has(code)) continue;
      if (new Intl.Locale(`und-${code}`).region === Intl.getCanonicalLocales(`und-${code}`)[0].slice(4)) byName.set(name, code);
    }
  }
  return [...byName].map(([name, code]) => [code, name]).sort((a, b) => compare(a[1], b[1]));
}

export class Preview {
  /** ``files()`` gives the unsaved edits, ``onAt(at)`` hears where the conversation stands. */
  constructor({ languages, files, onAt }) {
    this.files = files;
    this.onAt = onAt;
    this.session = "";
    this.chat = 0;
    this.begun = { start: "" };
    this.log = make("div", { class: "log", role: "log", tabindex: 0, "aria-label": say("The chat") });
    const again = () => this.start(this.begun);
    this.language = make("select", { onchange: again }, languages.map(({ code, name }) => make("option", { value: code, lang: tagOf(code) }, name)));
    this.country = make("select", { onchange: again }, make("option", { value: "" }, say("any")),
      countries().map(([code, name]) => make("option", { value: code }, name)));
    this.date = make("input", { type: "datetime-local", onchange: again });
    this.input = make("input", { placeholder: say("Write, or /command"), dir: "auto", "aria-label": say("Write to the bot"), autocomplete: "off" });
    this.from = make("p", { class: "soft from" });
    this.element = make("div", { class: "preview" },
      make("div", { class: "tools settings" },
        field(say("Language"), this.language), field(say("Country"), this.country), field(say("Date"), this.date, "date")),
      make("div", { class: "tools" }, this.from,
        make("button", { type: "button", onclick: again }, say("Restart")),
        make("button", { type: "button", class: "quiet", dir: "ltr", title: say("Talk from the very beginning"), onclick: () => this.start({ start: "" }) }, "/start")),
      this.log,
      make("form", { class: "tools", onsubmit: (event) => this.write(event) }, this.input,
        make("button", { class: "main" }, say("Send"))));
  }

  /** A new chat that begins with an event, such as ``{node: "report/urgency"}``. */
  async start(event) {
    this.begun = event;
    this.chat += 1;
    this.session = "";
    this.log.replaceChildren();
    this.from.textContent = say("From {step}", { step: event.node ?? "/start" });
    await this.send(event);
  }

  write(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.show("me", text);
    this.send(text.startsWith("/") ? { command: text } : { text });
  }

  async send(event) {
    const { chat } = this;
    const now = this.date.value ? new Date(this.date.value).toISOString() : "";
    try {
      const turn = await post("preview", {
        files: this.files(), session: this.session, event,
        locale: this.language.value, country: this.country.value, now,
      });
      if (chat !== this.chat) return; // of a chat that was begun anew meanwhile
      this.session = turn.session;
      this.retire();
      turn.messages.forEach((message) => this.show("bot", message.text, message));
      this.onAt(turn.at);
    } catch (error) {
      if (chat === this.chat) this.log.append(make("p", { class: "problem", role: "alert" }, saidBy(error)));
    }
    this.log.scrollTop = this.log.scrollHeight;
  }

  show(who, text, { rows = [], document = null } = {}) {
    const buttons = rows.map((row) => make("div", { class: "row" }, row.map((button) => this.button(button))));
    this.log.append(make("div", { class: `bubble ${who}` },
      make("div", { class: "body", lang: who === "bot" ? tagOf(this.language.value) : null, dir: "auto" },
        document ? make("p", { class: "document" }, `📄 ${document.name}`) : "", rich(who === "bot" ? text : escaped(text))),
      buttons));
  }

  button({ label, kind, value }) {
    if (kind === "url") return make("a", { class: "key", href: /^https?:/i.test(value) ? value : null, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, `${label} ↗`);
    const act = {
      press: () => { this.show("me", label); this.send(value ? { press: value } : { text: label }); },
      copy: () => { navigator.clipboard?.writeText(value); notice(say("Copied")); },
      share: () => notice(say("Passes on: {text}", { text: value })),
      location: () => { this.show("me", "📍 Nairobi"); this.send({ location: [-1.29, 36.82] }); },
    }[kind];
    return make("button", { type: "button", class: "key", dir: "auto", onclick: act }, label);
  }

  /** Buttons of earlier messages still work, as in a chat, but stand back. */
  retire() {
    for (const key of this.log.querySelectorAll(".key")) key.classList.add("old");
  }
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
