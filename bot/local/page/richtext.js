// A text with Telegram's entities becomes elements. Offsets are UTF-16 units, as in JavaScript.

import { copy, make, pressable } from "./elements.js";
import { word } from "./words.js";

const SIMPLE = { bold: "b", italic: "i", underline: "u", strikethrough: "s" };
const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);

export function richText(text, entities, onCommand) {
  return pieces(text, 0, text.length, entities, onCommand);
}

function pieces(text, from, to, entities, onCommand) {
  const fragment = document.createDocumentFragment();
  let at = from;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset < at || entity.offset >= to) continue;
    const inside = entities.slice(index + 1).filter((other) => other.offset < end);
    fragment.append(text.slice(at, entity.offset));
    const words = text.slice(entity.offset, end);
    const content = pieces(text, entity.offset, end, inside, onCommand);
    fragment.append(dress(entity, words, content, onCommand));
    at = end;
    if (BLOCKS.has(entity.type) && text[at] === "\n") at += 1;
  }
  fragment.append(text.slice(at, to));
  return fragment;
}

function dress(entity, words, content, onCommand) {
  switch (entity.type) {
    case "text_link":
      return link(entity.url, content);
    case "url":
      return link(/^https?:/i.test(words) ? words : `http://${words}`, content);
    case "email":
      return make("a", { href: `mailto:${words}` }, content);
    case "phone_number":
      return make("a", { href: `tel:${words.replace(/[^+\d]/g, "")}`, class: "phone", dir: "ltr" }, content);
    case "bot_command":
      return pressable(make("span", { class: "command" }, content), "", () => onCommand(words));
    case "code":
    case "pre":
      return pressable(make(entity.type, {}, content), `${word("copy")}: ${words}`, () => copy(words, word("copied")));
    case "spoiler": {
      const spoiler = make("span", { class: "spoiler" }, content);
      const reveal = () => {
        spoiler.classList.add("shown");
        for (const name of ["role", "tabindex", "aria-label"]) spoiler.removeAttribute(name);
      };
      return pressable(spoiler, word("reveal"), reveal);
    }
    case "blockquote":
    case "expandable_blockquote":
      return make("blockquote", { dir: "auto" }, content);
    default:
      return SIMPLE[entity.type] ? make(SIMPLE[entity.type], {}, content) : content;
  }
}

function link(url, content) {
  if (!/^(https?|tg):/i.test(url)) return content;
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, content);
}
