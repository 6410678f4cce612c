"""What Telegram finds in a text by itself: links, addresses, phone numbers, commands."""

from __future__ import annotations

import re

from bot.local.markup import Entity, sort_entities, utf16_length

_FOUND = re.compile(
    r"""
      (?P<email>[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,})
    | (?P<url>https?://[^\s<>"]+
        | (?<![\w@./])(?:[A-Za-z0-9-]+\.)+(?:com|org|net|int|gov|edu|info|[a-z]{2})\b
          (?:/[^\s<>"]*)?)
    | (?P<phone_number>(?<![\w+])\+\d(?:[ \u00a0().-]{0,2}\d){6,14}(?!\d))
    | (?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w+)?(?![\w/<>]))
    | (?P<mention>(?<![\w@])@[A-Za-z]\w{3,31})
    """,
    re.VERBOSE,
)
_OPAQUE = {"code", "pre", "text_link"}


def with_found_entities(text: str, entities: list[Entity]) -> list[Entity]:
    """The given entities and those found in the text, none inside code or another link."""
    opaque = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in _OPAQUE
    ]
    found: list[Entity] = []
    for match in _FOUND.finditer(_masked(text, opaque)):
        kind = match.lastgroup or ""
        words = match.group().rstrip(".,;:!?)'»”") if kind == "url" else match.group()
        start = utf16_length(text[: match.start()])
        found.append({"type": kind, "offset": start, "length": utf16_length(words)})
    return sort_entities(entities + found) if found else entities


def _masked(text: str, opaque: list[tuple[int, int]]) -> str:
    if not opaque:
        return text
    masked: list[str] = []
    offset = 0
    for character in text:
        hidden = any(start <= offset < end for start, end in opaque)
        masked.append("\0" if hidden else character)
        offset += 1 + (ord(character) > 0xFFFF)
    return "".join(masked)


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without white space at both ends, as Telegram stores a text."""
    body = text.strip()
    if body == text:
        return text, entities
    shift = utf16_length(text[: len(text) - len(text.lstrip())])
    end = utf16_length(body)
    kept: list[Entity] = []
    for entity in entities:
        start = max(0, entity["offset"] - shift)
        stop = min(end, entity["offset"] + entity["length"] - shift)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return body, kept
