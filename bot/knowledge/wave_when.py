"""When a wave of a campaign is due: the day, the time, and by whose clock."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

End = Literal["opening", "closing", "departure", "arrival", "return"]
"""A day from which others are counted: of an event or an awareness day (of which opening and
closing are the same day), or of a trip."""
TripEnd = Literal["first", "last"]
"""The days of a trip that somebody told."""

TEN: Final = time(10)
"""The time of a wave that says none."""
OWN: Final = ""
"""The clock of each traveller."""
HOST: Final = "host"
"""The clock of the place where the event is."""

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
WEEKDAYS: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
EVERY: Final = 0
LAST: Final = -1
ORDINALS: Final = {1: "first", 2: "second", 3: "third", 4: "fourth", LAST: "last"}

_TRIP_ENDS: Final[Mapping[End, TripEnd]] = {
    "departure": "first",
    "arrival": "first",
    "return": "last",
}
_ON: Final[Mapping[End, str]] = {
    "opening": "opening day",
    "closing": "last day",
    "departure": "on departure",
    "arrival": "on arrival",
    "return": "on return",
}
_NAMES: Final[Mapping[End, str]] = {
    "opening": "opening day",
    "closing": "the last day",
    "departure": "departure",
    "arrival": "arrival",
    "return": "the return",
}


class Around(Struct, frozen=True):
    """So many days before (negative) or after an end of an event, an awareness day or a trip."""

    end: End
    days: int = 0

    @property
    def of_trip(self) -> bool:
        """Whether it counts from a day of each traveller's own trip."""
        return self.end in _TRIP_ENDS

    @property
    def words(self) -> str:
        """As it is written."""
        if not self.days:
            return _ON[self.end]
        many = f"{abs(self.days)} day{'s' * (abs(self.days) > 1)}"
        side = "before" if self.days < 0 else "after"
        if (self.end, side) in {("opening", "before"), ("closing", "after")}:
            return f"{many} {side}"
        return f"{many} {side} {_NAMES[self.end]}"


class Yearly(Struct, frozen=True):
    """One day of each year; 29 February is kept on the 28th in years that have no 29th."""

    month: int
    day: int

    @property
    def words(self) -> str:
        """As it is written."""
        return f"every {self.day} {MONTHS[self.month - 1]}"


class Weekly(Struct, frozen=True):
    """A weekday (0 for Monday), the ``nth`` of each month (LAST, or EVERY), in some months.

    The months go from the first to the last, both included, over New Year when the last is
    earlier in the year.
    """

    weekday: int
    nth: int = EVERY
    first_month: int = 1
    last_month: int = 12

    @property
    def words(self) -> str:
        """As it is written."""
        day = WEEKDAYS[self.weekday]
        which = f"every {day}" if self.nth == EVERY else f"on the {ORDINALS[self.nth]} {day}"
        if (self.first_month, self.last_month) == (1, 12):
            return which
        first, last = MONTHS[self.first_month - 1], MONTHS[self.last_month - 1]
        return f"from {first} to {last}, {which}"


class Once(Struct, frozen=True):
    """One date."""

    day: date

    @property
    def words(self) -> str:
        """As it is written."""
        return f"on {self.day}"


Rule: TypeAlias = "Around | Yearly | Weekly | Once"


class When(Struct, frozen=True):
    """On which days, at what time, and by whose clock: OWN, HOST or the name of a zone."""

    rule: Rule
    time: time = TEN
    clock: str = OWN

    @property
    def words(self) -> str:
        """As it is written in the file, in one of the ways that are understood."""
        if (self.time, self.clock) == (TEN, OWN):
            return self.rule.words
        return f"{self.rule.words} at {self.time:%H:%M} {self.clock}".rstrip()

    def trip_day(self, day: date) -> tuple[TripEnd, date] | None:
        """Whose trip makes this due on ``day``: those of which this end is on this date.

        None when it does not count from a trip.
        """
        if not isinstance(self.rule, Around) or not self.rule.of_trip:
            return None
        return _TRIP_ENDS[self.rule.end], day - timedelta(days=self.rule.days)
