// The chat preview: the real engine over the edited, unsaved files.

import { post } from "./api.js";
import { field, make, notice } from "./elements.js";
import { rich } from "./telegram_html.js";

const NAMES = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
const ALPHABET = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const NOT_COUNTRIES = new Set(["EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"]);

/** ``[code, English name]`` of every country, by name; two codes for one country appear once. */
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
  return [...byName].map(([name, code]) => [code, name]).sort((a, b) => a[1].localeCompare(b[1]));
}

export class Preview {
  /** ``files()`` gives the unsaved edits, ``onAt(at)`` hears where the conversation stands. */
  constructor({ languages, files, onAt }) {
    this.files = files;
    this.onAt = onAt;
    this.session = "";
    this.chat = 0;
    this.begun = { start: "" };
    this.log = make("div", { class: "log", role: "log", tabindex: 0, "aria-label": "The chat" });
    const again = () => this.start(this.begun);
    this.language = make("select", { onchange: again }, languages.map(({ code, name }) => make("option", { value: code }, name)));
    this.country = make("select", { onchange: again }, make("option", { value: "" }, "any"),
      countries().map(([code, name]) => make("option", { value: code }, name)));
    this.date = make("input", { type: "datetime-local", onchange: again });
    this.input = make("input", { placeholder: "Write, or /command", "aria-label": "Write to the bot", autocomplete: "off" });
    this.from = make("p", { class: "soft from" });
    this.element = make("div", { class: "preview" },
      make("div", { class: "tools settings" },
        field("Language", this.language), field("Country", this.country), field("Date", this.date, "date")),
      make("div", { class: "tools" }, this.from,
        make("button", { type: "button", onclick: again }, "Restart"),
        make("button", { type: "button", class: "quiet", title: "Talk from the very beginning", onclick: () => this.start({ start: "" }) }, "/start")),
      this.log,
      make("form", { class: "tools", onsubmit: (event) => this.write(event) }, this.input,
        make("button", { class: "main" }, "Send")));
  }

  /** A new chat that begins with an event, such as ``{node: "report/urgency"}``. */
  async start(event) {
    this.begun = event;
    this.chat += 1;
    this.session = "";
    this.log.replaceChildren();
    this.from.textContent = `From ${event.node ?? "/start"}`;
    await this.send(event);
  }

  write(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.say("me", text);
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
      turn.messages.forEach((message) => this.say("bot", message.text, message));
      this.onAt(turn.at);
    } catch (error) {
      if (chat === this.chat) this.log.append(make("p", { class: "problem", role: "alert" }, error.message));
    }
    this.log.scrollTop = this.log.scrollHeight;
  }

  say(who, text, { rows = [], document = null } = {}) {
    const buttons = rows.map((row) => make("div", { class: "row" }, row.map((button) => this.button(button))));
    this.log.append(make("div", { class: `bubble ${who}` },
      make("div", { class: "body", lang: who === "bot" ? this.language.value : null, dir: "auto" },
        document ? make("p", { class: "document" }, `📄 ${document.name}`) : "", rich(who === "bot" ? text : escaped(text))),
      buttons));
  }

  button({ label, kind, value }) {
    if (kind === "url") return make("a", { class: "key", href: /^https?:/i.test(value) ? value : null, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, `${label} ↗`);
    const act = {
      press: () => { this.say("me", label); this.send(value ? { press: value } : { text: label }); },
      copy: () => { navigator.clipboard?.writeText(value); notice("Copied"); },
      share: () => notice(`Passes on: ${value}`),
      location: () => { this.say("me", "📍 Nairobi"); this.send({ location: [-1.29, 36.82] }); },
    }[kind];
    return make("button", { type: "button", class: "key", dir: "auto", onclick: act }, label);
  }

  /** Buttons of earlier messages still work, as in a chat, but stand back. */
  retire() {
    for (const key of this.log.querySelectorAll(".key")) key.classList.add("old");
  }
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
