"""Words of a text in the form in which names of places are looked up."""

from __future__ import annotations

import re
import unicodedata

from msgspec import Struct

# Marks that people leave out when they type: European accents, Hebrew and Arabic vowel points.
# The vowel signs of Indic scripts and the voicing marks of Japanese are letters and stay.
_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670\u200b-\u200f\u2060\ufe0f]"
)
_LETTERS = str.maketrans(
    {
        "ı": "i",
        "ß": "ss",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "æ": "ae",
        "œ": "oe",
        "ə": "e",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ة": "ه",
    }
)
_WORD = re.compile(
    r"(?:[^\W_]|[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
    r"\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ecd\u0f71-\u0f84\u102b-\u103e\u17b4-\u17d3"
    r"\u200c\u200d])+"
)
# Scripts written without spaces between words: Thai, Lao, Burmese, Khmer, Han, kana.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+"
)


class Word(Struct, frozen=True):
    """One word: its folded form, where it stands in the text, and whether it looks like a name."""

    key: str
    start: int
    end: int
    capital: bool
    """Begins with a capital, in a text not all in capitals; or its script has none."""
    joined: bool = False
    """The text between this word and the one before is a space, hyphen, apostrophe, comma…,
    not the end of a sentence."""


def fold(text: str) -> str:
    """The text without case, accents, vowel points and look-alike variants of letters."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", _MARKS.sub("", plain)).translate(_LETTERS)


def words(text: str, limit: int) -> list[Word]:
    """At most ``limit`` words of the text, in order."""
    shouting = text.isupper()
    found: list[Word] = []
    end = 0
    for match in _WORD.finditer(text):
        word = match.group()
        key = fold(word)
        if not key:
            continue
        between = text[end : match.start()]
        end = match.end()
        found.append(
            Word(
                key,
                match.start(),
                end,
                capital=not word[0].islower() and not shouting,
                joined=bool(found) and _joins(found[-1].key, between),
            )
        )
        if len(found) == limit:
            break
    return found


def _joins(before: str, between: str) -> bool:
    """Whether a name may go on after this gap: a full stop ends it, unless it abbreviates."""
    if len(between) > 4 or set(between) & set("!?;\n"):
        return False
    return not set(between) & set(".:") or len(before) <= 3


def name_key(name: str) -> str:
    """The form under which a name is kept: folded words with single spaces."""
    return " ".join(fold(match.group()) for match in _WORD.finditer(name))


def unspaced_runs(text: str, limit: int) -> list[tuple[int, str]]:
    """Start and text of the runs in scripts that put no space between words."""
    return [(run.start(), run.group()) for run in _UNSPACED.finditer(text[:limit])]


def is_unspaced(key: str) -> bool:
    """Whether the name is written in a script that puts no space between words."""
    return _UNSPACED.match(key) is not None
