"""The calendar that ships, and what a calendar that cannot be read says."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.event_file import Day, Event, EventFile, Host
from bot.knowledge.events import Events

SHIPPED = Events.load(Path(__file__).parents[2] / "data" / "events.yaml")
DATES = st.dates(date(2026, 12, 1), date(2030, 12, 31))
COUNTRIES = st.sampled_from(sorted({code for event in SHIPPED for code in event.countries}))


def event(name: str, starts: str, ends: str, *countries: str) -> Event:
    return Event(
        id=name,
        name=name,
        kind="sport",
        starts=date.fromisoformat(starts),
        ends=date.fromisoformat(ends),
        hosts=tuple(Host(code) for code in countries),
        source="https://www.example.org/",
        confidence="confirmed",
    )


CUP = event("cup", "2027-06-10", "2027-07-10", "KE", "TZ")
RACE = event("race", "2027-06-20", "2027-06-20", "KE")
FEAST = event("feast", "2027-01-01", "2027-01-03", "TH")
EVENTS = Events(EventFile(events=(CUP, RACE, FEAST)))


def days(*wanted: str) -> tuple[date, date]:
    first, last = map(date.fromisoformat, wanted)
    return first, last


def test_what_ships_is_whole() -> None:
    assert len(SHIPPED) == 41
    assert min(each.starts for each in SHIPPED) == date(2026, 12, 6)
    assert max(each.ends for each in SHIPPED) == date(2030, 11, 19)
    assert len({f"ev_{each.id}" for each in SHIPPED if len(f"ev_{each.id}") <= 64}) == 41
    cup = SHIPPED.get("fifa-womens-world-cup-2027")
    assert cup is not None
    assert (cup.countries, cup.starts, cup.ends) == (("BR",), *days("2027-06-24", "2027-07-25"))


def test_events_come_in_the_order_in_which_they_begin() -> None:
    assert list(EVENTS) == [FEAST, CUP, RACE]


def test_an_event_is_found_by_its_id() -> None:
    assert EVENTS.get("race") is RACE
    assert EVENTS.get("Race") is None


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2027-06-09", "2027-06-09", []),
        ("2027-06-09", "2027-06-10", ["cup"]),
        ("2027-06-15", "2027-06-16", ["cup"]),
        ("2027-06-20", "2027-08-01", ["cup", "race"]),
        ("2027-07-10", "2027-08-01", ["cup"]),
        ("2027-07-11", "2027-08-01", []),
    ],
)
def test_what_is_on_between_two_days(first: str, last: str, found: list[str]) -> None:
    assert [each.id for each in EVENTS.between(*days(first, last))] == found
    there = EVENTS.in_country("TZ", *days(first, last))
    assert [each.id for each in there] == [name for name in found if name == "cup"]
    assert EVENTS.in_country("TH", *days(first, last)) == ()


@given(country=COUNTRIES, first=DATES, length=st.integers(0, 400))
def test_a_trip_meets_an_event_if_it_shares_a_day_with_it(
    country: str, first: date, length: int
) -> None:
    last = first + timedelta(days=length)
    trip = {first + timedelta(days=day) for day in range(length + 1)}
    found = SHIPPED.in_country(country, first, last)
    for each in SHIPPED:
        event_days = {
            each.starts + timedelta(days=day) for day in range((each.ends - each.starts).days + 1)
        }
        assert (each in found) == (country in each.countries and bool(event_days & trip))


def test_what_comes_next_is_not_over() -> None:
    assert EVENTS.upcoming(date(2027, 1, 3), 2) == (FEAST, CUP)
    assert EVENTS.upcoming(date(2027, 1, 4), 2) == (CUP, RACE)
    assert EVENTS.upcoming(date(2027, 1, 3), 5, "KE") == (CUP, RACE)
    assert EVENTS.upcoming(date(2027, 7, 11), 5) == ()


def test_awareness_days_come_each_year() -> None:
    (trafficking,) = SHIPPED.days_on(date(2029, 10, 18))
    assert trafficking.name == "EU Anti-Trafficking Day"
    assert len(SHIPPED.days_on(date(2028, 11, 18))) == 2
    assert SHIPPED.days_on(date(2028, 11, 19)) == ()


@pytest.mark.parametrize(
    "held",
    ["2017-02-07", "2020-02-11", "2021-02-09", "2022-02-08", "2023-02-07", "2024-02-06"],
)
def test_safer_internet_day_is_when_it_was_held(held: str) -> None:
    assert [day.id for day in SHIPPED.days_on(date.fromisoformat(held))] == ["safer_internet_day"]


def test_the_next_awareness_days_run_on_into_the_next_year() -> None:
    found = SHIPPED.next_days(date(2026, 11, 20), 3)
    assert [(when.isoformat(), day.id) for when, day in found] == [
        ("2026-11-20", "world_childrens_day"),
        ("2027-02-09", "safer_internet_day"),
        ("2027-05-18", "brazil_18_may"),
    ]
    year = len(SHIPPED.days)
    assert len(SHIPPED.next_days(date(2026, 11, 20), 3 * year)) == 3 * year
    assert EVENTS.next_days(date(2026, 11, 20), 3) == ()


@given(year=st.integers(2020, 2100), month=st.integers(1, 12), day=st.integers(1, 28))
def test_a_day_of_the_week_is_waited_for_less_than_a_week(year: int, month: int, day: int) -> None:
    source = "https://www.example.org/"
    rule = Day(id="d", name="D", month=month, day=day, source=source, weekday="sunday")
    wait = rule.in_year(year) - date(year, month, day)
    assert 0 <= wait.days < 7
    assert rule.in_year(year).isoweekday() == 7


def test_no_file_means_no_events(tmp_path: Path) -> None:
    assert list(Events.load(tmp_path / "events.yaml")) == []


GOOD = """\
events:
  - id: cup
    name: The Cup
    kind: sport
    starts: 2027-06-10
    ends: 2027-07-10
    hosts: [{country: NO}]
    source: https://www.example.org/
    confidence: confirmed
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "events.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_norway_is_no_truth_value(tmp_path: Path) -> None:
    (cup,) = Events.load(written(tmp_path, GOOD))
    assert cup.countries == ("NO",)


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ("kind: sport", "kind: spotr", "4:5", "spotr"),
        ("kind: sport", "kidn: sport", "2:5", "kidn"),
        ("country: NO", "country: XY", "7:14", "no country code"),
        ("2027-06-10", "10 June", "5:5", "date"),
        ("2027-07-10", "2027-06-09", "6:5", "before it starts"),
        ("events:", "events: [", "2:3", "did not find"),
        ("events:", "evenst:", "1:1", "evenst"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    old: str, new: str, place: str, says: str, tmp_path: Path
) -> None:
    path = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ValueError, match=says) as caught:
        Events.load(path)
    assert str(caught.value).startswith(f"{path}:{place}: ")


def test_two_events_of_one_id_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD + GOOD.removeprefix("events:\n"))
    with pytest.raises(ValueError, match=r'events.yaml:10:5: "The Cup" has the id "cup"'):
        Events.load(path)
