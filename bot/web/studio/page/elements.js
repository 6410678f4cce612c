// Small helpers to build the pages. Text only ever goes in as text, never as HTML.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/** An HTML element; attributes that begin with "on" are listeners, false ones are left out. */
export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

/** Words that stay in the language of the content, whatever the page speaks. */
export const original = (text) => make("bdi", { lang: "en" }, text);

/** A labelled field: the words above, the control below. */
export function field(words, control, name = "") {
  return make("label", { class: `field ${name}` }, make("span", {}, words), control);
}

/** A table with a caption that screen readers say; cells are texts or elements. */
export function table(caption, heads, rows) {
  return make("table", {},
    make("caption", { class: "away" }, caption),
    make("thead", {}, make("tr", {}, heads.map((head) => (head ? make("th", { scope: "col" }, head) : make("td", {}))))),
    make("tbody", {}, rows.map((row) => make("tr", {}, row.map((cell, index) => make("td", { "data-head": heads[index] }, cell || ""))))));
}

/** A table that may be wider than the screen; the keyboard can scroll it as well. */
export const scrolled = (caption, heads, rows) =>
  make("div", { class: "wide", tabindex: 0, role: "group", "aria-label": caption }, table(caption, heads, rows));

/** Calls ``act`` once it has been quiet for ``milliseconds``. */
export function debounced(act, milliseconds) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...values), milliseconds);
  };
}

/** What an error says; the server's errors are in English. */
export const saidBy = (error) => (error.status ? original(error.message) : error.message);

/** Shows an error, or words, as one line; it stays until it is closed or the next thing works. */
export function complain(error) {
  byId("error").firstElementChild.replaceChildren(...[error instanceof Error ? saidBy(error) : error].flat());
  byId("error").hidden = false;
}

export function calm() {
  byId("error").hidden = true;
}

let noticeTimer;

/** Says shortly that something was done. */
export function notice(text) {
  byId("notice").textContent = text;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { byId("notice").textContent = ""; }, 3000);
}

/** Hands the browser a file to save. */
export function download(name, text, type = "text/plain") {
  const address = URL.createObjectURL(new Blob([text], { type }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
