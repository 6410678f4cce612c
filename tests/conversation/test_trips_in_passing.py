"""A place and the days of a trip in one sentence, as an answer and out of the blue."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_world import COMMON, PLACES, Person, flows, found

from bot.conversation.events import Command, Press, Start

TRIP = """
flow: trial
start: where
slots:
  trip: {type: place}
  secret: {type: place, sensitive: true}
  trip_days: {type: days, keep: chat}
nodes:
  where: {say: Where to?, ask: place, save: trip, goto: when}
  when: {say: "When, if not {trip_days}?", ask: days, save: trip_days, goto: shown}
  shown: {say: "<{trip_days}>", goto: secretly}
  secretly: {say: Where was it?, ask: place, save: secret, goto: bye}
  bye: {say: Bye, end: true}
"""
DAYS = ["2027-06-20", "2027-07-03"]


@pytest.fixture
def traveller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Person:
    monkeypatch.setitem(PLACES, "fortaleza", found("KE", "Fortaleza"))
    monkeypatch.setitem(PLACES, "march", found("FR", "March"))
    return Person(flows(tmp_path, {"common": COMMON + "days: trip_days\n", "trial": TRIP}))


def test_an_answer_to_a_place_question_may_say_when(traveller: Person) -> None:
    traveller.does(Start("trial"))
    said = traveller.writes("Fortaleza, 20 June to 3 July")
    assert "GOT Fortaleza" in said
    assert "When, if not Jun 20\u2009–\u2009Jul 3, 2027?" in said
    assert traveller.session.slots["trip_days"] == DAYS


def test_out_of_the_blue_a_place_may_say_when(traveller: Person) -> None:
    assert "Contacts of Fortaleza" in traveller.writes("Fortaleza, 20 June to 3 July")
    assert traveller.session.slots["trip_days"] == DAYS


def test_a_wish_and_a_command_may_say_when(traveller: Person) -> None:
    assert "Contacts of Kenya" in traveller.writes("who can i call in Kenya in August")
    assert traveller.session.slots["trip_days"] == ["2027-08-01", "2027-08-31"]
    assert "Contacts of Thailand" in traveller.does(Command("hotline", "Thailand next month"))
    assert traveller.session.slots["trip_days"] == ["2026-12-01", "2026-12-31"]


def test_days_without_a_place_are_kept_while_it_is_asked_for(traveller: Person) -> None:
    traveller.does(Start("trial"))
    assert traveller.writes("20 June to 3 July").startswith("UNCLEAR")
    assert "Jul 3, 2027" in traveller.writes("Kenya")


@pytest.mark.parametrize(
    "text", ["see you tomorrow", "in Kenya today", "Kenya", "danger in Kenya tomorrow"]
)
def test_what_tells_of_no_trip_leaves_no_days(traveller: Person, text: str) -> None:
    traveller.writes(text)
    assert "trip_days" not in traveller.session.slots


def test_a_place_that_is_called_like_a_month_is_a_place(traveller: Person) -> None:
    traveller.does(Start("trial"))
    assert "GOT March, France" in traveller.writes("March")
    assert "trip_days" not in traveller.session.slots


def test_beside_a_sensitive_answer_no_days_are_noted(traveller: Person) -> None:
    traveller.does(Start("trial"))
    traveller.writes("Kenya")
    traveller.writes("in August")
    assert "Bye" in traveller.writes("Fortaleza tomorrow")
    assert traveller.session.slots["trip_days"] == ["2027-08-01", "2027-08-31"]


def test_without_a_slot_for_them_days_change_nothing(person: Person) -> None:
    assert "Contacts of Kenya" in person.writes("kenya in August")
    assert "trip_days" not in person.session.slots


def test_days_are_asked_for_with_buttons_that_last(traveller: Person) -> None:
    traveller.does(Start("trial"))
    traveller.writes("Kenya")
    assert {"Nov 23\u2009–\u200929", "Nov 30\u2009–\u2009Dec 6", "December 2026"} <= set(
        traveller.labels
    )
    assert traveller.writes("perhaps").startswith("UNCLEAR")
    button = traveller.button("Nov 30\u2009–\u2009Dec 6")
    week = 7 * 24 * 60 * 60
    assert "<Nov 30\u2009–\u2009Dec 6, 2026>" in traveller.does(Press(button.value), after=week)


def test_days_can_be_typed(traveller: Person) -> None:
    traveller.does(Start("trial"))
    traveller.writes("Kenya")
    assert "<August 2027>" in traveller.writes("some time in August I think")
