// What the person prefers: kept in this browser, overruled by the address (?lang=fr&theme=dark).

import { byId, make } from "./elements.js";
import { LANGUAGES, tongue } from "./words.js";

const asked = new URLSearchParams(location.search);

function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // private windows may refuse
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Then it holds for this visit only.
  }
}

export const stored = read;
export const askedLanguage = asked.get("lang");
export const firstLanguage = askedLanguage || read("language") || navigator.language || "en";
export const startPayload = asked.get("start");

export function setTheme(theme) {
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const radio of document.querySelectorAll("[name=theme]")) radio.checked = radio.value === theme;
}

export function showLanguage(code) {
  byId("language").value = tongue(code);
}

/** Wires the sheet; the callbacks do what needs the connection. */
export function openableSettings({ onLanguage, onFresh, onBlock }) {
  const sheet = byId("settings");
  const select = byId("language");
  select.append(...Object.entries(LANGUAGES).map(([code, name]) => make("option", { value: code, lang: code }, name)));
  select.addEventListener("change", () => {
    remember("language", select.value);
    onLanguage(select.value);
  });
  for (const radio of document.querySelectorAll("[name=theme]")) {
    radio.addEventListener("change", () => {
      remember("theme", radio.value);
      setTheme(radio.value);
    });
  }
  byId("settings-button").addEventListener("click", () => sheet.showModal());
  byId("fresh").addEventListener("click", () => { sheet.close(); onFresh(); });
  byId("block").addEventListener("click", () => { sheet.close(); onBlock(); });
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  }
  setTheme(asked.get("theme") || read("theme") || "system");
}
