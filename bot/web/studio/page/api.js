// Talks to the studio's server. Every failure becomes an Error with one line for people; the lines
// of the server, which have a ``status``, are in English.

import { say } from "./say.js";

const ROOT = "/studio/api/";
let csrf = "";

export async function whoAmI() {
  const me = await get("me");
  csrf = me.csrf;
  return me;
}

export function get(path, query = {}) {
  const search = new URLSearchParams(query).toString();
  return ask(search ? `${path}?${search}` : path, {});
}

export function post(path, body) {
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
    body: JSON.stringify(body),
  });
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(ROOT + path, { credentials: "same-origin", ...options });
  } catch {
    throw new Error(say("The server cannot be reached. Your edits are kept in this browser."));
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const { status } = response;
  throw Object.assign(new Error(answer.error ?? `The server answered ${status}.`), { ...answer, status });
}
