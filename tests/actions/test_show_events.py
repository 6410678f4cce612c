"""The list of big events, on a calendar that stays, and on the one that ships."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from shipped_content import CONTENT

from bot.actions.events import EventList
from bot.content import _World
from bot.conversation.session import SlotValue
from bot.conversation.world import Request
from bot.i18n.catalogues import Catalogues
from bot.knowledge.events import Events

CALENDAR = """\
events:
  - id: cup
    name: Cup & Bowl
    kind: sport
    starts: 2027-06-24
    ends: 2027-07-25
    hosts: [{country: KR, cities: [Seoul, Trimbakeshwar]}, {country: IE, cities: [Dublin]}]
    source: https://www.example.org/
    confidence: confirmed
  - id: race
    name: The Race
    kind: sport
    starts: 2027-07-25
    ends: 2027-07-25
    hosts: [{country: KR}]
    source: https://www.example.org/
    confidence: announced
"""


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Events:
    path: Path = tmp_path_factory.mktemp("calendar") / "events.yaml"
    path.write_text(CALENDAR, encoding="utf-8")
    return Events.load(path)


def request(day: str, locale: str = "en", **arguments: SlotValue | None) -> Request:
    now = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC)
    return Request(locale, arguments, _World(CONTENT, now), lambda _: ())


def lines(events: Events, day: str, locale: str = "en", **arguments: SlotValue | None) -> list[str]:
    action = EventList(events, CONTENT.catalogues).show_events
    (message,) = action(request(day, locale, **arguments)).messages
    return spaced(message.text).split("\n\n")


def spaced(text: str) -> str:
    """Dates have thin spaces, which nobody can tell from others in a test."""
    return text.replace("\N{THIN SPACE}", " ")


def test_a_line_says_flags_name_days_and_place(events: Events) -> None:
    heading, cup, race = lines(events, "2026-11-25")
    assert heading == "📅 <b>Big events ahead</b>"
    assert cup == ("🇰🇷🇮🇪 Cup &amp; Bowl · Jun 24 – Jul 25, 2027 · Seoul, Trimbakeshwar, and Dublin")
    assert race == "🇰🇷 The Race · Jul 25, 2027 · South Korea · dates may change"


def test_what_is_over_is_left_out(events: Events) -> None:
    assert len(lines(events, "2027-07-25")) == 3
    assert lines(events, "2027-07-26") == ["I know of no big event ahead."]


def test_of_a_country_only_what_is_there(events: Events) -> None:
    heading, cup = lines(events, "2026-11-25", country=["IE", "Cork"])
    assert heading == "📅 <b>Ireland: big events ahead</b>"
    assert cup == "🇰🇷🇮🇪 Cup &amp; Bowl · Jun 24 – Jul 25, 2027 · Dublin"
    nothing = lines(events, "2026-11-25", country="BA")
    assert nothing == ["Bosnia &amp; Herzegovina: I know of no big event ahead."]


def test_days_places_and_names_are_in_the_language(events: Events) -> None:
    catalogues = Catalogues({"fr": {("events", "The Race"): "La Course"}})
    action = EventList(events, catalogues).show_events
    (message,) = action(request("2026-11-25", "fr")).messages
    _, cup, race = spaced(message.text).split("\n\n")
    assert "24 juin – 25 juil. 2027 · Séoul, Trimbakeshwar et Dublin" in cup
    assert race.startswith("🇰🇷 La Course · 25 juil. 2027 · Corée du Sud")


def test_what_ships_fits_into_one_message() -> None:
    for day in ("2026-11-25", "2027-06-01", "2028-06-01"):
        for country in (None, "ES", "US"):
            heading, *shown = lines(CONTENT.events, day, country=country)
            assert 1 <= len(shown) <= 8
            assert len("\n\n".join([heading, *shown])) < 2000


def test_with_many_cities_the_countries_are_named() -> None:
    shown = "\n".join(lines(CONTENT.events, "2028-06-09", country=None))
    assert "UEFA EURO 2028 · Jun 9 – Jul 9, 2028 · United Kingdom and Ireland" in shown
