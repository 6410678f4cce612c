// Reports that could not be delivered to a partner: never their words, only what to do.

import { get, post } from "./api.js";
import { complain, make, notice, original, table } from "./elements.js";
import { here } from "./intl.js";
import { say, sayMany } from "./say.js";

export async function show() {
  const place = make("div", { class: "wide" });
  await list(place);
  return make("div", { class: "page" }, make("h1", {}, say("Reports not delivered")),
    make("p", { class: "soft" }, say("They wait, encrypted, until somebody mends the cause and sends them again.")), place);
}

async function list(place) {
  const { waiting, dead } = await get("reports");
  const again = (report) => async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      await post("reports/retry", { reference: report.reference });
      notice(say("{reference} is sent again", report));
      await list(place);
    } catch (error) {
      button.disabled = false;
      complain(error);
    }
  };
  place.replaceChildren(make("p", {}, sayMany("{count} on its way.", "{count} on their way.", waiting)), dead.length
    ? table(say("Reports not delivered"), [say("Reference"), say("Partner"), say("Given up"), say("Why"), ""], dead.map((report) => [
      make("code", {}, report.reference), original(report.partner), here(report.given_up), original(report.reason),
      make("button", { type: "button", "aria-label": say("Send {reference} again", report), onclick: again(report) }, say("Send again"))]))
    : make("p", { class: "empty" }, say("None was given up.")));
}
