"""The calendar: what draws crowds where and when, and the days on which the world listens."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Self

from bot.knowledge.data_file import DataFile
from bot.knowledge.event_file import SHAPES, Day, Event, EventFile, mistakes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

__all__ = ["Day", "Event", "Events"]


class Events:
    """All events, by their first day, and all awareness days."""

    def __init__(self, file: EventFile | None = None) -> None:
        file = file or EventFile()
        self._events = tuple(sorted(file.events, key=lambda event: (event.starts, event.ends)))
        self._days = file.days
        self._by_id = {event.id: event for event in file.events}

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the file; no file means no events.

        Raises :class:`ValueError` with ``file:line:column`` and the reason, a line for each.
        """
        if not path.exists():
            return cls()
        source = DataFile(path)
        file = source.convert(EventFile)
        source.refuse(
            ((name, *keys), what)
            for name in SHAPES
            for keys, what in mistakes(enumerate(getattr(file, name)))
        )
        return cls(file)

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self._events)

    @property
    def days(self) -> tuple[Day, ...]:
        """The awareness days, in the order of the file."""
        return self._days

    def get(self, event_id: str) -> Event | None:
        """The event of this id."""
        return self._by_id.get(event_id)

    def between(self, first: date, last: date) -> tuple[Event, ...]:
        """What is on between two days, both included, even if it begins before or ends after."""
        return tuple(event for event in self._events if event.is_on(first, last))

    def in_country(self, country: str, first: date, last: date) -> tuple[Event, ...]:
        """What is on in a country (ISO 3166-1 alpha-2) between two days, both included."""
        return tuple(event for event in self.between(first, last) if country in event.countries)

    def upcoming(self, today: date, count: int, country: str | None = None) -> tuple[Event, ...]:
        """The next ``count`` events that are not over, anywhere or in one country."""
        coming = (
            event
            for event in self._events
            if event.ends >= today and (country is None or country in event.countries)
        )
        return tuple(islice(coming, count))

    def days_on(self, day: date) -> tuple[Day, ...]:
        """The awareness days that fall on a date."""
        return tuple(each for each in self._days if each.in_year(day.year) == day)

    def next_days(self, today: date, count: int) -> tuple[tuple[date, Day], ...]:
        """The next ``count`` awareness days from today on, each with its date."""
        dated = [
            (each.in_year(year), each)
            for year in range(today.year, today.year + count + 1)
            for each in self._days
        ]
        coming = sorted((pair for pair in dated if pair[0] >= today), key=lambda pair: pair[0])
        return tuple(coming[:count])
