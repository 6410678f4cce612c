"""Which clock a country goes by."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

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
}
"""Of countries with several zones those where at least 9 of 10 people in towns (of 15,000 and more,
by geonames.org) go by one clock, with the name of the zone in which most of them live."""


def zone_of(country: str) -> ZoneInfo | None:
    """The time zone of a country (ISO 3166-1 alpha-2), by Unicode's list of zones.

    None when it is unknown, or when people there go by clocks that differ.
    """
    names = _zones().get(country, ())
    name = _MAIN.get(country) or (names[0] if len(names) == 1 else "")
    try:
        return ZoneInfo(name) if name else None
    except ZoneInfoNotFoundError:  # newer to Unicode than to the zone data here
        return None


@lru_cache(maxsize=1)
def _zones() -> dict[str, list[str]]:
    zones: dict[str, list[str]] = {}
    for name, country in get_global("zone_territories").items():
        zones.setdefault(country, []).append(name)
    return zones
