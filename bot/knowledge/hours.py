"""Opening hours of a helpline, so that they can be shown in any language.

Editors write a small part of the OpenStreetMap `opening_hours` syntax, in local time:
`24/7`, or rules such as `Mo-Fr 09:00-17:00; Sa 10:00-12:00,13:00-15:00`.
"""

from __future__ import annotations

import re
from datetime import time
from functools import lru_cache

from msgspec import Struct

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


class Span(Struct, frozen=True):
    """From `opens` to `closes`; `closes` 00:00 is midnight, one before `opens` the next day."""

    opens: time
    closes: time


class Rule(Struct, frozen=True):
    """`days` are numbered as in `date.weekday()`: 0 is Monday."""

    days: tuple[int, ...]
    spans: tuple[Span, ...]


class OpeningHours(Struct, frozen=True):
    """`always` is round the clock; otherwise at least one rule, no day in two rules."""

    always: bool = False
    rules: tuple[Rule, ...] = ()


@lru_cache(maxsize=256)
def parse_hours(text: str) -> OpeningHours:
    """Read hours as editors write them. Raises ValueError that says what is wrong."""
    if text == "24/7":
        return OpeningHours(always=True)
    rules = tuple(_rule(part.strip(), text) for part in text.split(";"))
    days = [day for rule in rules for day in rule.days]
    if len(days) != len(set(days)):
        raise _wrong(text, "a day is given twice")
    return OpeningHours(rules=rules)


def _rule(part: str, text: str) -> Rule:
    days, _, spans = part.partition(" ")
    if not spans:
        raise _wrong(text, f'"{part}" needs days and times')
    return Rule(_days(days, text), tuple(_span(span, text) for span in spans.split(",")))


def _days(part: str, text: str) -> tuple[int, ...]:
    found: list[int] = []
    for piece in part.split(","):
        first, dash, last = piece.partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            raise _wrong(text, f'"{piece}" is not a day or range of days')
        start = DAYS.index(first)
        end = DAYS.index(last) if dash else start
        if end < start:
            raise _wrong(text, f'"{piece}" runs backwards')
        found.extend(range(start, end + 1))
    return tuple(found)


def _span(part: str, text: str) -> Span:
    match = _SPAN.fullmatch(part)
    if match is None or (match[3] == "24" and match[4] != "00"):
        raise _wrong(text, f'"{part}" is not a time span')
    opens = time(int(match[1]), int(match[2]))
    closes = time(int(match[3]) % 24, int(match[4]))
    if opens == closes:
        raise _wrong(text, f'"{part}" is empty')
    return Span(opens, closes)


def _wrong(text: str, why: str) -> ValueError:
    return ValueError(f'opening hours "{text}": {why}; write "24/7" or "Mo-Fr 09:00-17:00"')
