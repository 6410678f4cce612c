"""The words of a text as far as they may say when a trip is, each with its place in the text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml
from babel import Locale
from msgspec import Struct

from bot.conversation.normal import fold

_PHRASES: Final = Path(__file__).with_name("spans.yaml")
_TOKEN: Final = re.compile(
    r"(?P<date>(?<![\d.])(?:\d{4}-\d\d?-\d\d?|\d\d?([./-])\d\d?\2\d{4}|\d\d?([./])\d\d?\3\d\d)(?!\d))|"
    r"(?P<daymonth>(?<![\d./])\d\d?(?:/\d\d?(?![\d/])|\.\d\d?\.(?!\d)))|"
    r"(?P<dotted>(?<![\d.])\d\d?\.\d\d?(?![\d.]))|"
    r"(?P<number>(?<![\d.])\d{1,4})(?!\d)"
    r"(?:\.?(?:st|nd|rd|th|er|e|ª|º|°|-?го|-?є|-?е)(?![^\W\d_])|\.(?!\d))?|"
    r"(?P<word>[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u064b-\u0655])*)|"
    r"(?P<sign>\n|[^\s'’ʼ`´.\u200e\u200f])"
)
Meanings: TypeAlias = dict[str, Any]
Phrases: TypeAlias = dict[tuple[str, ...], Meanings]
FIGURES: Final = ("date", "daymonth", "dotted")


class Token(Struct, frozen=True):
    """A word, a number or a sign from ``start`` to ``end`` in the text."""

    kind: str
    written: str
    start: int
    end: int


class Word(Struct, frozen=True):
    """One or more tokens that together mean something, or one that means nothing here."""

    means: Meanings
    start: int
    end: int


class Vocabulary(Struct, frozen=True):
    """The phrases of one language, as tokens, and what each means."""

    phrases: Phrases
    longest: int
    anchors: frozenset[str]
    """Words of which one occurs in every date that is not in figures only."""

    def words(self, tokens: list[Token]) -> list[Word]:
        """What the tokens of a text mean, in order; the longest phrase wins."""
        found, at = [], 0
        while at < len(tokens):
            token, end, means = tokens[at], at + 1, None
            if token.kind in ("word", "sign"):
                for end in range(min(len(tokens), at + self.longest), at, -1):
                    means = self.phrases.get(tuple(each.written for each in tokens[at:end]))
                    if means is not None:
                        break
            else:
                means = _figures(token)
            found.append(Word(means or {}, token.start, tokens[end - 1].end))
            at = end
        return found


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text that is composed (Unicode's NFC)."""
    return [
        Token(match.lastgroup or "", _written(match), match.start(), match.end())
        for match in _TOKEN.finditer(text)
    ]


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages that have phrases."""
    return tuple(language for language in _phrases() if language != "any")


@lru_cache(maxsize=32)
def vocabulary(language: str) -> Vocabulary:
    """All that is known of one of the :func:`languages`."""
    phrases: Phrases = {}
    locale = Locale.parse(language)
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                _learn(phrases, name, "short" if width == "abbreviated" else "month", number)
            for number, name in locale.days[context][width].items():
                _learn(phrases, name, "weekday", number)
    for group in ("any", language):
        for key, said in _phrases()[group].items():
            meaning, *values = key.split()
            for phrase in said:
                _learn(phrases, phrase, meaning, _value(values))
    anchoring = {"month", "short", "unit", "length", "weekend", "season", "soon", "christmas"}
    anchors = {
        word for phrase, means in phrases.items() if anchoring & means.keys() for word in phrase
    }
    return Vocabulary(phrases, max(map(len, phrases)), frozenset(anchors))


@lru_cache(maxsize=1)
def _phrases() -> dict[str, dict[str, list[str]]]:
    loaded: dict[str, dict[str, list[str]]] = yaml.load(
        _PHRASES.read_text("utf-8"),
        Loader=yaml.BaseLoader,  # noqa: S506 - makes strings only
    )
    return loaded


def _learn(phrases: Phrases, phrase: str, meaning: str, value: Any) -> None:
    tokens = tokens_of(unicodedata.normalize("NFC", phrase))
    means = phrases.setdefault(tuple(token.written for token in tokens), {})
    if not (meaning == "short" and "month" in means):
        means.setdefault(meaning, value)


def _written(match: re.Match[str]) -> str:
    kind = match.lastgroup or ""
    return fold(match[0]) if kind == "word" else match[kind]


def _value(written: list[str]) -> Any:
    values = [int(each) if each.isdecimal() else each for each in written]
    return values[0] if len(values) == 1 else tuple(values)


def _figures(token: Token) -> Meanings:
    if token.kind in FIGURES:
        return {token.kind: tuple(int(each) for each in re.findall(r"\d+", token.written))}
    number = int(token.written)
    if len(token.written) == 4:
        return {"year": number} if 2000 <= number < 2200 else {}
    means: Meanings = {"number": number} if 0 < number <= 60 else {}
    return means | ({"day": number} if 0 < number <= 31 else {})
