// Every contact, the one unchecked for longest first.

import { get, post } from "./api.js";
import { complain, debounced, field, make, notice, original, table } from "./elements.js";
import { away, compare, country as countryName } from "./intl.js";
import { number, say, sayMany } from "./say.js";

const FRESH = 180;
const OLD = 365;
const SHOWN = 200;
const KINDS = {
  emergency: say("emergency"), child_helpline: say("child helpline"), internet_hotline: say("internet hotline"),
  missing_children: say("missing children"), police_unit: say("police unit"), report_portal: say("report portal"),
  trafficking_hotline: say("trafficking hotline"), victim_support: say("victim support"), ecpat_member: say("ECPAT member"),
};

/** The server's own row, of a country's emergency numbers, has a name in every language. */
const nameOf = (row) => (row.kind === "emergency" ? say("Emergency numbers") : make("bdi", {}, row.name));
const kindOf = (row) => KINDS[row.kind] ?? (row.kind ?? "").replaceAll("_", " ");
const placeOf = (row) => (row.country ? countryName(row.country) : say("International"));

/** How old a check is, in words and a colour: green under half a year, red after a year. */
function age(days) {
  if (days == null) return make("span", { class: "soft" }, "—");
  const kind = days < FRESH ? "fresh" : days < OLD ? "ageing" : "old";
  return make("span", { class: `age ${kind}` }, away(-days));
}

export async function show(me) {
  const query = make("input", { type: "search", placeholder: say("Name, number, address") });
  const kind = make("select", {}, make("option", { value: "" }, say("all")));
  const country = make("select", {}, make("option", { value: "" }, say("all")));
  const order = make("select", {}, make("option", { value: "age" }, say("oldest check first")), make("option", { value: "young" }, say("newest check first")), make("option", { value: "country" }, say("country")));
  const count = make("p", { class: "soft", role: "status" });
  const place = make("div", { class: "wide" });
  let rows = [];

  const draw = () => {
    const sorted = [...rows].sort({
      age: (a, b) => (b.age_days ?? -1) - (a.age_days ?? -1),
      young: (a, b) => (a.age_days ?? Infinity) - (b.age_days ?? Infinity),
      country: (a, b) => compare(placeOf(a), placeOf(b)),
    }[order.value]);
    const shown = sorted.slice(0, SHOWN);
    count.textContent = rows.length > shown.length
      ? sayMany("{count} contact, the first {shown} are shown", "{count} contacts, the first {shown} are shown", rows.length, { shown: number(SHOWN) })
      : sayMany("{count} contact", "{count} contacts", rows.length);
    place.replaceChildren(table(say("Contacts"), [say("Country"), say("Contact"), say("Kind"), say("Phone and web"), say("Checked"), say("Source"), ...(me.may_write ? [""] : [])], shown.map(cells)));
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
        notice(say("{contact}: checked today", { contact: row.name }));
      } catch (error) {
        button.disabled = false;
        complain(error);
      }
    };
    return [
      placeOf(row), make("b", {}, nameOf(row)), kindOf(row),
      make("span", { class: "stack" }, row.phone ? make("a", { href: `tel:${row.phone}`, dir: "ltr" }, row.phone) : null, link(row.web)),
      make("span", { class: "stack", title: row.checked }, checked, make("small", {}, row.checked ?? "")), link(row.source),
      ...(me.may_write ? [row.age_days != null && make("button", { type: "button", disabled: row.age_days === 0, "aria-label": say("{contact}, {country}: checked today", { contact: row.name, country: placeOf(row) }), onclick: confirm }, say("Checked today"))] : []),
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
    .sort((a, b) => compare(a[1], b[1])).map(([value, words]) => make("option", { value }, words));
  kind.append(...choices("kind", kindOf));
  country.append(...choices("country", placeOf));
  return make("div", { class: "page" }, make("h1", {}, say("Contacts")),
    make("p", { class: "soft" }, say("A wrong number can cost a child. Open the source, compare, then press “Checked today”.")),
    make("div", { class: "tools fields" }, field(say("Search"), query), field(say("Country"), country), field(say("Kind"), kind), field(say("Order"), order)), count, place);
}

function link(address) {
  if (!address) return null;
  if (!/^https?:/i.test(address)) return original(address);
  return make("a", { href: address, target: "_blank", rel: "noopener noreferrer", dir: "ltr" }, new URL(address).hostname.replace(/^www\./, ""));
}
