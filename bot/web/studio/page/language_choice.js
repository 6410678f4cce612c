// The list from which one takes the language of the studio; each is named in itself.

import { make } from "./elements.js";
import { LANGUAGE, LANGUAGES, speak } from "./say.js";

export function languageChoice(attributes = {}) {
  const options = LANGUAGES.map(({ code, name }) =>
    make("option", { value: code, lang: code.replace("_", "-"), selected: code === LANGUAGE.code }, name));
  return make("select", { autocomplete: "off", ...attributes, onchange: (event) => speak(event.target.value) }, options);
}
