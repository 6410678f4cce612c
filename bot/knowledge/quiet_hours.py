"""The hours in which nobody is written to, by the clocks that a person may go by."""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Self, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
_HOURS: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d) ?[-–] ?([01]?\d|2[0-3]):([0-5]\d)")

_Part: TypeAlias = "tuple[datetime, int]"
"""An instant from which on so many of the clocks show a decent hour."""


class Quiet(Struct, frozen=True):
    """From one time of the day until another, over midnight when the other is earlier."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Self:
        """``21:00-08:00``. Raises :class:`ValueError` with one line for editors."""
        found = _HOURS.fullmatch(text.strip())
        if not found:
            raise ValueError(f'"{text}" is not understood. Write quiet hours as "21:00-08:00".')
        one, two, three, four = map(int, found.groups())
        return cls(time(one, two), time(three, four))

    def __contains__(self, at: time) -> bool:
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    @property
    def waking(self) -> timedelta:
        """How much of a day is not quiet; nothing when it starts and ends at one time."""
        between = datetime.combine(datetime.min, self.start) - datetime.combine(
            datetime.min, self.end
        )
        return between % _DAY


def decent(instant: datetime, zones: Sequence[tzinfo], quiet: Quiet) -> bool:
    """Whether every one of these clocks shows a decent hour.

    Where clocks are so far apart that they never do together, as in Antarctica, it is enough that
    as many do as ever can.
    """
    return next_decent(instant, zones, quiet) == instant


def next_decent(instant: datetime, zones: Sequence[tzinfo], quiet: Quiet) -> datetime:
    """The first instant in UTC from ``instant`` on that is :func:`decent`."""
    instant = instant.astimezone(UTC)
    clocks = tuple(zones)
    day = instant.replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(4):
        for start, end in _decent_parts(day, clocks, quiet):
            if instant < end:
                return max(instant, start)
        day += _DAY
    return instant  # quiet hours that leave no time are refused when they are read


@lru_cache(maxsize=4096)
def _decent_parts(
    day: datetime, zones: tuple[tzinfo, ...], quiet: Quiet
) -> tuple[tuple[datetime, datetime], ...]:
    """The decent parts of a day of UTC, in order, each until just before its end."""
    parts = [part for each in (-1, 0, 1) for part in _parts(day + each * _DAY, zones, quiet)]
    most = max(count for _, count in parts)
    ends = [start for start, _ in parts[1:]] + [day + 2 * _DAY]
    return tuple(
        (start, end)
        for (start, count), end in zip(parts, ends, strict=True)
        if count == most and start < day + _DAY and end > day
    )


@lru_cache(maxsize=4096)
def _parts(day: datetime, zones: tuple[tzinfo, ...], quiet: Quiet) -> tuple[_Part, ...]:
    """A day of UTC, cut wherever a clock comes to the start or the end of its quiet hours."""
    cuts = {day}
    for zone in zones:
        cuts.update(cut for cut in _cuts(day, zone, quiet) if day < cut < day + _DAY)
    return tuple(
        (cut, sum(cut.astimezone(zone).time() not in quiet for zone in zones))
        for cut in sorted(cuts)
    )


def _cuts(day: datetime, zone: tzinfo, quiet: Quiet) -> Iterator[datetime]:
    """Every instant of a day at which it may become quiet, or cease to be, by one clock."""
    ahead = {at.astimezone(zone).utcoffset() or timedelta() for at in (day, day + _DAY)}
    for offset in ahead:
        for shift in (-1, 0, 1):
            for at in (quiet.start, quiet.end):
                yield datetime.combine(day.date(), at, UTC) + shift * _DAY - offset
    if len(ahead) > 1:
        minutes = range(24 * 60)
        before = day.astimezone(zone).utcoffset()
        yield day + _MINUTE * bisect_right(
            minutes,
            False,
            key=lambda minute: (day + minute * _MINUTE).astimezone(zone).utcoffset() != before,
        )
