// The way in: the staff token, and a name that stands beside what one changes.

import { byId, complain, field, make } from "./elements.js";
import { languageChoice } from "./language_choice.js";
import { say, sayMany } from "./say.js";

export function showLogin() {
  document.title = say("Log in · Studio");
  const token = make("input", { type: "password", name: "token", required: true, autocomplete: "current-password", dir: "ltr" });
  const name = make("input", { name: "name", required: true, maxlength: 60, autocomplete: "name", dir: "auto" });
  byId("main").className = "login";
  byId("main").replaceChildren(
    languageChoice(),
    make("form", { method: "post", action: "/studio/login", class: "card" },
      make("img", { src: "/studio/assets/eye.svg", alt: "", width: 56, height: 56 }),
      make("h1", {}, say("Studio")),
      make("p", {}, say("For those who edit the conversations. Whoever runs the bot knows the token.")),
      field(say("Staff token"), token),
      field(say("Your name, shown beside what you change"), name),
      make("button", { class: "main" }, say("Log in"))));
  token.focus();
  const failed = new URLSearchParams(location.search);
  if (failed.has("wrong")) complain(say("This is not the staff token. Please try again."));
  const seconds = Number(failed.get("wait"));
  if (seconds) complain(sayMany("Too many attempts. Please wait {count} second.", "Too many attempts. Please wait {count} seconds.", seconds));
}
