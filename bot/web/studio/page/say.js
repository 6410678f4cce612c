// The page in the language of the staff. Sentences stand in the code in English; that is also how
// their translations are found. Whoever imports this waits until the words are there.

const KEPT = "studio.language";
const ENGLISH = { code: "en", name: "English", direction: "ltr" };

/** Every language of the page: ``[{code, name, direction}]``. */
export const LANGUAGES = await ask("").catch(() => [ENGLISH]);

const base = (tag) => tag.split(/[-_]/)[0];

function chosen() {
  for (const tag of [localStorage.getItem(KEPT), ...navigator.languages].filter(Boolean)) {
    const code = tag.replaceAll("-", "_");
    const found = LANGUAGES.find((each) => each.code === code) ?? LANGUAGES.find((each) => each.code === base(tag));
    if (found) return found;
  }
  return ENGLISH;
}

let language = chosen();
let words = {};
try {
  if (language.code !== ENGLISH.code) words = await ask(`/${language.code}`);
} catch {
  language = ENGLISH;
}

/** What the page speaks now: ``code``, ``name``, ``direction``. */
export const LANGUAGE = language;

document.documentElement.lang = tagOf(LANGUAGE.code);
document.documentElement.dir = LANGUAGE.direction;

/** How numbers and days are written: as in the reader's own country, with the digits of the content. */
export const LOCALE = locale([...navigator.languages.filter((tag) => base(tag) === base(LANGUAGE.code)), tagOf(LANGUAGE.code)]);

const NUMBERS = new Intl.NumberFormat(LOCALE);
const PLURALS = new Intl.PluralRules(LOCALE);

export const number = (count) => NUMBERS.format(count);

/** A sentence; ``{name}`` in it becomes the value of that name. */
export const say = (sentence, values = {}) => parts(translated(sentence), values).join("");

/** The same with elements as values: an array of texts and elements. */
export const sayWith = (sentence, values) => parts(translated(sentence), values);

/** The sentence that fits a number, which is its ``{count}``. */
export function sayMany(one, many, count, values = {}) {
  const known = words[one];
  const forms = typeof known === "object" ? known : { one, other: many };
  return parts(forms[PLURALS.select(count)] ?? forms.other, { count: number(count), ...values }).join("");
}

/** Of an older catalogue an entry may have the forms of a count where the page says one sentence. */
const translated = (sentence) => (typeof words[sentence] === "string" ? words[sentence] : sentence);

function parts(sentence, values) {
  return sentence.split(/\{([a-z_]+)\}/).map((part, index) => (index % 2 ? apart(values[part] ?? `{${part}}`) : part));
}

/** Keeps names and numbers, which run from left to right, from disturbing a line that does not. */
export function apart(value) {
  return LANGUAGE.direction === "ltr" || value instanceof Node ? value : `\u2068${value}\u2069`;
}

/** Speaks another language from now on. */
export function speak(code) {
  localStorage.setItem(KEPT, code);
  location.reload();
}

/** What HTML and Intl call a language of gettext: pt-BR for pt_BR. */
export function tagOf(code) {
  return code.replaceAll("_", "-");
}

/** The first that is one: some browsers name languages in a way that Intl refuses, such as en-US@posix. */
function locale(tags) {
  for (const tag of tags) {
    try {
      return new Intl.Locale(tag, { numberingSystem: "latn" }).toString();
    } catch {
      // the next
    }
  }
  return "en";
}

async function ask(path) {
  const response = await fetch(`/studio/words${path}`);
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}
