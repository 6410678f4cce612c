// What staff do with a wave before it goes out: try it on themselves, then approve it.

import { post } from "./api.js";
import { complain, field, make, notice, original } from "./elements.js";
import { say, sayMany, sayWith } from "./say.js";
import { people } from "./campaigns_words.js";

export function decide(shown, again) {
  if (!shown.date) return null;
  const title = shown.why_not ? say("Try it") : say("Try it, then approve it");
  return make("section", { class: "card decide" }, make("h2", {}, title), test(shown), approve(shown, again));
}

function test({ campaign, wave, away }) {
  const place = make("div", { class: "link", role: "status" });
  const ask = async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      const { link, command, qr, minutes } = await post("campaigns/test", { campaign, wave });
      place.replaceChildren(
        make("img", { src: qr, alt: say("QR code of the link"), width: 180, height: 180 }),
        make("p", {}, make("a", { href: link, target: "_blank", rel: "noopener noreferrer", dir: "ltr" }, link)),
        make("p", { class: "soft" }, sayWith("Scan it, or write {command} to the bot: you get the message in your own language.", { command: make("code", { dir: "ltr" }, command) }), " ",
          sayMany("Works once, within {count} minute, and counts nowhere.", "Works once, within {count} minutes, and counts nowhere.", minutes)));
    } catch (error) {
      complain(error);
    }
    button.disabled = false;
  };
  return make("div", {}, make("button", { type: "button", disabled: Boolean(away), onclick: ask }, say("Test on myself")), place);
}

function approve(shown, again) {
  const { campaign, wave, date, audience, why_not: refused, fingerprint, state, needs_approval: needed } = shown;
  if (refused) return make("p", { class: "soft" }, original(refused));
  if (state === "approved") return approved(shown, again);
  if (!state && !needed) return make("p", {}, say("It goes out by itself at its time: its file says that it needs no approval."));
  const typed = make("input", { autocomplete: "off", spellcheck: "false", autocapitalize: "none", dir: "ltr" });
  const now = make("input", { type: "checkbox" });
  const button = make("button", { class: "main", disabled: true }, say("Approve for {people}", { people: people(audience.total) }));
  typed.addEventListener("input", () => { button.disabled = typed.value.trim() !== campaign; });
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await post("campaigns/approve", { campaign, wave, run: date.run, fingerprint, confirm: typed.value.trim(), now: now.checked });
      notice(say("Approved"));
      await again();
    } catch (error) {
      button.disabled = false;
      complain(error);
    }
  };
  return make("form", { class: "approve", onsubmit: submit },
    make("p", {}, say("What is sent cannot be taken back. Read the message in the languages you know, and test it.")),
    shown.every_date ? make("p", {}, say("You approve this date and all later ones, until its text or its audience is changed.")) : null,
    field(say("Type {id} to confirm", { id: campaign }), typed),
    make("label", { class: "tick" }, now, make("span", {}, say("Send at once, not at its time"))), button);
}

function approved({ campaign, wave, by, every_date: every }, again) {
  const words = every
    ? say("It is approved for every date, until its text or its audience is changed.")
    : say("Approved by {person}. It goes out by itself at its time, unless its text or its audience is changed.", { person: by });
  const withdraw = async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      await post("campaigns/withdraw", { campaign, wave });
      notice(say("Withdrawn"));
      await again();
    } catch (error) {
      button.disabled = false;
      complain(error);
    }
  };
  return make("div", {}, make("p", {}, words), every ? make("button", { type: "button", onclick: withdraw }, say("Withdraw the approval")) : null);
}
