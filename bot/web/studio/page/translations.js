// How far each language is, and what it lacks.

import { get } from "./api.js";
import { complain, draw, make } from "./elements.js";

export async function show() {
  const { languages } = await get("translations");
  const missing = make("section", { class: "missing", "aria-live": "polite" });
  const open = (each, state, page = 1) => list(missing, each, state, page, open).catch(complain);
  const cards = languages.map((each) => {
    const share = each.total ? each.translated / each.total : 0;
    const lacking = each.missing + each.fuzzy;
    return make("li", { class: "card" },
      make("h2", {}, each.name, " ", make("small", {}, each.language)),
      bar(share, `${each.name}: ${Math.round(share * 100)} % translated`),
      make("p", {}, `${each.translated} of ${each.total}`, each.fuzzy ? `, ${each.fuzzy} to look at again` : "", each.reviewed ? ", read by a native speaker" : ", not yet reviewed"),
      lacking > 0
        ? make("div", { class: "tools" },
          each.missing ? make("button", { type: "button", onclick: () => open(each, "missing") }, `${each.missing} missing`) : null,
          each.fuzzy ? make("button", { type: "button", onclick: () => open(each, "fuzzy") }, `${each.fuzzy} changed`) : null)
        : make("p", { class: "soft" }, "Nothing is missing."));
  });
  return make("div", { class: "page" }, make("h1", {}, "Translations"), make("ul", { class: "cards" }, cards), missing);
}

function bar(share, label) {
  return draw("svg", { class: "bar", viewBox: "0 0 100 4", preserveAspectRatio: "none", role: "img", "aria-label": label },
    draw("rect", { class: "track", width: 100, height: 4, rx: 1 }), draw("rect", { class: "done", width: share * 100, height: 4, rx: 1 }));
}

async function list(place, each, state, page, open) {
  const { strings, pages } = await get("translations/strings", { language: each.language, state, page });
  const turn = (to, words) => make("button", { type: "button", disabled: to < 1 || to > pages, onclick: () => open(each, state, to) }, words);
  place.replaceChildren(make("h2", { tabindex: -1 }, state === "missing" ? `Missing in ${each.name}` : `The English changed: ${each.name}`),
    make("ul", {}, strings.map((string) => make("li", {}, make("code", {}, string.context || "anywhere"), make("p", {}, string.source),
        string.previous ? make("p", { class: "soft" }, `Before: ${string.previous}`) : "", string.translation ? make("p", { lang: each.language, dir: "auto" }, string.translation) : ""))),
    pages > 1 ? make("div", { class: "tools" }, turn(page - 1, "Before"), make("span", {}, `${page} of ${pages}`), turn(page + 1, "Next")) : "");
  place.firstElementChild.focus();
}
