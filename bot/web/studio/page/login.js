// The way in: the staff token, and a name that stands beside what one changes.

import { byId, complain, field, make } from "./elements.js";

export function showLogin() {
  document.title = "Log in · Studio";
  const token = make("input", { type: "password", name: "token", required: true, autocomplete: "current-password" });
  const name = make("input", { name: "name", required: true, maxlength: 60, autocomplete: "name" });
  byId("main").className = "login";
  byId("main").replaceChildren(
    make("form", { method: "post", action: "/studio/login", class: "card" },
      make("img", { src: "/studio/assets/eye.svg", alt: "", width: 56, height: 56 }),
      make("h1", {}, "Studio"),
      make("p", {}, "For those who edit the conversations. Whoever runs the bot knows the token."),
      field("Staff token", token),
      field("Your name, shown beside what you change", name),
      make("button", { class: "main" }, "Log in")));
  token.focus();
  const failed = new URLSearchParams(location.search);
  if (failed.has("wrong")) complain("This is not the staff token. Please try again.");
  if (failed.has("wait")) complain(`Too many attempts. Please wait ${failed.get("wait")} seconds.`);
}
