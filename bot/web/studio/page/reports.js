// Reports that could not be delivered to a partner: never their words, only what to do.

import { get, post } from "./api.js";
import { complain, make, notice, table } from "./elements.js";

export async function show() {
  const place = make("div", { class: "wide" });
  await list(place);
  return make("div", { class: "page" }, make("h1", {}, "Reports not delivered"),
    make("p", { class: "soft" }, "They wait, encrypted, until somebody mends the cause and sends them again."), place);
}

async function list(place) {
  const { waiting, dead } = await get("reports");
  const again = (report) => async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      await post("reports/retry", { reference: report.reference });
      notice(`${report.reference} is sent again`);
      await list(place);
    } catch (error) {
      button.disabled = false;
      complain(error);
    }
  };
  place.replaceChildren(make("p", {}, `${waiting} on their way.`), dead.length
    ? table("Reports not delivered", ["Reference", "Partner", "Given up", "Why", ""], dead.map((report) => [
      make("code", {}, report.reference), report.partner, new Date(report.given_up).toLocaleString(), report.reason,
      make("button", { type: "button", "aria-label": `Send ${report.reference} again`, onclick: again(report) }, "Send again")]))
    : make("p", { class: "empty" }, "None was given up."));
}
