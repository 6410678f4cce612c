// What staff do with a wave before it goes out: try it on themselves, then approve it.

import { post } from "./api.js";
import { complain, field, make, notice } from "./elements.js";
import { people } from "./campaigns_words.js";

export function decide(shown, again) {
  return make("section", { class: "card decide" }, make("h2", {}, "Try it, then approve it"), test(shown), approve(shown, again));
}

function test({ campaign, wave, away }) {
  const place = make("div", { class: "link", role: "status" });
  const ask = async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      const { link, command, qr, minutes } = await post("campaigns/test", { campaign, wave });
      place.replaceChildren(
        make("img", { src: qr, alt: "QR code of the link", width: 180, height: 180 }),
        make("p", {}, make("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, link)),
        make("p", { class: "soft" }, `Scan it, or write `, make("code", {}, command), ` to the bot: you get the message in your own language. Works once, within ${minutes} minutes, and counts nowhere.`));
    } catch (error) {
      complain(error);
    }
    button.disabled = false;
  };
  return make("div", {}, make("button", { type: "button", disabled: Boolean(away), onclick: ask }, "Test on myself"), place);
}

function approve(shown, again) {
  const { campaign, wave, date, audience, why_not: refused, fingerprint, state } = shown;
  if (refused) return make("p", { class: "soft" }, refused);
  if (state === "approved") return make("p", {}, `Approved by ${shown.by}. It goes out by itself at its time; changes of the text or the audience need a new approval.`);
  const typed = make("input", { autocomplete: "off", spellcheck: "false", autocapitalize: "none" });
  const now = make("input", { type: "checkbox" });
  const button = make("button", { class: "main", disabled: true }, `Approve for ${people(audience.total)}`);
  typed.addEventListener("input", () => { button.disabled = typed.value.trim() !== campaign; });
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await post("campaigns/approve", { campaign, wave, run: date.run, fingerprint, confirm: typed.value.trim(), now: now.checked });
      notice("Approved");
      await again();
    } catch (error) {
      button.disabled = false;
      complain(error);
    }
  };
  return make("form", { class: "approve", onsubmit: submit },
    make("p", {}, "This cannot be taken back once it is sent. Read the message in the languages you know, and test it."),
    field(`Type ${campaign} to confirm`, typed),
    make("label", { class: "tick" }, now, make("span", {}, "Send at once, not at its time")), button);
}
