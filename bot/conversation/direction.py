"""Lines of languages that are written from right to left."""

from __future__ import annotations

import re
from functools import cache
from typing import Final
from unicodedata import bidirectional, category

from babel import Locale

_RIGHT_TO_LEFT: Final = "\u200f"
_ISOLATE: Final = "\u2066"
_END: Final = "\u2069"
_IN_PARTS: Final = re.compile(
    rf"(?<![\w{_ISOLATE}(+-])[+(]?\d[\d()-]*(?:[ -]+[\d()+-]*\d\)?)+(?![\w{_END}])(?![^<>]*>)"
    rf"|(?<![\w{_ISOLATE}(])\+\d+(?![\w{_END}])(?![^<>]*>)"
)
"""Numbers such as 0800 722 203, 295-0011, +254 20 123; not within a tag, not held already."""
_TAG: Final = re.compile(r"<[^<>]*>")


def right_way(text: str, locale: str) -> str:
    """``text`` with a mark before lines whose direction would be taken from a symbol, and with
    numbers of several parts held together.

    Flags and 🆘 are made of Latin letters as far as Unicode's bidirectional algorithm is concerned:
    a line that begins with one would be set from left to right, its numbers in the wrong places.
    The parts of "0800 722 203" would change places after an Arabic word.
    """
    if not _is_right_to_left(locale):
        return text
    lines = _IN_PARTS.sub(f"{_ISOLATE}\\g<0>{_END}", text).split("\n")
    return "\n".join(f"{_RIGHT_TO_LEFT}{line}" if _misleads(line) else line for line in lines)


def _misleads(line: str) -> bool:
    """Whether the first character with a direction is a symbol from left to right."""
    for character in _TAG.sub("", line):
        direction = bidirectional(character)
        if direction == "L":
            return category(character) == "So"
        if direction in {"R", "AL"}:
            return False
    return False


@cache
def _is_right_to_left(locale: str) -> bool:
    return Locale.parse(locale).text_direction == "rtl"
