"""What the bot says on its own, and answers that have expired."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_world import Person, flows

from bot.conversation.events import Command, Press, Push, Text
from bot.conversation.messages import Button
from bot.conversation.session import pack, unpack

NEWS = """
flow: news
start: nothing
about: subject
slots:
  subject: {type: text, given: true, sensitive: true}
  question: {type: text, given: true}
  answer: {type: text, sensitive: true}
nodes:
  nothing: {say: Nothing, end: true}
  asked: {push: true, say: "They ask: {question}", choices: [{label: Answer, goto: answer}]}
  answer: {say: "About {subject}?", ask: text, save: answer, goto: done}
  done: {say: "{subject}: {answer}", end: true}
"""
RENAMED = NEWS.replace("  answer: {say", "  reply: {was: [answer], say").replace(
    "goto: answer}", "goto: reply}"
)


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person(flows(tmp_path, {"news": NEWS}))


def asked(person: Person, subject: str) -> Button:
    """Have something asked; its first button."""
    person.does(Push("news/asked", {"subject": subject, "question": "<b>where</b> & when?"}))
    return person.turn.messages[0].buttons[0]


def test_nobody_is_led_away_from_what_they_are_doing(person: Person) -> None:
    person.does(Command("trial"))
    open_button = person.button("To two")
    before = person.session
    asked(person, "r1")
    assert person.session == before
    assert person.turn.messages[0].text == "They ask: &lt;b&gt;where&lt;/b&gt; &amp; when?"
    assert person.does(Press(open_button.value)) == "Two?"


def test_each_button_stays_with_its_subject_at_any_time(person: Person) -> None:
    first, second = asked(person, "r1"), asked(person, "r2")
    assert all(len(button.value.encode()) <= 64 for button in (first, second))
    person.does(Command("hotline"))
    person.writes("Kenya")
    assert person.does(Press(first.value)) == "About r1?"
    assert person.writes("there") == "r1: there"
    assert person.does(Press(second.value)) == "About r2?"
    person.does(Command("back"))
    assert person.does(Press(first.value)) == "About r1?"


def test_the_emergency_button_stands_there_too(person: Person) -> None:
    asked(person, "r1")
    emergency = person.turn.messages[0].buttons[-1]
    person.does(Command("trial"))
    assert person.does(Press(emergency.value)) == "Where are you?"


def test_an_edit_takes_neither_push_nor_button_down(person: Person, tmp_path: Path) -> None:
    button = asked(person, "r1")
    person.flows = flows(tmp_path)
    assert "STALE" in person.does(Press(button.value))
    assert person.does(Push("news/asked", {"subject": "r1", "question": "?"})) == ""
    assert person.session.turn > 0


@pytest.mark.parametrize("data", [">", ">:", ">news", ">news/asked", ">no/such:x", ">start/menu:"])
def test_a_made_up_button_does_no_harm(person: Person, data: str) -> None:
    assert person.does(Press(data))


def test_what_is_pushed_is_secret_where_its_slot_is(person: Person) -> None:
    person.does(Press(asked(person, "r1").value))
    assert person.session.secrets == {"subject": "r1"}


def test_expired_answers_are_named_once_and_lead_to_the_menu(person: Person) -> None:
    person.does(Press(asked(person, "r1").value))
    plain, _ = pack(person.session)
    person.session = unpack(plain)  # the secret part has been erased
    assert person.session.expired
    assert person.writes("there") == "EXPIRED\n\nMenu?"
    assert not person.session.expired
    assert "EXPIRED" not in person.writes("Kenya")


def test_expired_answers_keep_nobody_from_help(person: Person) -> None:
    person.does(Press(asked(person, "r1").value))
    plain, _ = pack(person.session)
    person.session = unpack(plain)
    assert person.does(Text("danger")) == "Where are you?"


def test_somebody_elsewhere_is_told_and_goes_on(person: Person) -> None:
    person.does(Press(asked(person, "r1").value))
    person.does(Command("trial"))
    to_two = person.button("To two")
    plain, _ = pack(person.session)
    person.session = unpack(plain)
    assert person.does(Press(to_two.value)) == "EXPIRED|Two?"


def test_secrets_that_are_there_have_not_expired(person: Person) -> None:
    person.does(Press(asked(person, "r1").value))
    person.session = unpack(*pack(person.session))
    assert not person.session.expired
    asked(person, "r2")  # news in between change nothing about it
    person.session = unpack(*pack(person.session))
    assert person.writes("there") == "r1: there"


def test_only_where_a_button_of_the_bot_leads_can_be_gone_to(person: Person) -> None:
    """What a button carries comes from the other side, where anybody may write it."""
    for node in ("done", "nothing", "asked"):
        assert "STALE" in person.does(Press(f">news/{node}:r1"))
    assert person.does(Press(">news/answer:r1")) == "About r1?"


def test_a_button_that_was_sent_leads_on_under_a_new_name(person: Person, tmp_path: Path) -> None:
    button = asked(person, "r1")
    person.flows = flows(tmp_path, {"news": RENAMED})
    assert person.does(Press(button.value)).endswith("About r1?")
