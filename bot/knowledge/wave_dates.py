"""On which days a wave is due, and at which instant for whom."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.knowledge.event_file import Day, Event
from bot.knowledge.wave_when import EVERY, LAST, Around, Once, Weekly, Yearly
from bot.knowledge.zones import one_clock, zone_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zoneinfo import ZoneInfo

    from bot.knowledge.wave_when import Rule

EARLIEST: Final = timedelta(hours=14)
"""How far the earliest clock on Earth is ahead of UTC (Kiritimati)."""


def days_of(rule: Rule, about: Event | Day | None, first: date, last: date) -> Iterator[date]:
    """The days between two, both included, on which a wave is due, in order.

    One that counts from a trip is due every day: for those whose trip has the right dates.
    """
    if isinstance(rule, Around):
        found = _around(rule, about, first, last)
    elif isinstance(rule, Yearly):
        found = (_in_year(rule, year) for year in range(first.year, last.year + 1))
    elif isinstance(rule, Weekly):
        found = _weekly(rule, first, last)
    else:
        found = iter((rule.day,))
    return (day for day in found if first <= day <= last)


def only_day(rule: Rule, about: Event | Day | None) -> date | None:
    """The day of a wave that is due only once; None when it comes back."""
    if isinstance(rule, Once):
        return rule.day
    if isinstance(rule, Around) and isinstance(about, Event):
        return _shifted(about.starts if rule.end == "opening" else about.ends, rule.days)
    return None


def span_of(rule: Rule, about: Event | Day | None, day: date) -> tuple[date, date] | None:
    """The first and the last day of what a wave on ``day`` speaks about: the event, or the
    awareness day that it counts from, else the next one. None when it is about neither."""
    if isinstance(about, Event):
        return about.starts, about.ends
    if about is None:
        return None
    if isinstance(rule, Around):
        day = _shifted(day, -rule.days) or day
    kept = about.in_year(day.year)
    kept = kept if kept >= day else about.in_year(day.year + 1)
    return kept, kept


def instant(day: date, at: time, zone: tzinfo) -> datetime:
    """The instant in UTC at which a clock shows a day and a time.

    A time that a clock leaves out when it goes forward is as much later; of a time that comes
    twice it is the first.
    """
    return datetime.combine(day, at, zone).astimezone(UTC)


def earliest_instant(day: date, at: time) -> datetime:
    """The instant in UTC at which the first clock on Earth shows a day and a time."""
    return datetime.combine(day, at, UTC) - EARLIEST


@lru_cache(maxsize=4096)
def latest_instant(day: date, at: time, zones: Sequence[tzinfo]) -> datetime:
    """The instant in UTC from which every one of the clocks has shown a day and a time."""
    return max(instant(day, at, zone) for zone in zones)


def host_zone(event: Event) -> ZoneInfo | None:
    """The clock by which an event goes, None when it has several or nobody knows which."""
    places = [(host.country, city) for host in event.hosts for city in host.cities or ("",)]
    zones = [zone for country, city in places if (zone := zone_of(country, city))]
    return one_clock(zones)


def _around(rule: Around, about: Event | Day | None, first: date, last: date) -> Iterator[date]:
    if rule.of_trip:
        for number in range(first.toordinal(), last.toordinal() + 1):
            yield date.fromordinal(number)
    elif isinstance(about, Event):
        if day := only_day(rule, about):
            yield day
    elif about:
        reach = abs(rule.days) // 365 + 1
        for year in range(max(first.year - reach, date.min.year), last.year + reach + 1):
            if year <= date.max.year - 1 and (day := _shifted(about.in_year(year), rule.days)):
                yield day


def _weekly(rule: Weekly, first: date, last: date) -> Iterator[date]:
    day = first + timedelta(days=(rule.weekday - first.weekday()) % 7)
    while day <= last:
        if _in_months(rule, day.month) and _is_nth(rule.nth, day):
            yield day
        day += timedelta(days=7)


def _in_months(rule: Weekly, month: int) -> bool:
    if rule.first_month <= rule.last_month:
        return rule.first_month <= month <= rule.last_month
    return month >= rule.first_month or month <= rule.last_month


def _is_nth(nth: int, day: date) -> bool:
    if nth == LAST:
        return (day + timedelta(days=7)).month != day.month
    return nth == EVERY or (day.day + 6) // 7 == nth


def _in_year(rule: Yearly, year: int) -> date:
    try:
        return date(year, rule.month, rule.day)
    except ValueError:  # 29 February
        return date(year, rule.month, rule.day - 1)


def _shifted(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None
