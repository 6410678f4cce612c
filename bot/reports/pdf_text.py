"""Texts made fit for a page: what can be shown of them, which way it reads, where a line ends."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

UNKNOWN: Final = "□"
_NO_GLYPH: Final = "\n\u200c\u200d\ufe0e\ufe0f"
"""What needs none: line ends, joiners, choices of an emoji's style."""
_LONGEST: Final = 5
"""Code points of a grapheme that are kept: more than the scripts on this page ever heap up."""
_GRAPHEME = regex.compile(r"\X")
_WORD = regex.compile(r"\s*\S+")


def printable(text: str, glyphs: Collection[int]) -> str:
    """``text`` without control characters, and with □ for each grapheme that has no glyph."""
    lines = "\n".join(text.expandtabs(1).splitlines())
    letters = set(lines) - set(_NO_GLYPH)
    controls = {each for each in letters if unicodedata.category(each)[0] == "C"}
    unknown = {each for each in letters - controls if ord(each) not in glyphs}
    kept = "".join(each for each in lines if each not in controls)
    return "".join(
        each[:_LONGEST] if unknown.isdisjoint(each) else UNKNOWN for each in _GRAPHEME.findall(kept)
    )


def reads(text: str, otherwise: str) -> str:
    """Which way a line is written: as its first letter is."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return otherwise


def wrapped(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """The lines of one paragraph, as ``measure`` finds them not wider than ``width``.

    They end with a word, or with a grapheme where a word alone is too wide.
    """
    line, used = "", 0.0
    for match in _WORD.finditer(text):
        word = match[0]
        if line and used + measure(word) > width:
            yield line
            line, used, word = "", 0.0, word.lstrip()
        if used + measure(word) <= width:
            line, used = line + word, used + measure(word)
            continue
        for each in _GRAPHEME.findall(word):
            if line and used + measure(each) > width:
                yield line
                line, used = "", 0.0
            line, used = line + each, used + measure(each)
    yield line
