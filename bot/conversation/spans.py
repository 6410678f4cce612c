"""The days of a trip, read from a person's own words: "Fortaleza, 20 June to 3 July".

What is read is ahead, or going on. What cannot be told for sure is not read at all: tips for the
wrong month are worse than tips for any.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from functools import lru_cache
from typing import Final

from babel import Locale
from msgspec import Struct

from bot.conversation.span_grammar import Found, longest
from bot.conversation.span_words import FIGURES, languages, tokens_of, vocabulary

LONGEST: Final = 300
"""Characters up to which a text is looked at; a longer one tells a story."""


class Span(Struct, frozen=True):
    """The ``first`` and the ``last`` day of a trip; ``rest`` is the text without them."""

    first: date
    last: date
    rest: str = ""


def read_span(text: str, locale: str, today: date) -> Span | None:
    """Read the days that ``text`` names, written by somebody who speaks ``locale``.

    It may be in another language. None when it names none, or what could mean several things.
    A year that is not said is the next that fits; a season is that of the northern half.
    """
    if len(text) > LONGEST:
        return None
    text = unicodedata.normalize("NFC", text)
    own = locale.replace("_", "-").partition("-")[0]
    found = _found(text, own, today)
    if found is None:
        return None
    readings = [days for order in _orders(own) if (days := found.days(order))]
    if not readings or (own == "en" and readings[0] != readings[-1]):
        return None
    rest = f"{text[: found.start]} {text[found.end :]}"
    return Span(*readings[0], " ".join(rest.split()).strip(" .,،;:–—-()/|"))


def _found(text: str, own: str, today: date) -> Found | None:
    """The most that any language reads; of equals, their own and English first."""
    tokens = tokens_of(text)
    written = {token.written for token in tokens}
    figures = any(token.kind in FIGURES for token in tokens)
    best: Found | None = None
    for language in sorted(languages(), key=lambda each: (each != own, each != "en")):
        known = vocabulary(language)
        if figures or not known.anchors.isdisjoint(written):
            found = longest(known.words(tokens), today, bare=language in (own, "en"))
            if found and (best is None or found.length > best.length):
                best = found
    return best


@lru_cache(maxsize=32)
def _orders(own: str) -> tuple[str, str]:
    """Whether day (d) or month (m) comes first in figures, the likelier first.

    English is spoken all over the world: there either may be meant.
    """
    if own not in languages():
        return "dm", "md"
    pattern = Locale.parse(own).date_formats["short"].pattern.lower()
    return ("dm", "md") if pattern.find("d") < pattern.find("m") else ("md", "dm")
