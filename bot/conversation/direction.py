"""Lines of languages that are written from right to left."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from babel import Locale

_RIGHT_TO_LEFT: Final = "\u200f"
_FLAG_FIRST: Final = re.compile(r"^(?!\u200f)(?=(?:<[^<>]*>|[^\w<])*?[🇦-🇿])", re.MULTILINE)


def right_way(text: str, locale: str) -> str:
    """``text`` with a mark where its direction would be taken from a flag.

    A flag is made of two Latin letters as far as Unicode's bidirectional algorithm is concerned, so
    a message that begins with one would be set from left to right, numbers in the wrong places.
    """
    return _FLAG_FIRST.sub(_RIGHT_TO_LEFT, text) if _is_right_to_left(locale) else text


@cache
def _is_right_to_left(locale: str) -> bool:
    return Locale.parse(locale).text_direction == "rtl"
