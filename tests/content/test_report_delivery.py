"""A report goes only to whom the witness was told, when they say so, and when there is one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from joserfc.jwk import OKPKey
from msgspec.structs import replace
from shipped_content import CONTENT as SHIPPED

from bot.actions.delivery import Delivery
from bot.content import Content
from bot.conversation.effects import Deliver, FollowUp
from bot.conversation.engine import Turn
from bot.conversation.events import Command, Event, Location, Media, Press, Push, Start, Text
from bot.conversation.messages import Button
from bot.conversation.session import Session, pack, unpack
from bot.reports.partners import Partner, Partners
from bot.reports.reference import reference_of

NOW = datetime(2026, 11, 25, 23, 40, tzinfo=UTC)
KEY = OKPKey.generate_key("X25519")


def partner(name: str, *countries: str) -> Partner:
    where = frozenset(countries) or None
    return Partner(name.lower(), f"Hotline {name}", where, None, "https://x.example/", KEY)


def content(*partners: Partner) -> Content:
    known = Partners(partners)
    delivery = Delivery(known)
    anew = {name: getattr(delivery, name) for name in SHIPPED.actions if hasattr(delivery, name)}
    return replace(SHIPPED, partners=known, actions={**SHIPPED.actions, **anew})


class Witness:
    def __init__(self, *partners: Partner) -> None:
        self.content = content(*partners)
        self.session = Session()
        self.now = NOW
        self.turn = Turn(self.session)
        self.sent = list[Deliver]()

    def does(self, event: Event) -> str:
        self.now += timedelta(seconds=30)
        self.turn = self.content.advance(self.session, event, self.now)
        self.session = self.turn.session
        self.sent += [each for each in self.turn.effects if isinstance(each, Deliver)]
        return "\n".join(message.text for message in self.turn.messages)

    def presses(self, label: str) -> str:
        for message in reversed(self.turn.messages):
            for button in message.buttons:
                if label in button.label:
                    return self.does(Press(button.value))
        raise AssertionError(f"no button {label}")

    def writes(self, what: str, place: str) -> str:
        """From /report to the offer to send it."""
        self.does(Command("report"))
        self.presses("not sure")
        self.does(Text(place or "zzqq"))
        if not place:
            self.does(Text("zzqq"))
            self.presses("I don't know")
        self.presses("Put it in order")
        self.does(Text(what)) if what else self.presses("Skip")
        while self.session.node != "check":
            self.presses("Skip")
        return self.presses("Show me where")

    def moves(self, place: str) -> str:
        self.presses("✏️ Country or town")
        self.does(Text(place))
        return self.presses("Show me where")


NORTH, SOUTH = partner("North", "KE"), partner("South", "PE")


def test_a_report_for_another_partner_is_offered_as_one_that_was_not_sent() -> None:
    witness = Witness(NORTH, SOUTH)
    witness.writes("A man with a small girl", "Mombasa")
    witness.presses("send it now")
    witness.presses("Back to my report")
    said = witness.moves("Peru")
    assert "Hotline South takes reports" in said
    assert "is with Hotline South" not in said
    witness.presses("send it now")
    assert [each.partner for each in witness.sent] == ["north", "south"]


def test_what_was_agreed_for_one_partner_goes_to_no_other() -> None:
    witness = Witness(NORTH, SOUTH)
    witness.writes("A man with a small girl", "Mombasa")
    witness.presses("do it myself")
    witness.presses("Back to my report")
    witness.presses("✏️ Country or town")
    witness.does(Text("Peru"))
    while witness.session.node != "offer_sending":
        said = witness.does(Command("back"))
    assert "Hotline North" in said
    witness.presses("send it now")
    assert witness.sent == []


def test_an_edit_of_the_partners_file_changes_nobody_s_mind() -> None:
    witness = Witness(NORTH)
    witness.writes("A man with a small girl", "Mombasa")
    witness.content = content(partner("Other", "KE"))
    said = witness.presses("send it now")
    assert witness.sent == []
    assert "only once you have done that" in said


def test_going_back_does_not_send_it_twice_unasked() -> None:
    witness = Witness(NORTH)
    witness.writes("A man with a small girl", "Mombasa")
    witness.presses("send it now")
    witness.does(Command("back"))
    said = witness.presses("send it now")
    assert "once more" in said
    assert len(witness.sent) == 1
    witness.presses("send it again")
    assert len(witness.sent) == 2


def test_nothing_is_offered_or_sent_where_nothing_is_written() -> None:
    witness = Witness(partner("World"))
    assert "takes reports straight" not in witness.writes("", "")
    assert "takes reports straight" in Witness(partner("World")).writes("A man", "")


@pytest.mark.parametrize("node", ["deliver", "find", "send"])
def test_nobody_sends_a_report_by_a_made_up_button(node: str) -> None:
    witness = Witness(NORTH)
    witness.writes("A man with a small girl", "Mombasa")
    witness.does(Press(f">report_form/{node}:"))
    assert witness.sent == []


def test_the_document_holds_what_the_witness_looked_over() -> None:
    witness = Witness(NORTH)
    witness.writes("{report_place} <b>&amp;", "Mombasa")
    witness.presses("send it now")
    document = json.loads(witness.sent[0].document)
    assert {"field": "report_what", "label": "What was seen or heard"}.items() <= document[
        "answers"
    ][1].items()
    assert document["answers"][1]["answer"] == "{report_place} <b>&amp;"


def test_who_has_sent_a_report_is_not_told_later_that_it_was_not_finished() -> None:
    witness = Witness(NORTH)
    witness.writes("A man with a small girl", "Mombasa")
    witness.presses("send it now")
    witness.session = unpack(pack(witness.session)[0])  # two days later
    assert "If you sent it, it stays sent." in witness.does(Command("report"))


@pytest.mark.parametrize("flow", ["report_form", "followup"])
def test_that_a_draft_has_expired_is_said_at_every_step(flow: str) -> None:
    witness = Witness(NORTH)
    events: tuple[Event, ...] = (
        Text("A man"),
        Press("3:0"),
        Location(-1.29, 36.82),
        Media("photo"),
    )
    events += (Start(), Command("report"), Command("menu"))
    for name, event in product(SHIPPED.flows.flows[flow].nodes, events):
        witness.session = Session(flow=flow, node=name, turn=3, expired=True, offered=("c:next",))
        assert "as promised" in witness.does(event)
        assert not witness.session.expired
        assert witness.sent == []


def asked(witness: Witness, report: str) -> tuple[Button, ...]:
    values = {"followup_about": report, "followup_question": "Where?", "followup_partner": "N"}
    values |= {"followup_reference": reference_of(report)}
    witness.does(Push("followup/asked", values))
    return witness.turn.messages[0].buttons


def test_who_sent_two_reports_sees_about_which_one_they_answer() -> None:
    witness = Witness(NORTH)
    answer, end, _ = asked(witness, "AAA-AAA-first")
    assert "<b>AAA-AAA</b>" in witness.does(Press(answer.value))
    asked(witness, "BBB-BBB-second")  # while they write
    witness.does(Text("On the third floor"))
    [effect] = witness.turn.effects
    assert isinstance(effect, FollowUp)
    assert effect.report == "AAA-AAA-first"
    assert "<b>AAA-AAA</b>" in witness.does(Press(end.value))
    assert "AAA" not in str(witness.session.slots)
