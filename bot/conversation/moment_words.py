"""The words that people use for time, in any language, as signs of what they mean."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml
from babel import Locale, UnknownLocaleError
from msgspec import Struct

from bot.conversation.normal import fold

_PHRASES: Final = Path(__file__).with_name("moments.yaml")
_TOKEN: Final = re.compile(
    r"(?P<date>(?<!\d)(?:\d{4}-\d\d?-\d\d?|\d\d?([./-])\d\d?\2(?:\d{4}|\d\d)|\d\d?/\d\d?)(?![\d/]))|"
    r"(?P<clock>(?<!\d)\d\d?(?::\d\d(?::\d\d)?(?!\d)|\.\d\d(?=\s?[ap]\.?m(?![^\W\d_]))))|"
    r"(?P<ordinal>(?<!\d)\d\d?(?:st|nd|rd|th|er|eme)(?![^\W\d_]))|"
    r"(?P<number>\d+(?:[.,]\d+)?)|"
    # Scripts written without spaces are taken letter by letter.
    r"(?P<word>[~≈]|[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|"
    r"[^\W\d_\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+)"
)
_ELISION: Final = re.compile(r"\b([cdjlmnst]|qu)['’](?=\w)", re.IGNORECASE)
_LETTERS: Final = {
    **dict.fromkeys(("early", "morning", "afternoon", "evening", "night"), "p"),
    **dict.fromkeys(("minutes", "hours", "days", "weeks", "months", "years", "weekend"), "u"),
    **dict.fromkeys(("spring", "summer", "autumn", "winter"), "s"),
    **dict.fromkeys(("noon", "midnight"), "c"),
    **dict.fromkeys(("half", "quarter", "lessquarter"), "q"),
    **dict.fromkeys(("past", "to"), "P"),
    **dict.fromkeys(("am", "pm"), "M"),
    **{"now": "!", "ago": "a", "this": "T", "last": "L", "oclock": "k", "at": "@", "about": "~"},
    **{"in": "i", "the": "l", "for": "f", "between": "B", "doubt": "?", "filler": "."},
}
_FIELDS: Final = {"minute": "minutes", "hour": "hours", "day": "days", "week": "weeks"} | {
    "month": "months",
    "year": "years",
}


class Sign(Struct, frozen=True):
    """One thing that a word or a number of words mean.

    ``letter`` is its kind: one of those in ``_LETTERS``, or ``d`` days ago, ``n`` number, ``F`` a
    few, ``A`` an article, ``o`` ordinal, ``y`` year, ``w`` day of the week (0 Monday), ``m`` month,
    ``D`` date in figures, ``c`` time of day, ``x`` unknown.
    """

    letter: str
    value: Any = ""


class Vocabulary(Struct, frozen=True):
    """The phrases of one language, as words, and what each means."""

    phrases: dict[tuple[str, ...], tuple[Sign, ...]]
    longest: int
    halves: bool = False
    """Whether a day has twice twelve hours for its speakers."""
    orders: tuple[str, ...] = ("dm",)
    """How they write a date in figures: day (d) or month (m) first, or either."""

    def signs(self, text: str) -> list[Sign]:
        """What the words of ``text`` mean, in order."""
        tokens = [(match.lastgroup or "", match[0]) for match in _TOKEN.finditer(_plain(text))]
        signs: list[Sign] = []
        at = 0
        while at < len(tokens):
            kind, word = tokens[at]
            if kind != "word":
                signs.append(_figures(kind, word))
                at += 1
                continue
            for end in range(min(len(tokens), at + self.longest), at, -1):
                meaning = self.phrases.get(tuple(token for _, token in tokens[at:end]))
                if meaning is not None:
                    break
            signs += meaning or (Sign("x"),)
            at = end
        return signs


def languages() -> list[str]:
    """The languages that have phrases of their own."""
    return [language for language in _phrases() if language != "any"]


@lru_cache(maxsize=32)
def vocabulary(language: str) -> Vocabulary:
    """All that is known of a language; of an unknown one, figures only."""
    phrases: dict[tuple[str, ...], tuple[Sign, ...]] = {("~",): (Sign("~"),), ("≈",): (Sign("~"),)}
    halves = False
    orders: tuple[str, ...] = ("dm", "md")
    try:
        locale = Locale.parse(language)
    except (ValueError, UnknownLocaleError):
        pass
    else:
        halves = "a" in locale.time_formats["short"].pattern
        if language != "en":  # which is spoken all over the world
            pattern = locale.date_formats["short"].pattern.lower()
            orders = ("dm",) if pattern.find("d") < pattern.find("m") else ("md",)
        _learn_names(phrases, locale)
        _learn_ago(phrases, locale)
    for group in ("any", language):
        for meaning, said in _phrases().get(group, {}).items():
            for phrase in _flat(said):
                phrases[plain_words(phrase)] = _meaning(meaning)
    phrases.pop((), None)
    return Vocabulary(phrases, max(map(len, phrases)), halves, orders)


@lru_cache(maxsize=1)
def _phrases() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = yaml.load(
        _PHRASES.read_text("utf-8"),
        Loader=yaml.BaseLoader,  # noqa: S506 - makes strings only
    )
    return loaded


def _flat(said: list[Any]) -> list[str]:
    return [p for one in said for p in ([one] if isinstance(one, str) else one)]


def _plain(text: str) -> str:
    return fold(_ELISION.sub(r"\1 ", text))


def plain_words(phrase: str) -> tuple[str, ...]:
    """The words of a phrase as they are compared: small letters, no accents."""
    return tuple(match[0] for match in _TOKEN.finditer(_plain(phrase)))


def _meaning(written: str) -> tuple[Sign, ...]:
    """The signs of a key of the file, such as ``day 1 night``."""
    signs = []
    names = iter(written.split())
    for name in names:
        if name == "day":
            signs.append(Sign("d", int(next(names))))
        elif name == "few":
            signs.append(Sign("F", float(next(names))))
        elif name == "article":
            signs.append(Sign("A", 1.0))
        elif name in _LETTERS:
            signs.append(Sign(_LETTERS[name], name))
        else:
            signs.append(Sign("n", float(name)))
    return tuple(signs)


def _learn_names(phrases: dict[tuple[str, ...], tuple[Sign, ...]], locale: Locale) -> None:
    """Months, also shortened, and days of the week (their short names are words: sun, mar)."""
    for context in ("format", "stand-alone"):
        for width in ("abbreviated", "wide"):
            for number, name in locale.months[context][width].items():
                phrases[plain_words(name)] = (Sign("m", number),)
        for number, name in locale.days[context]["wide"].items():
            phrases[plain_words(name)] = (Sign("w", number),)


def _learn_ago(phrases: dict[tuple[str, ...], tuple[Sign, ...]], locale: Locale) -> None:
    """Unicode's patterns for the past, such as "vor {0} Stunden": what surrounds the number."""
    # Babel opens this data only inside format_timedelta, with a number filled in.
    fields = locale._data["date_fields"]
    for field, unit in _FIELDS.items():
        for category, pattern in fields.get(field, {}).get("past", {}).items():
            before, number, after = pattern.partition("{0}")
            ago, of_unit = Sign("a", "ago"), Sign("u", unit)
            if not number:
                count = {"one": 1.0, "two": 2.0}.get(category)
                if count:
                    phrases[plain_words(pattern)] = (Sign("n", count), of_unit, ago)
            elif plain_words(before):
                phrases[plain_words(before)] = (ago,)
                phrases[plain_words(after)] = (of_unit,)
            else:
                phrases[plain_words(after)] = (of_unit, ago)


def _figures(kind: str, written: str) -> Sign:
    if kind == "date":
        return Sign("D", tuple(re.split(r"[./-]", written)))
    if kind == "clock":
        hour, minute, *_ = re.split(r"[:.]", written)
        return Sign("c", (int(hour), int(minute), len(hour) == 2 and hour[0] == "0"))
    if kind == "ordinal":
        return Sign("o", float(re.match(r"\d+", written)[0]))  # type: ignore[index]
    if len(written) > 12:
        return Sign("x")
    number = float(written.replace(",", "."))
    if len(written) == 4 and written.isdigit() and 1900 <= number < 2200:
        return Sign("y", int(number))
    return Sign("n", number)
