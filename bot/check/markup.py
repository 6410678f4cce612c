"""Telegram's subset of HTML: https://core.telegram.org/bots/api#html-style."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from bot.conversation.wording import did_you_mean, listed

TAGS: Final = frozenset({"b", "i", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"})
"""Telegram knows a few more names for the same; one each is enough."""

_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)([^<>]*)>")
_NAMED: Final = re.compile(r"&([A-Za-z]+);")
_KNOWN: Final = frozenset({"lt", "gt", "amp", "quot"})
_HREF: Final = re.compile(r"""\s+href="([^"]*)"\s*""")
_ATTRIBUTES: Final = {
    "a": _HREF,
    "blockquote": re.compile(r"\s*|\s+expandable\s*"),
    "code": re.compile(r"""\s*|\s+class="language-[^"]+"\s*"""),
}
_NONE: Final = re.compile(r"\s*")


def problem(text: str) -> str:
    """The first thing that Telegram would refuse or show as it is; empty when all is well."""
    if "<" not in text and "&" not in text:
        return ""
    opened: list[str] = []
    for match in re.finditer(r"<[^<>]*>?", text):
        tag = _TAG.fullmatch(match[0])
        if tag is None:
            return f'"{match[0][:20]}" is no tag. Write &lt; for a "<" that people should see.'
        closes, name, attributes = bool(tag[1]), tag[2].lower(), tag[3]
        if name not in TAGS:
            guess = did_you_mean(name, TAGS)
            return f"Telegram knows no tag <{name}>.{guess} There are: {listed(TAGS)}."
        if not closes:
            if not _ATTRIBUTES.get(name, _NONE).fullmatch(attributes):
                return f'"{match[0]}" is not how <{name}> is written.'
            opened.append(name)
        elif not opened:
            return f"</{name}> closes a tag that was not opened."
        elif opened[-1] != name:
            return f"</{name}> stands where </{opened[-1]}> should: close the inner tag first."
        else:
            opened.pop()
    if opened:
        return f"<{opened[-1]}> is not closed. Add </{opened[-1]}>."
    for name in _NAMED.findall(text):
        if name not in _KNOWN:
            return f"Telegram does not know &{name};. Write the character itself."
    return ""


def has_tag(text: str) -> bool:
    """Whether there is something in a text that looks like formatting."""
    return "<" in text and any(name.lower() in TAGS for _, name, _ in _TAG.findall(text))


def links(text: str) -> list[str]:
    """The addresses that a text leads to."""
    found = (_HREF.fullmatch(rest) for _, name, rest in _TAG.findall(text) if name.lower() == "a")
    return [unescape(href[1]) for href in found if href]


def length(text: str) -> int:
    """How long Telegram finds a text without its tags: in UTF-16 code units."""
    return len(unescape(_TAG.sub("", text)).encode("utf-16-le", "surrogatepass")) // 2
