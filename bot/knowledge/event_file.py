"""What editors write in ``data/events.yaml``, and every mistake that only shows by reading it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from msgspec import Struct

from bot.knowledge.data_file import country_codes, is_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.knowledge.data_file import Mistake

Kind = Literal["sport", "multi_sport", "festival", "youth_gathering", "expo"]
Confidence = Literal["confirmed", "announced", "tentative"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

LONGEST_ID: Final = 61
"""A start payload is ``ev_`` and the id, 64 characters at most
(https://core.telegram.org/bots/features#deep-linking)."""

_ID: Final = re.compile(r"[A-Za-z0-9_-]+")
_WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)


class Host(Struct, frozen=True, forbid_unknown_fields=True):
    """A country and those of its cities where the event takes place."""

    country: str
    """ISO 3166-1 alpha-2 code, such as KE."""
    cities: tuple[str, ...] = ()
    """None when no page names them."""


class Event(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that many people travel to."""

    id: str
    """Letters, digits, - and _; at most 61. Links on posters end in it, so one that has been
    printed stays."""
    name: str
    """As shown, in English. Translated."""
    kind: Kind
    """What kind of event it is."""
    starts: date
    """The first day, such as 2027-06-19."""
    ends: date
    """The last day."""
    hosts: tuple[Host, ...]
    """Where it takes place."""
    source: str
    """The page where the days stand: https://…"""
    confidence: Confidence
    """`confirmed`: the days are the organiser's, or several outlets report them. `announced`: given
    once, or by a secondary page. `tentative`: provisional, or pages disagree; the note says how."""
    expected_visitors: int | None = None
    """Only where a page gives a number."""
    visitors_note: str | None = None
    """What that number counts."""
    visitors_source: str | None = None
    """Where it stands, if not in `source`."""
    note: str | None = None
    """For editors and campaigns. Not translated."""

    @property
    def countries(self) -> tuple[str, ...]:
        """The codes of the host countries, in the order of the file."""
        return tuple(host.country for host in self.hosts)

    def is_on(self, first: date, last: date) -> bool:
        """Whether a day of it lies between two days, both included."""
        return self.starts <= last and first <= self.ends


class Day(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An awareness day, each year."""

    id: str
    """Letters, digits, - and _; at most 61."""
    name: str
    """As shown, in English. Translated."""
    month: int
    """1 for January to 12 for December."""
    day: int
    """The day of the month; with a `weekday` the earliest on which it may fall."""
    source: str
    """The page where it was read: https://…"""
    weekday: Weekday | None = None
    """It falls on the first such weekday on or after that day."""
    note: str | None = None
    """For editors and campaigns. Not translated."""

    def in_year(self, year: int) -> date:
        """The date on which it falls."""
        earliest = date(year, self.month, self.day)
        if self.weekday is None:
            return earliest
        wait = _WEEKDAYS.index(self.weekday) - earliest.weekday()
        return earliest + timedelta(days=wait % 7)


class Undated(Struct, frozen=True, forbid_unknown_fields=True):
    """An event that is known to come; nobody has found its days yet."""

    name: str
    """What it is called."""
    when: str
    """What is known of its days, in words."""
    source: str
    """The page where it was read: https://…"""


Entry: TypeAlias = "Event | Day | Undated"

SHAPES: Final[dict[str, type[Entry]]] = {"events": Event, "days": Day, "undated": Undated}
"""The lists of the file, and what stands in each."""


class EventFile(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    events: tuple[Event, ...] = ()
    """Events with their days."""
    days: tuple[Day, ...] = ()
    """Awareness days."""
    undated: tuple[Undated, ...] = ()
    """Known to come, days not found: nobody is shown these."""


def mistakes(entries: Iterable[tuple[int, Entry]]) -> Iterator[Mistake]:
    """What is wrong in one list: entries of the right shape, each with its place in the list."""
    first: dict[str, str] = {}
    for number, entry in entries:
        found = _of_event(entry) if isinstance(entry, Event) else _of_other(entry)
        for keys, what in found:
            yield (number, *keys), what
        if isinstance(entry, Undated):
            continue
        if entry.id in first:
            message = f'"{first[entry.id]}" has the id "{entry.id}", too. Give one another id.'
            yield (number, "id"), message
        first.setdefault(entry.id, entry.name)


def _of_event(event: Event) -> Iterator[Mistake]:
    yield from _of_id(event.id)
    yield from _of_name_and_source(event)
    if event.ends < event.starts:
        yield ("ends",), f"It ends before it starts, on {event.starts}. Write the last day here."
    if not event.hosts:
        yield ("hosts",), "It needs a host, such as {country: KE, cities: [Nairobi]}."
    for number, code in enumerate(event.countries):
        where = ("hosts", number, "country")
        if code not in country_codes():
            yield where, f'"{code}" is no country code. Write two capital letters, such as KE.'
        elif code in event.countries[:number]:
            yield where, f"{code} is a host already. Write all its cities in one place."
    if event.expected_visitors is not None and event.expected_visitors <= 0:
        yield ("expected_visitors",), "Write how many people are expected, or leave it out."
    if event.visitors_source is not None and not is_address(event.visitors_source):
        yield ("visitors_source",), _not_an_address(event.visitors_source)


def _of_other(entry: Day | Undated) -> Iterator[Mistake]:
    yield from _of_name_and_source(entry)
    if isinstance(entry, Undated):
        return
    yield from _of_id(entry.id)
    try:
        entry.in_year(2027)  # no leap year: a day that not every year has is refused
    except ValueError:
        message = f"Month {entry.month} has no day {entry.day} in every year. Write another."
        yield ("day",), message


def _of_id(name: str) -> Iterator[Mistake]:
    if not _ID.fullmatch(name):
        message = f'"{name}" does not fit into a link. Use A-Z, a-z, 0-9, - and _ only.'
        yield ("id",), message
    if len(name) > LONGEST_ID:
        message = f"An id of {len(name)} characters does not fit into a link."
        yield ("id",), f"{message} Use {LONGEST_ID} at most."


def _of_name_and_source(entry: Entry) -> Iterator[Mistake]:
    if not entry.name.strip():
        yield ("name",), "It needs a name."
    if not is_address(entry.source):
        yield ("source",), _not_an_address(entry.source)


def _not_an_address(text: str) -> str:
    return f'"{text}" is no address of a page. Write where you read it: https://…'
