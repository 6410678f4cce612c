// The bot's own keyboard in place of the letters, where a location can be shared.

import { byId, make } from "./elements.js";
import { word } from "./words.js";

const keys = byId("keys");
const toggle = byId("keys-toggle");
const input = byId("input");
let keyboard = null;

/** Show a reply keyboard; null takes it away. */
export function setKeyboard(markup, { onText, onLocation }) {
  if (JSON.stringify(markup) === JSON.stringify(keyboard)) return;
  keyboard = markup;
  toggle.hidden = !markup || markup.is_persistent === true;
  describe();
  keys.replaceChildren();
  open(Boolean(markup));
  if (!markup) return;
  keys.classList.toggle("tall", !markup.resize_keyboard);
  for (const row of markup.keyboard) {
    keys.append(make("div", { class: "keys-row" }, ...row.map((button) => {
      const label = make("span", { dir: "auto" }, button.text);
      const press = () => {
        if (button.request_location) onLocation();
        else onText(button.text);
        if (markup.one_time_keyboard) open(false);
      };
      return make("button", { class: "key", "data-style": button.style, type: "button", onclick: press }, label);
    })));
  }
}

/** The hint in the input field, in the page's present language. */
export function describe() {
  input.placeholder = keyboard?.input_field_placeholder || word("message");
  input.setAttribute("aria-label", word("message"));
}

function open(yes) {
  keys.hidden = !yes;
  toggle.setAttribute("aria-expanded", String(yes));
}

toggle.addEventListener("click", () => open(keys.hidden));
