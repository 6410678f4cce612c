"""Telegram's HTML subset: text and entities, refused in Telegram's own words.

The grammar and the texts follow https://core.telegram.org/bots/api#html-style and the observable
behaviour of the public server: offsets in errors are bytes of the source, offsets of entities are
UTF-16 code units of the text.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from bot.local.errors import BotApiError, bad_request

Entity = dict[str, Any]

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_SPACE = " \t\r\n\0\v"
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot)|#x([0-9a-fA-F]{1,6})|#([0-9]{1,7}));?")
_BARE_VALUE = re.compile(r"[A-Za-z0-9.-]*")
_LINK = re.compile(r"(?i)^(?:https?|tg|ton|tonsite)://.+|^(?:[\w-]+\.)+[a-z]{2,}(?:[/?#].*)?$")


class _Open(NamedTuple):
    tag: str
    value: str
    offset: int
    start: int


def utf16_length(text: str) -> int:
    """How long Telegram finds a text: in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Split HTML into plain text and entities.

    Raises :class:`BotApiError` (400) that names the mistake and its byte offset.
    """
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.text: list[str] = []
        self.length = 0
        self.entities: list[Entity] = []
        self.open: list[_Open] = []

    def parse(self) -> tuple[str, list[Entity]]:
        source = self.source
        while self.at < len(source):
            if source[self.at] == "&":
                self._add(self._reference())
            elif source[self.at] != "<":
                start = self.at
                while self.at < len(source) and source[self.at] not in "<&":
                    self.at += 1
                self._add(source[start : self.at])
            elif source.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            tag = self.open[-1].tag
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{tag}"')
        return "".join(self.text), sort_entities(self.entities)

    def _add(self, text: str) -> None:
        self.text.append(text)
        self.length += utf16_length(text)

    def _reference(self) -> str:
        match = _REFERENCE.match(self.source, self.at)
        if match is None:
            self.at += 1
            return "&"
        named, hexadecimal, decimal = match.groups()
        code = int(hexadecimal, 16) if hexadecimal else int(decimal or 0)
        if not named and (code == 0 or code > 0x10FFFF or 0xD800 <= code < 0xE000):
            self.at += 1
            return "&"
        self.at = match.end()
        return _NAMED[named] if named else chr(code)

    def _bytes(self, position: int) -> int:
        return len(self.source[:position].encode())

    def _skip_space(self) -> None:
        while self.at < len(self.source) and self.source[self.at] in _SPACE:
            self.at += 1

    def _word(self, stop: str) -> str:
        start = self.at
        while self.at < len(self.source) and self.source[self.at] not in stop:
            self.at += 1
        return self.source[start : self.at].lower()

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self._word(_SPACE + ">")
        if self.at >= len(self.source):
            raise _unparsable(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if tag not in _KINDS:
            raise _unparsable(f'Unsupported start tag "{tag}" at byte offset {self._bytes(begin)}')
        attributes = self._attributes(tag, begin)
        value = ""
        if tag == "a":
            value = attributes.get("href", "")
        elif tag == "code":
            language = attributes.get("class", "")
            value = language.removeprefix("language-") if "language-" in language else ""
        elif tag == "tg-emoji":
            value = attributes.get("emoji-id", "")
        elif tag == "blockquote":
            value = "expandable" if "expandable" in attributes else ""
        elif tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _unparsable(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}'
            )
        self.open.append(_Open(tag, value, self.length, len(self.text)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            self._skip_space()
            if self.at >= len(self.source):
                raise self._unclosed(tag, begin)
            if self.source[self.at] == ">":
                self.at += 1
                return attributes
            name = self._word(_SPACE + "=>")
            if not name:
                raise _unparsable(
                    f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}'
                )
            self._skip_space()
            if self.at >= len(self.source):
                raise self._unclosed(tag, begin)
            attributes[name] = ""
            if self.source[self.at] == "=":
                self.at += 1
                self._skip_space()
                attributes[name] = self._value(tag, begin)

    def _value(self, tag: str, begin: int) -> str:
        if self.at >= len(self.source):
            raise self._unclosed(tag, begin)
        quote = self.source[self.at]
        if quote not in "\"'":
            bare = _BARE_VALUE.match(self.source, self.at)
            start = self.at
            self.at = bare.end() if bare else start
            if self.at >= len(self.source) or self.source[self.at] not in _SPACE + ">":
                raise _unparsable(
                    f"Unexpected end of name token at byte offset {self._bytes(start)}"
                )
            return self.source[start : self.at].lower()
        self.at += 1
        value: list[str] = []
        while self.at < len(self.source) and self.source[self.at] != quote:
            if self.source[self.at] == "&":
                value.append(self._reference())
            else:
                value.append(self.source[self.at])
                self.at += 1
        if self.at >= len(self.source):
            raise _unparsable(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        self.at += 1
        return "".join(value)

    def _unclosed(self, tag: str, begin: int) -> BotApiError:
        return _unparsable(f'Unclosed start tag "{tag}" at byte offset {self._bytes(begin)}')

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise _unparsable(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        self.at += 2
        tag = self._word(_SPACE + ">")
        self._skip_space()
        if self.at >= len(self.source) or self.source[self.at] != ">":
            raise _unparsable(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        self.at += 1
        opened = self.open.pop()
        if tag and tag != opened.tag:
            raise _unparsable(
                f"Unmatched end tag at byte offset {self._bytes(begin)}, "
                f'expected "</{opened.tag}>", found "</{tag}>"'
            )
        if self.length > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity: Entity = {
            "type": _KINDS[opened.tag],
            "offset": opened.offset,
            "length": self.length - opened.offset,
        }
        if opened.tag == "a":
            link = checked_link(opened.value or "".join(self.text[opened.start :]))
            if link is None:
                return  # Telegram keeps the words and drops the link, for instance of tel:
            entity["url"] = link
        elif opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.value
        elif opened.value == "expandable":
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "code" and opened.value:
            entity["language"] = opened.value
        elif opened.tag == "pre" and self.entities:
            inner = self.entities[-1]
            if "language" in inner and (inner["offset"], inner["length"]) == (
                entity["offset"],
                entity["length"],
            ):
                entity["language"] = self.entities.pop()["language"]
        self.entities.append(entity)


def sort_entities(entities: list[Entity]) -> list[Entity]:
    """In reading order, the wider one first; a language belongs to *pre* alone."""
    for entity in entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def checked_link(url: str) -> str | None:
    """The address as Telegram keeps it, or None where it drops the link (``tel:``, scripts…)."""
    url = url.strip()
    if not _LINK.match(url):
        return None
    return url if "://" in url else f"http://{url}"


def _unparsable(what: str) -> BotApiError:
    return bad_request(f"can't parse entities: {what}")
