"""Seasons of the year, by the months that weather services count to them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

_FIRST_MONTHS: Final = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
"""In the northern half of the world; half a year later in the southern."""


def season(name: str, now: datetime, *, ended: bool, year: int) -> tuple[date, date] | None:
    """First day of a season and the day after its last: the latest that began before ``now``.

    ``ended``: that is over already. ``year``: of that year, unless 0. None when it cannot be told:
    only where clocks are moved in summer is it certain which half of the year is meant.
    """
    south = _is_south(now)
    if south is None:
        return None
    month = (_FIRST_MONTHS[name] + 6 * south - 1) % 12 + 1
    if year and month == 12:  # the winter of which two years?
        return None
    for each in (year,) if year else range(now.year, now.year - 3, -1):
        first = date(each, month, 1)
        after = (first + timedelta(days=95)).replace(day=1)
        if (after if ended else first) <= now.date():
            return first, after
    return None


def _is_south(now: datetime) -> bool | None:
    january, july = (now.replace(month=month, day=1).utcoffset() for month in (1, 7))
    if january is None or july is None or january == july:
        return None
    return january > july
