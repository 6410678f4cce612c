// Opens the mail that stands in the address after "#": a language, "&", a mailto: link.

const words = JSON.parse(document.getElementById("words").textContent);
const find = (id) => document.getElementById(id);

function readMail(link) {
  // To one person, with a subject and a text: nothing else that a link could ask of a mail program.
  const [, to, query] = /^mailto:([^?]*)\?(.*)$/.exec(link) ?? [];
  if (to === undefined) return null;
  try {
    const address = decodeURIComponent(to);
    if (!/^[^\s@,;:<>"]+@[^\s@,;:<>"]+$/.test(address)) return null;
    const fields = new Map(query.split("&").map((pair) => pair.split("=").map(decodeURIComponent)));
    return { address, subject: fields.get("subject") ?? "", body: fields.get("body") ?? "" };
  } catch {
    return null;
  }
}

function mailLink({ address, subject, body }) {
  const to = encodeURIComponent(address).replace("%40", "@");
  return `mailto:${to}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
}

function say(language) {
  document.documentElement.lang = language.replace("_", "-");
  document.documentElement.dir = words[language].direction;
  for (const place of document.querySelectorAll("[data-word]")) {
    place.textContent = words[language][place.dataset.word];
  }
}

function copying(button, text, done) {
  button.hidden = !navigator.clipboard; // there is none without https
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    find("copied").textContent = done;
  });
}

function show() {
  const given = location.hash.slice(1);
  const end = given.indexOf("&");
  const browser = navigator.languages.map((name) => name.split("-")[0]);
  const language = [given.slice(0, Math.max(end, 0)), ...browser].find((name) => Object.hasOwn(words, name)) ?? "en";
  const mail = readMail(given.slice(end + 1));
  say(language);
  find("ready").hidden = mail === null;
  find("empty").hidden = mail !== null;
  if (mail === null) return;
  // The report is not to stay in the address, and so in the history of the browser.
  history.replaceState(null, "", location.pathname);
  find("address").textContent = mail.address;
  find("subject").textContent = mail.subject;
  find("body").textContent = mail.body;
  find("open").href = mailLink(mail);
  find("cut").hidden = !mail.body.endsWith("…");
  copying(find("copy-address"), mail.address, words[language].copied);
  copying(find("copy-text"), mail.body, words[language].copied);
}

show();
addEventListener("hashchange", () => location.hash && location.reload());
