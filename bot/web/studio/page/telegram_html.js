// Telegram's small HTML becomes elements: only the tags it knows, everything else is text.

import { make } from "./elements.js";

const TAGS = {
  b: "b", strong: "b", i: "i", em: "i", u: "u", ins: "u", s: "s", strike: "s", del: "s",
  code: "code", pre: "pre", blockquote: "blockquote", "tg-spoiler": "span",
};

const parsed = (text) => new DOMParser().parseFromString(text, "text/html").body;

/** The text without its tags. */
export const plain = (text) => parsed(text).textContent;

export function rich(text) {
  const fragment = document.createDocumentFragment();
  fragment.append(...children(parsed(text)));
  return fragment;
}

function children(element) {
  return [...element.childNodes].flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) return [node.textContent];
    if (node.nodeType !== Node.ELEMENT_NODE) return [];
    const inside = children(node);
    const tag = node.tagName.toLowerCase();
    const href = node.getAttribute("href") ?? "";
    if (tag === "a" && /^(https?|tel|mailto|tg):/i.test(href)) {
      return [make("a", { href, target: "_blank", rel: "noopener noreferrer" }, inside)];
    }
    return TAGS[tag] ? [make(TAGS[tag], {}, inside)] : inside;
  });
}
