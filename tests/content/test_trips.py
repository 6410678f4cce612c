"""Trips: place and dates in one sentence, a card that fits, remembered only when asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from shipped_content import CONTENT

from bot.conversation.effects import Count
from bot.conversation.engine import Turn
from bot.conversation.events import Command, Event, Press, Start, Text
from bot.conversation.session import Session, pack


class Traveller:
    def __init__(self, now: datetime = datetime(2027, 5, 20, 12, tzinfo=UTC)) -> None:
        self.session = Session()
        self.now = now
        self.turn = Turn(self.session)

    def does(self, event: Event) -> str:
        self.now += timedelta(seconds=30)
        self.turn = CONTENT.advance(self.session, event, self.now)
        self.session = self.turn.session
        return self.said

    def presses(self, label: str) -> str:
        found = [b for m in self.turn.messages for b in m.buttons if label in b.label and b.value]
        return self.does(Press(found[-1].value))

    @property
    def said(self) -> str:
        return "\n".join(message.text for message in self.turn.messages)

    @property
    def tips(self) -> list[str]:
        return [line[2:] for line in self.said.splitlines() if line.startswith("• ")]


def test_place_and_dates_in_one_sentence_give_a_card_with_what_is_on() -> None:
    traveller = Traveller()
    traveller.does(Command("tips"))
    said = traveller.does(Text("Fortaleza, 20 June to 3 July"))
    assert "Fortaleza, Brazil" in said
    assert "Jun 20" in said
    assert "Women" in said  # the World Cup there
    assert len(traveller.tips) == 3
    assert "190" in said
    share = next(b for m in traveller.turn.messages for b in m.buttons if b.kind == "share")
    assert share.start == "to_BR"


def test_more_tips_never_repeat_while_others_fit() -> None:
    traveller = Traveller()
    traveller.does(Start("to_TH"))
    told = traveller.tips
    for _ in range(15):
        traveller.presses("More tips")
        assert len(traveller.tips) == 3
        told += traveller.tips
    assert len(told) == len(set(told)) == 48


def test_a_trip_is_remembered_only_when_asked_and_can_be_forgotten() -> None:
    traveller = Traveller()
    traveller.does(Command("tips"))
    traveller.does(Text("Kenya in August"))
    assert "own_place" not in traveller.session.slots
    traveller.presses("Remember")
    assert "Your trip to Kenya, August 2027" in traveller.does(Command("tips"))
    assert "Kenya" in traveller.presses("Tips for it")
    traveller.does(Command("tips"))
    traveller.presses("Forget")
    assert not {"own_place", "own_days"} & traveller.session.slots.keys()


def test_a_poster_leads_to_its_country_even_past_a_remembered_trip() -> None:
    traveller = Traveller()
    traveller.does(Start("to_KE"))
    traveller.presses("Remember")
    assert "Thailand" in traveller.does(Start("to_TH__metro"))
    assert traveller.turn.effects == (Count("link.to.TH"), Count("tag.metro"))


def test_an_event_in_one_country_needs_no_question() -> None:
    traveller = Traveller()
    said = traveller.does(Start("ev_ucl-final-2027"))
    assert "Champions League" in said
    assert "Spain" in said


def test_an_event_in_several_countries_asks_where() -> None:
    traveller = Traveller()
    assert "Where do you travel" in traveller.does(Start("ev_afcon-2027"))
    said = traveller.does(Text("Nairobi"))
    assert "Africa Cup of Nations" in said
    assert "999" in said


@pytest.mark.parametrize("payload", ["ev_no-such-event", "ev_", "to_ZZ", "to_"])
def test_a_link_to_nothing_asks_where(payload: str) -> None:
    assert "Where do you travel" in Traveller().does(Start(payload))


def test_dates_of_another_trip_are_not_taken_over() -> None:
    traveller = Traveller()
    traveller.does(Command("tips"))
    traveller.does(Text("Fortaleza, 20 June to 3 July"))
    traveller.presses("Another trip")
    assert "Jun" not in traveller.does(Text("Thailand"))


def test_tips_follow_the_role() -> None:
    traveller = Traveller()
    traveller.does(Start("to_KE"))
    traveller.presses("I travel as")
    before = traveller.session.slots.get("tips_audience")
    traveller.presses("hotel")
    assert (before, traveller.session.slots["tips_audience"]) == (None, "hotel")
    assert len(traveller.tips) == 3


def test_much_used_tips_keep_the_session_small() -> None:
    traveller = Traveller()
    traveller.does(Start("to_TH"))
    for _ in range(40):
        traveller.presses("More tips")
    assert len(pack(traveller.session)[0]) < 600
