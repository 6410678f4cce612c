// Every contact, the one unchecked for longest first.

import { get, post } from "./api.js";
import { complain, debounced, field, make, notice, table } from "./elements.js";

const FRESH = 180;
const OLD = 365;
const SHOWN = 200;

/** How old a check is, in words and a colour: green under half a year, red after a year. */
function age(days) {
  if (days == null) return make("span", { class: "soft" }, "—");
  const kind = days < FRESH ? "fresh" : days < OLD ? "ageing" : "old";
  return make("span", { class: `age ${kind}` }, days === 0 ? "today" : days === 1 ? "yesterday" : `${days} days ago`);
}

export async function show(me) {
  const query = make("input", { type: "search", placeholder: "Name, number, address" });
  const kind = make("select", {}, make("option", { value: "" }, "all"));
  const country = make("select", {}, make("option", { value: "" }, "all"));
  const order = make("select", {}, make("option", { value: "age" }, "oldest check first"), make("option", { value: "young" }, "newest check first"), make("option", { value: "country" }, "country"));
  const count = make("p", { class: "soft", role: "status" });
  const place = make("div", { class: "wide" });
  let rows = [];

  const draw = () => {
    const sorted = [...rows].sort({
      age: (a, b) => (b.age_days ?? -1) - (a.age_days ?? -1),
      young: (a, b) => (a.age_days ?? Infinity) - (b.age_days ?? Infinity),
      country: (a, b) => a.country_name.localeCompare(b.country_name),
    }[order.value]);
    const shown = sorted.slice(0, SHOWN);
    count.textContent = rows.length > shown.length ? `${rows.length} contacts, the first ${SHOWN} are shown` : `${rows.length} contacts`;
    place.replaceChildren(table("Contacts", ["Country", "Contact", "Kind", "Phone and web", "Checked", "Source", ...(me.may_write ? [""] : [])], shown.map(cells)));
  };

  const cells = (row) => {
    const checked = make("span", {}, age(row.age_days));
    const confirm = async (event) => {
      const button = event.currentTarget;
      button.disabled = true;
      try {
        const answer = await post("hotlines/checked", { country: row.country, name: row.name });
        Object.assign(row, { age_days: 0, checked: answer.checked });
        checked.replaceChildren(age(0));
        notice(`${row.name}: checked today`);
      } catch (error) {
        button.disabled = false;
        complain(error);
      }
    };
    return [
      row.country_name, make("b", {}, row.name), (row.kind ?? "").replaceAll("_", " "),
      make("span", { class: "stack" }, row.phone ? make("a", { href: `tel:${row.phone}`, dir: "ltr" }, row.phone) : null, link(row.web)),
      make("span", { class: "stack", title: row.checked }, checked, make("small", {}, row.checked ?? "")), link(row.source),
      ...(me.may_write ? [row.age_days != null && make("button", { type: "button", disabled: row.age_days === 0, "aria-label": `${row.name}, ${row.country_name}: checked today`, onclick: confirm }, "Checked today")] : []),
    ];
  };

  const load = async () => {
    rows = await get("hotlines", { q: query.value, kind: kind.value, country: country.value });
    draw();
  };
  const soon = debounced(() => load().catch(complain), 250);
  query.addEventListener("input", soon);
  kind.addEventListener("change", soon);
  country.addEventListener("change", soon);
  order.addEventListener("change", draw);
  await load();
  const choices = (key, name) => [...new Map(rows.map((row) => [row[key], name(row)]))].filter(([value]) => value)
    .sort((a, b) => a[1].localeCompare(b[1])).map(([value, words]) => make("option", { value }, words));
  kind.append(...choices("kind", (row) => row.kind.replaceAll("_", " ")));
  country.append(...choices("country", (row) => row.country_name));
  return make("div", { class: "page" }, make("h1", {}, "Contacts"),
    make("p", { class: "soft" }, "A wrong number can cost a child. Open the source, compare, then press “Checked today”."),
    make("div", { class: "tools fields" }, field("Search", query), field("Country", country), field("Kind", kind), field("Order", order)), count, place);
}

function link(address) {
  if (!address) return null;
  if (!/^https?:/i.test(address)) return make("span", {}, address);
  return make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, new URL(address).hostname.replace(/^www\./, ""));
}
