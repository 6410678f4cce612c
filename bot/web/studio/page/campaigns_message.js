// The message as a traveller sees it, in each language.

import { field, make } from "./elements.js";
import { say } from "./say.js";
import { rich } from "./telegram_html.js";

const KINDS = { url: " ↗", copy: " ⧉" };

export function message({ texts, picture }) {
  const choice = make("select", {}, texts.map(({ language, name, translated }) => make("option", { value: language }, translated ? name : say("{language} (in English)", { language: name }))));
  const place = make("div", { class: "phone" });
  const english = make("p", { class: "heed" }, say("Not translated yet: they read it in English."));
  const draw = () => {
    const text = texts.find(({ language }) => language === choice.value);
    english.hidden = !text || text.translated;
    place.replaceChildren(...(text ? text.messages.map((each, index) => bubble(each, text, index ? "" : picture)) : [make("p", { class: "empty" }, say("There is nothing to say."))]));
  };
  choice.addEventListener("change", draw);
  draw();
  return make("section", { class: "card telegram", "aria-label": say("The message") }, make("h2", {}, say("What they read")), field(say("Language"), choice), english, place);
}

function bubble({ text, rows }, { language, direction }, picture) {
  return make("div", { class: "bubble", lang: language, dir: direction },
    make("div", { class: "body" }, picture ? make("img", { class: "picture", src: `/studio/api/campaigns/picture?name=${encodeURIComponent(picture)}`, alt: say("The picture of the campaign") }) : null, rich(text)),
    rows.map((row) => make("div", { class: "row" }, row.map(({ label, kind }) => make("span", { class: "key" }, label + (KINDS[kind] ?? ""))))));
}
