"""What editors write in ``data/events.yaml``, and every mistake that only shows by reading it.

The file itself explains the fields.
"""

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
    """A country (ISO 3166-1 alpha-2) and those of its cities where the event takes place."""

    country: str
    cities: tuple[str, ...] = ()


class Event(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that many people travel to; ``starts`` and ``ends`` are its first and last day."""

    id: str
    name: str
    kind: Kind
    starts: date
    ends: date
    hosts: tuple[Host, ...]
    source: str
    confidence: Confidence
    expected_visitors: int | None = None
    visitors_note: str | None = None
    visitors_source: str | None = None
    note: str | None = None

    @property
    def countries(self) -> tuple[str, ...]:
        """The codes of the host countries, in the order of the file."""
        return tuple(host.country for host in self.hosts)

    def is_on(self, first: date, last: date) -> bool:
        """Whether a day of it lies between two days, both included."""
        return self.starts <= last and first <= self.ends


class Day(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An awareness day: a month and a day, or the first ``weekday`` on or after that."""

    id: str
    name: str
    month: int
    day: int
    source: str
    weekday: Weekday | None = None
    note: str | None = None

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
    when: str
    source: str


Entry: TypeAlias = "Event | Day | Undated"

SHAPES: Final[dict[str, type[Entry]]] = {"events": Event, "days": Day, "undated": Undated}
"""The lists of the file, and what stands in each."""


class EventFile(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    events: tuple[Event, ...] = ()
    days: tuple[Day, ...] = ()
    undated: tuple[Undated, ...] = ()


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
