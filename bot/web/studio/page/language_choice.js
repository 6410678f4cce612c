// From here one takes the language of the studio; each is named in itself. Buttons and no list, in
// which the arrow keys alone would load the page anew.

import { make } from "./elements.js";
import { LANGUAGE, LANGUAGES, say, speak, tagOf } from "./say.js";

export function languageChoice() {
  const choice = ({ code, name, direction }) =>
    make("button", {
      type: "button", class: "quiet", lang: tagOf(code), dir: direction,
      "aria-current": code === LANGUAGE.code && "true", onclick: () => speak(code),
    }, name);
  return make("details", { class: "languages" },
    make("summary", { "aria-label": say("Language of the studio: {name}", { name: LANGUAGE.name }) }, LANGUAGE.name),
    make("div", {}, LANGUAGES.map(choice)));
}
