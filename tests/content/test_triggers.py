"""What people write, in many languages, and the flow that must answer it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from shipped_content import CONTENT

from bot.content import Content
from bot.conversation.events import Command, Media, Start, Text
from bot.conversation.session import Session

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SENTENCES = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "trigger_sentences.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.fixture(scope="module")
def content() -> Content:
    return CONTENT


@pytest.mark.parametrize(("expected", "sentence"), SENTENCES)
def test_a_sentence_leads_to_the_flow_that_answers_it(
    content: Content, expected: str, sentence: str
) -> None:
    turn = content.advance(Session(), Text(sentence), NOW)
    assert turn.messages[0].flow == expected


@pytest.mark.parametrize(
    ("expected", "sentence"), [pair for pair in SENTENCES if pair[0] in ("child", "urgent")]
)
def test_distress_and_danger_beat_an_open_question(
    content: Content, expected: str, sentence: str
) -> None:
    asked = content.advance(Session(), Text("who can I call"), NOW).session
    assert (asked.flow, asked.node) == ("hotline", "where")
    turn = content.advance(asked, Text(sentence.upper()), NOW)
    assert expected in {message.flow for message in turn.messages}


@pytest.mark.parametrize(
    "wish",
    [
        "who can I call in Kenya",
        "Who should I call? I am in KENYA!",
        "qui puis-je appeler au Kenya ?",
        "Wen kann ich in Kenia anrufen? Telefonnummer",
        "a quien puedo llamar en Kenia",
        "a quem ligar no Quênia",
        "chi posso chiamare in Kenya",
        "wie kan ik bellen in Kenia",
    ],
)
def test_a_wish_that_names_a_country_shows_its_contacts(content: Content, wish: str) -> None:
    shown = content.advance(Session(), Text(wish), NOW).messages
    contacts = [message for message in shown if message.node == "contacts"]
    assert "Kenya" in contacts[0].text
    assert "116" in contacts[0].text


def test_a_report_takes_the_country_it_began_with(content: Content) -> None:
    turn = content.advance(Session(), Text("I want to report something in Kenya"), NOW)
    turn = content.advance(turn.session, Text("No, or I am not sure"), NOW)
    assert "Kenya" in turn.messages[-1].text
    turn = content.advance(turn.session, Text("Yes, there"), NOW)
    contacts = [message for message in turn.messages if message.node == "contacts"]
    assert "116" in contacts[0].text


def test_danger_named_with_a_country_shows_its_emergency_number_at_once(content: Content) -> None:
    shown = content.advance(Session(), Text("A child is in danger in Thailand"), NOW).messages
    assert [message.node for message in shown] == ["numbers", "safe"]
    assert "191" in shown[0].text


def test_danger_in_one_of_several_places_asks_although_another_place_was_named_before(
    content: Content,
) -> None:
    known = content.advance(Session(), Text("who can I call in Kenya"), NOW).session
    turn = content.advance(known, Text("a child is in danger in Georgia"), NOW)
    assert not any("Kenya" in message.text for message in turn.messages)
    assert sum("Georgia" in button.label for button in turn.messages[-1].buttons) == 2


def test_a_cry_under_a_photo_is_heard(content: Content) -> None:
    started = content.advance(Session(), Start(), NOW).session
    shown = content.advance(started, Media("photo", "a child is in danger"), NOW).messages
    assert [message.flow for message in shown] == ["help", "urgent"]


def test_a_greeting_before_an_answer_does_no_harm(content: Content) -> None:
    asked = content.advance(Session(), Command("home"), NOW).session
    turn = content.advance(asked, Text("Hello, I live in France"), NOW)
    assert turn.session.slots["home_country"] == "FR"
