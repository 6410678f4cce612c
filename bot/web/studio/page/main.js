// Which view is open, who is working, which language, light or dark.

import { whoAmI } from "./api.js";
import { byId, calm, complain, make, original } from "./elements.js";
import { languageChoice } from "./language_choice.js";
import { showLogin } from "./login.js";
import { hasUnsaved } from "./drafts.js";
import { say, sayWith } from "./say.js";

const VIEWS = {
  flows: [say("Flows"), () => import("./flows.js")],
  campaigns: [say("Campaigns"), () => import("./campaigns.js")],
  contacts: [say("Contacts"), () => import("./contacts.js")],
  translations: [say("Translations"), () => import("./translations.js")],
  figures: [say("Figures"), () => import("./figures.js")],
  reports: [say("Reports"), () => import("./reports.js")],
};

const viewOf = (path) => path.split("/")[2] || "flows";

async function open(name) {
  const [title, load] = VIEWS[name] ?? VIEWS.flows;
  document.title = say("{view} · Studio", { view: title });
  for (const link of byId("views").children) {
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  calm();
  const main = byId("main");
  main.className = name;
  main.replaceChildren(make("p", { class: "empty" }, say("Loading…")));
  try {
    const [me, view] = await Promise.all([whoAmI(), load()]);
    if (me.problem) complain(sayWith("The bot goes on with the content from before: {problem}", { problem: original(me.problem.split("\n")[0]) }));
    const content = await view.show(me);
    if (viewOf(location.pathname) === name) main.replaceChildren(content);
  } catch (error) {
    if (error.status === 401) return location.assign("/studio/login");
    main.replaceChildren();
    complain(error);
  }
}

function navigation(me) {
  const links = Object.entries(VIEWS).map(([name, [title]]) =>
    make("a", { href: `/studio/${name}`, "data-view": name }, title));
  byId("views").replaceChildren(...links);
  byId("views").addEventListener("click", (event) => {
    const name = event.target.dataset?.view;
    if (!name || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState(null, "", `/studio/${name}`);
    open(name);
  });
  addEventListener("popstate", () => open(viewOf(location.pathname)));
  byId("who").textContent = me.name;
  byId("theme").before(languageChoice());
  byId("top").hidden = false;
}

/** What stands round every view. */
function frame() {
  byId("skip").textContent = say("Skip to the content");
  byId("name").textContent = say("Studio");
  byId("leave").textContent = say("Log out");
  byId("views").setAttribute("aria-label", say("Views"));
  const close = byId("error").lastElementChild;
  close.setAttribute("aria-label", say("Close"));
  close.addEventListener("click", calm);
}

function theme() {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const button = byId("theme");
  const apply = (name) => {
    root.dataset.theme = name;
    button.textContent = name === "dark" ? say("Light") : say("Dark");
  };
  apply(localStorage.getItem("studio.theme") ?? (dark.matches ? "dark" : "light"));
  button.addEventListener("click", () => {
    apply(root.dataset.theme === "dark" ? "light" : "dark");
    localStorage.setItem("studio.theme", root.dataset.theme);
  });
}

async function begin() {
  theme();
  frame();
  addEventListener("beforeunload", (event) => { if (hasUnsaved()) event.preventDefault(); });
  if (viewOf(location.pathname) === "login") return showLogin();
  try {
    navigation(await whoAmI());
    await open(viewOf(location.pathname));
  } catch (error) {
    if (error.status === 401) location.assign("/studio/login");
    else complain(error);
  }
}

begin();
