"""From the days that were named to the days of a trip: the next that they can mean."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Final, TypeAlias

from msgspec import Struct

Days: TypeAlias = tuple[date, date]
"""The first and the last day."""

END: Final = 0
"""Stands for the last day of a month."""
_AHEAD: Final = timedelta(days=340)
"""How far ahead a trip may begin whose year was not said; a day just past is no day ahead."""
_FAR_AHEAD: Final = timedelta(days=1830)
"""How far when it was said."""
_LONG: Final = timedelta(days=365)
"""The longest trip, from its first to its last day."""
_LONG_WITHOUT_YEAR: Final = timedelta(days=330)
"""From 20 July to 3 July is a slip rather than a trip."""
_LENGTHS: Final = {"day": 1, "week": 7}
_SEASONS: Final = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}


class Day(Struct, frozen=True):
    """A day as it was named; ``year`` 0 when it was not."""

    day: int
    month: int
    year: int = 0

    def of(self, year: int) -> date | None:
        """The day of that year, None when there is none."""
        if not 1 <= self.month <= 12:
            return None
        length = monthrange(year, self.month)[1]
        day = length if self.day == END else self.day
        return date(year, self.month, day) if 1 <= day <= length else None


def on(day: date) -> Day:
    """A day that is known, year and all."""
    return Day(day.day, day.month, day.year)


def between(first: Day, last: Day, today: date) -> Days | None:
    """From one named day to another: the next such days, or those that are going on.

    None when there are none, when they are past, too far ahead or too many.
    """
    if first.year:
        years: tuple[int, ...] = (first.year,)
    elif last.year:
        years = (last.year, last.year - 1)
    else:
        years = (today.year - 1, today.year, today.year + 1)
    known = bool(first.year or last.year)
    ahead, long = (_FAR_AHEAD, _LONG) if known else (_AHEAD, _LONG_WITHOUT_YEAR)
    for year in years:
        begin, end = first.of(year), last.of(last.year or year)
        if begin and end and end < begin and not last.year:
            end = last.of(year + 1)
        if begin and end and begin <= end and end >= today:
            return (begin, end) if begin <= today + ahead and end - begin <= long else None
    return None


def lasting(first: date, count: int, unit: str, today: date) -> Days | None:
    """So many days, weeks or months from a day on."""
    if unit == "month":
        after = _months_later(first, count)
    else:
        after = first + timedelta(days=count * _LENGTHS[unit])
    return between(on(first), on(after - timedelta(days=1)), today)


def in_time(count: int, unit: str, today: date) -> Days | None:
    """In so many days; the week that begins in so many weeks; the month in so many months."""
    if unit == "month":
        return month(_months_later(today.replace(day=1), count))
    first = today + timedelta(days=count * _LENGTHS[unit])
    return between(on(first), on(first + timedelta(days=_LENGTHS[unit] - 1)), today)


def period(unit: str, later: bool, today: date) -> Days:
    """This week, weekend or month, or the next one. Weeks begin on Monday."""
    if unit == "month":
        return month(_months_later(today.replace(day=1), int(later)))
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * later)
    first = monday + timedelta(days=5 * (unit == "weekend"))
    return first, monday + timedelta(days=6)


def month(first: date) -> Days:
    """The month that begins on this day."""
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def season(name: str, year: int, later: bool, today: date) -> Days | None:
    """A season of the northern half of the world, where most who travel are at home.

    ``year``: of that year, unless 0. ``later``: not the one that it is.
    """
    begins = _SEASONS[name]
    first, last = Day(1, begins, year), Day(END, (begins + 1) % 12 + 1, 0)
    days = between(first, last, today)
    if days and later and days[0] <= today:
        return between(Day(1, begins, days[0].year + 1), last, today)
    return days


def _months_later(first: date, count: int) -> date:
    months = first.year * 12 + first.month - 1 + count
    year, number = divmod(months, 12)
    return date(year, number + 1, min(first.day, monthrange(year, number + 1)[1]))
