// Sharing a position: the browser's own, or one chosen from a short list.

import { byId, hush, make, toast } from "./elements.js";
import { word } from "./words.js";

const CITIES = [
  ["Bangkok", 13.7563, 100.5018], ["Brussels", 50.8503, 4.3517], ["Cape Town", -33.9249, 18.4241],
  ["Mexico City", 19.4326, -99.1332], ["Mombasa", -4.0435, 39.6682], ["Paris", 48.8566, 2.3522],
  ["Rio de Janeiro", -22.9068, -43.1729], ["Siem Reap", 13.3633, 103.8564],
];
const PATIENCE = 8000; // milliseconds

const dialog = byId("places");
let share = () => {};

/** Calls back with a latitude and a longitude, unless the person thinks better of it. */
export function askPosition(callback) {
  share = callback;
  if (!navigator.geolocation) return dialog.showModal();
  toast(word("locating"));
  return navigator.geolocation.getCurrentPosition(
    ({ coords }) => { hush(); share(coords.latitude, coords.longitude); },
    () => { hush(); dialog.showModal(); },
    { timeout: PATIENCE, maximumAge: 60000 },
  );
}

function choose(latitude, longitude) {
  dialog.close();
  share(latitude, longitude);
}

byId("cities").append(...CITIES.map(([name, latitude, longitude]) => make("li", {},
  make("button", { type: "button", class: "row", lang: "en", onclick: () => choose(latitude, longitude) }, name))));

byId("position").addEventListener("submit", (event) => {
  event.preventDefault();
  choose(byId("latitude").valueAsNumber, byId("longitude").valueAsNumber);
});
