"""Opening hours in a person's language."""

from __future__ import annotations

from datetime import time

from babel import Locale
from babel.dates import format_time

from bot.knowledge.hours import OpeningHours, Rule

_WEEK = tuple(range(7))


def spoken_hours(hours: OpeningHours, locale: str, always: str) -> str:
    """``Mon–Fri 09:00–17:00, Sat 10:00–14:00``; ``always`` for round the clock."""
    if hours.always:
        return always
    return ", ".join(_rule(rule, locale) for rule in hours.rules)


def _rule(rule: Rule, locale: str) -> str:
    spans = " + ".join(f"{_time(s.opens, locale)}–{_time(s.closes, locale)}" for s in rule.spans)
    return spans if rule.days == _WEEK else f"{_days(rule.days, locale)} {spans}"


def _days(days: tuple[int, ...], locale: str) -> str:
    names = Locale.parse(locale).days["format"]["abbreviated"]
    if len(days) > 2 and days == tuple(range(days[0], days[-1] + 1)):
        return f"{names[days[0]]}–{names[days[-1]]}"
    return ", ".join(names[day] for day in days)


def _time(moment: time, locale: str) -> str:
    return format_time(moment, "short", locale=Locale.parse(locale)).replace("\u202f", "\u00a0")
