"""An event in one line: flags, name, days, place, in the language of a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from babel import Locale
from babel.dates import format_interval
from babel.lists import format_list

from bot.conversation.options import flag
from bot.conversation.world import Found
from bot.i18n.catalogues import Catalogues
from bot.i18n.markers import N_
from bot.i18n.negotiate import SOURCE
from bot.knowledge.event_file import Host
from bot.knowledge.events import Event

MOST_CITIES: Final = 3
"""With more of them, the countries say where it is."""
CONTEXT: Final = "events"
"""Where translators find the names."""

# translators: behind the days of an event that are not certain yet
MAY_CHANGE: Final = N_("dates may change")


def event_name(event: Event, catalogues: Catalogues, locale: str) -> str:
    """The name in a language, English where it is not translated."""
    return catalogues.text(locale, CONTEXT, event.name)


def event_days(first: date, last: date, locale: str) -> str:
    """The days as somebody writes them in a language: "Jun 19 – Jul 17, 2027"."""
    return format_interval(first, last, "yMMMd", locale=Locale.parse(locale))


class EventLines:
    """Writes events for one language; what it gives is plain text, not escaped."""

    def __init__(
        self,
        locale: str,
        catalogues: Catalogues,
        country_name: Callable[[str, str], str],
        find_place: Callable[[str, str], Found],
    ) -> None:
        self._locale = locale
        self._catalogues = catalogues
        self._country_name = country_name
        self._find_place = find_place

    def line(self, event: Event, country: str | None = None) -> str:
        """One event; with a ``country``, only what takes place there is named as its place."""
        here = [host for host in event.hosts if country in (None, host.country)]
        parts = [
            event_name(event, self._catalogues, self._locale),
            event_days(event.starts, event.ends, self._locale),
            self._place(here),
        ]
        if event.confidence != "confirmed":
            parts.append(self._catalogues.text(self._locale, None, MAY_CHANGE))
        return "".join(map(flag, event.countries)) + " " + " · ".join(parts)

    def _place(self, hosts: list[Host]) -> str:
        cities = [name for host in hosts for name in self._cities(host)]
        if not all(host.cities for host in hosts) or len(cities) > MOST_CITIES:
            cities = [self._country_name(host.country, self._locale) for host in hosts]
        return format_list(cities, locale=Locale.parse(self._locale))

    def _cities(self, host: Host) -> Iterator[str]:
        """The cities in the language, as far as they are known in it."""
        for city in host.cities:
            place = None if self._locale == SOURCE else self._find_place(city, self._locale).place
            yield place.name if place and place.country == host.country else city
