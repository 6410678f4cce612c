// How far each language is, and what it lacks.

import { get } from "./api.js";
import { complain, draw, make, original } from "./elements.js";
import { percent } from "./intl.js";
import { number, say, sayWith, tagOf } from "./say.js";

const tag = (each) => tagOf(each.language);
const named = (each) => make("bdi", { lang: tag(each) }, each.name);

export async function show() {
  const { languages } = await get("translations");
  const missing = make("section", { class: "missing", "aria-live": "polite" });
  const open = (each, state, page = 1) => list(missing, each, state, page, open).catch(complain);
  const cards = languages.map((each) => {
    const share = each.total ? each.translated / each.total : 0;
    const lacking = each.missing + each.fuzzy;
    return make("li", { class: "card" },
      make("h2", {}, named(each), " ", make("small", {}, each.language)),
      bar(share, say("{language}: {share} translated", { language: each.name, share: percent(share) })),
      make("p", {}, [
        say("{count} of {total}", { count: number(each.translated), total: number(each.total) }),
        each.fuzzy && say("{count} to look at again", { count: number(each.fuzzy) }),
        each.reviewed ? say("read by a native speaker") : say("not yet reviewed")].filter(Boolean).join(" · ")),
      lacking > 0
        ? make("div", { class: "tools" },
          each.missing ? make("button", { type: "button", onclick: () => open(each, "missing") }, say("{count} missing", { count: number(each.missing) })) : null,
          each.fuzzy ? make("button", { type: "button", onclick: () => open(each, "fuzzy") }, say("{count} changed", { count: number(each.fuzzy) })) : null)
        : make("p", { class: "soft" }, say("Nothing is missing.")));
  });
  return make("div", { class: "page" }, make("h1", {}, say("Translations")), make("ul", { class: "cards" }, cards), missing);
}

function bar(share, label) {
  return draw("svg", { class: "bar", viewBox: "0 0 100 4", preserveAspectRatio: "none", role: "img", "aria-label": label },
    draw("rect", { class: "track", width: 100, height: 4, rx: 1 }), draw("rect", { class: "done", width: share * 100, height: 4, rx: 1 }));
}

async function list(place, each, state, page, open) {
  const { strings, pages } = await get("translations/strings", { language: each.language, state, page });
  const turn = (to, words) => make("button", { type: "button", disabled: to < 1 || to > pages, onclick: () => open(each, state, to) }, words);
  place.replaceChildren(make("h2", { tabindex: -1 }, state === "missing" ? say("Missing in {language}", { language: each.name }) : say("The English changed: {language}", { language: each.name })),
    make("ul", {}, strings.map((string) => make("li", {}, make("code", {}, string.context || say("anywhere")), make("p", { lang: "en", dir: "ltr" }, string.source),
        string.previous ? make("p", { class: "soft" }, sayWith("Before: {sentence}", { sentence: original(string.previous) })) : "", string.translation ? make("p", { lang: tag(each), dir: "auto" }, string.translation) : ""))),
    pages > 1 ? make("div", { class: "tools" }, turn(page - 1, say("Before")), make("span", {}, say("{count} of {total}", { count: number(page), total: number(pages) })), turn(page + 1, say("Next"))) : "");
  place.firstElementChild.focus();
}
