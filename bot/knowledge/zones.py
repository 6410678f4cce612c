"""Which clock a place goes by."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

from bot.knowledge.places_text import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable

TOWNS: Final = Path(__file__).with_name("zones.json")
"""Names of places by country and zone, where the country alone does not tell it."""

_MAIN: Final = {
    "AR": "America/Argentina/Buenos_Aires",
    "BR": "America/Sao_Paulo",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Hebron",
    "PT": "Europe/Lisbon",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
    "XK": "Europe/Belgrade",  # Kosovo is not in Unicode's list
}
"""Of countries with several zones those where at least 9 of 10 people in towns (of 15,000 and more,
by geonames.org) go by one clock, with the name of the zone in which most of them live."""
_SAMPLES: Final = tuple(product(range(2026, 2036), range(1, 13), (1, 15)))


def zone_of(country: str, place: str = "") -> ZoneInfo | None:
    """The time zone of a country (ISO 3166-1 alpha-2), or of a town or region in it.

    None when it is unknown, or when people in the country go by clocks that differ and the place
    does not tell which.
    """
    name = _towns(country).get(name_key(place)) if place else None
    return _zone(name) if name else country_zone(country)


def country_zone(country: str) -> ZoneInfo | None:
    """The time zone of nearly all of a country, by Unicode's list of zones."""
    names = _zones().get(country, ())
    return _zone(_MAIN.get(country) or (names[0] if len(names) == 1 else ""))


@lru_cache(maxsize=512)
def zones_of(country: str) -> tuple[ZoneInfo, ...]:
    """Every clock in use in a country, one zone for each; none when the country is unknown."""
    names = _zones().get(country) or [_MAIN.get(country, "")]
    found = [zone for name in sorted(names, reverse=True) if (zone := _zone(name))]
    by_clock = {_clock(zone): zone for zone in found}
    return tuple(sorted(by_clock.values(), key=lambda zone: zone.key))


def one_clock(zones: Iterable[ZoneInfo]) -> ZoneInfo | None:
    """The first of several zones if their clocks always agree, else None."""
    by_clock = {_clock(zone): zone for zone in reversed(tuple(zones))}
    return next(iter(by_clock.values())) if len(by_clock) == 1 else None


@lru_cache(maxsize=512)
def _clock(zone: ZoneInfo) -> tuple[timedelta | None, ...]:
    """What tells one clock from another: how far it is from UTC, twice a month for ten years."""
    return tuple(datetime(*day, tzinfo=zone).utcoffset() for day in _SAMPLES)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except ZoneInfoNotFoundError:  # newer to Unicode than to the zone data here
        return None


@lru_cache(maxsize=1)
def _zones() -> dict[str, list[str]]:
    zones: dict[str, list[str]] = {}
    for name, country in get_global("zone_territories").items():
        if country.isalpha() and not name.startswith("Etc/"):
            zones.setdefault(country, []).append(name)
    return zones


@lru_cache(maxsize=1)
def _read_towns() -> dict[str, dict[str, str]]:
    read: dict[str, dict[str, str]] = json.loads(TOWNS.read_text("utf-8"))
    return read


@lru_cache(maxsize=16)
def _towns(country: str) -> dict[str, str]:
    """The zone of each name in a country."""
    zones = _read_towns().get(country, {})
    return {name: zone for zone, names in zones.items() for name in names.split("|")}
