"""An answer to "when do you travel?": the first and the last day of a trip."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton

from bot.conversation.span_dates import period
from bot.conversation.spans import read_span

if TYPE_CHECKING:
    from bot.conversation.session import SlotValue
    from bot.conversation.span_dates import Days

_NEAR = (("week", False), ("week", True), ("month", True))
"""The buttons: this week, the next, and the next month."""


def read_days(text: str, locale: str, today: date) -> SlotValue | None:
    """What is kept of an answer; None when no days are named in it."""
    span = read_span(text, locale, today)
    return days_value(span.first, span.last) if span else None


def days_value(first: date, last: date) -> SlotValue:
    """How days are kept: the first and the last."""
    return [first.isoformat(), last.isoformat()]


def near_days(locale: str, today: date) -> list[tuple[str, SlotValue]]:
    """The label and the value of each button that stands for some days."""
    spoken = Locale.parse(locale)
    offered = [period(unit, later, today) for unit, later in _NEAR]
    return [(_shown(*days, spoken, "MMMd"), days_value(*days)) for days in offered]


def are_days(value: SlotValue) -> bool:
    """Whether ``value`` is what :func:`days_value` makes."""
    try:
        first, last = _days(value)
    except ValueError:
        return False
    return first <= last


def show_days(value: SlotValue, locale: str) -> str:
    """The days as somebody who speaks ``locale`` writes them; a whole month by its name."""
    return _shown(*_days(value), Locale.parse(locale), "yMMMd")


def _days(value: SlotValue) -> Days:
    """Raises :class:`ValueError` when ``value`` keeps no days."""
    if not isinstance(value, list):
        raise ValueError(value)
    first, last = map(date.fromisoformat, value)
    return first, last


def _shown(first: date, last: date, locale: Locale, skeleton: str) -> str:
    months = (first.year, first.month) == (last.year, last.month)
    if months and first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
        return format_skeleton("yMMMM", first, locale=locale)
    if first == last:
        return format_date(first, "long", locale=locale)
    return format_interval(first, last, skeleton, locale=locale)
