"""The report: two answers to the first contact, every question can be skipped, nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from shipped_content import CONTENT

from bot.conversation.engine import Turn
from bot.conversation.events import Command, Event, Press, Start, Text
from bot.conversation.session import Session

NOW = datetime(2026, 11, 25, 23, 40, tzinfo=UTC)
FORM = CONTENT.flows.flows["report_form"]
WRITABLE = ("text", "when")
OPEN = sorted(name for name, node in FORM.nodes.items() if node.ask in WRITABLE)
CHOICES = sorted(name for name, node in FORM.nodes.items() if node.ask == "choice")
WRITTEN = [
    "a girl of about twelve",
    "вчора ввечері",
    "رأيت رجلا مع طفلة",
    "<b>&amp;{answer}",
    "room 412, " * 300,
    "😀" * 2048,
    "none of the words above",
    "last night around eleven",
]


class Witness:
    """Somebody who reports, with the clock far enough apart that no tap is a double one."""

    def __init__(self) -> None:
        self.session = Session()
        self.now = NOW
        self.turn = Turn(self.session)

    def does(self, event: Event) -> Turn:
        self.now += timedelta(seconds=30)
        self.turn = CONTENT.advance(self.session, event, self.now)
        self.session = self.turn.session
        return self.turn

    def presses(self, label: str) -> Turn:
        for message in reversed(self.turn.messages):
            for button in message.buttons:
                if button.kind == "press" and label in button.label:
                    return self.does(Press(button.value) if button.value else Text(button.label))
        raise AssertionError(f"no button {label}")

    def kept(self, slot: str) -> object:
        """An answer as it was written, without the moment that it means."""
        value = self.session.secrets.get(slot)
        understood = FORM.slots[slot].type == "when" and isinstance(value, list)
        return value[0] if understood else value

    @property
    def said(self) -> str:
        return "\n".join(message.text for message in self.turn.messages)

    @property
    def at(self) -> str:
        return self.session.node if self.session.flow == "report_form" else ""


def begun() -> Witness:
    witness = Witness()
    witness.does(Command("report"))
    witness.presses("not sure")
    witness.does(Text("Mombasa"))
    return witness


def test_contacts_come_after_two_answers() -> None:
    assert "116" in begun().said


@pytest.mark.parametrize("name", [*OPEN, *CHOICES])
def test_every_question_can_be_skipped(name: str) -> None:
    witness = Witness()
    witness.session = Session(flow="report_form", node=name, turn=1)
    witness.does(Press("0:0"))
    witness.presses("Skip")
    assert witness.at
    assert witness.at != name


steps = st.sampled_from(["skip", "write", "choose", "back", "emergency", "menu", "start", "stale"])


@given(st.lists(st.tuples(steps, st.integers(0, 99)), max_size=40))
@settings(max_examples=150, deadline=None)
def test_no_path_gets_stuck_or_loses_an_answer(path: list[tuple[str, int]]) -> None:
    witness = begun()
    witness.presses("Put it in order")
    kept = dict[str, str]()
    for step, number in path:
        node = FORM.nodes.get(witness.at)
        text = WRITTEN[number % len(WRITTEN)]
        if node is None:
            witness.does(Command("report"))
            witness.presses("Go on with it")
        elif step == "write" and node.ask in WRITABLE:
            witness.does(Text(text))
            kept[node.save or ""] = text.strip()
        elif step == "choose" and node.ask == "choice":
            choice = node.choices[number % len(node.choices)]
            witness.presses(choice.label)
            kept[node.save or ""] = choice.value or ""
        elif step == "skip" and node.ask in (*WRITABLE, "choice"):
            witness.presses("Skip")
            kept.setdefault(node.save or "", "–")
        elif step == "emergency":
            witness.presses("🆘")
        elif step == "menu":
            witness.does(Command("menu"))
        elif step == "start":
            witness.does(Start())
        elif step == "back":
            witness.does(Command("back"))
        else:
            witness.does(Press("0:0"))
        assert {name: witness.kept(name) for name in kept} == kept
    finish(witness)
    assert {name: witness.kept(name) for name in kept} == kept


def finish(witness: Witness) -> None:
    """From wherever somebody is, skipping leads to the summary."""
    for _ in range(20):
        if witness.at == "check":
            return
        node = FORM.nodes.get(witness.at)
        if node is None:
            witness.does(Command("report"))
            witness.presses("Go on with it")
        elif node.ask in (*WRITABLE, "choice"):
            witness.presses("Skip")
        elif witness.at in ("offer", "after"):
            witness.presses("📝")
        else:  # asked again for the place
            witness.does(Text("Mombasa"))
    raise AssertionError(f"stuck at {witness.session.flow}/{witness.session.node}")


def test_one_tap_in_the_summary_changes_one_answer() -> None:
    witness = begun()
    witness.presses("Put it in order")
    witness.does(Text("An older man with a small girl"))
    finish(witness)
    before = dict(witness.session.secrets)
    witness.presses("✏️ When")
    witness.does(Text("yesterday at 22:00"))
    assert witness.at == "check"
    assert "An older man" in witness.said
    # It is 2:40 there already, in the night to Thursday.
    assert "yesterday at 22:00 (Wednesday, November 25, 2026, 10:00" in witness.said
    assert "Kenya Time" in witness.said
    changed = {k for k, v in witness.session.secrets.items() if before.get(k) != v}
    assert changed == {"report_when"}


def test_who_stays_anonymous_after_all_is_not_given_away() -> None:
    witness = begun()
    witness.presses("Put it in order")
    witness.does(Text("An older man with a small girl"))
    while witness.at != "contact":
        witness.presses("Skip")
    witness.presses("reach me")
    witness.does(Text("someone@example.org"))
    assert "someone@example.org" in witness.said
    witness.presses("Contact with me")
    witness.presses("anonymous")
    assert "someone@example.org" not in witness.said


def test_what_a_witness_writes_is_kept_secret_and_whole() -> None:
    witness = begun()
    witness.presses("Put it in order")
    words = "room 412, " * 400
    witness.does(Text(words))
    assert witness.session.secrets["report_what"] == words.strip()
    assert not any("412" in str(value) for value in witness.session.slots.values())
    finish(witness)
    assert witness.said.count("room 412") == 400


def test_a_new_report_starts_empty_only_when_it_is_asked_for() -> None:
    witness = begun()
    witness.presses("Put it in order")
    witness.does(Text("An older man with a small girl"))
    witness.does(Command("report"))
    assert "report_what" in witness.session.secrets
    witness.presses("new one")
    witness.presses("not sure")
    assert "report_what" not in witness.session.secrets


def test_a_cry_for_help_in_an_answer_keeps_the_answer() -> None:
    witness = begun()
    witness.presses("Put it in order")
    witness.does(Text("a child is in danger, a man hits a girl in room 412"))
    assert witness.session.flow == "urgent"
    assert "412" in str(witness.session.secrets["report_what"])


@pytest.mark.parametrize("language", ["2026-01-01", "xx", "../en", ""])
def test_a_language_that_is_none_is_forgotten(language: str) -> None:
    """As a session may hold it whose slot was something else before an edit."""
    witness = begun()
    witness.presses("Put it in order")
    while witness.at != "when_seen":
        witness.presses("Skip")
    witness.does(Text("yesterday at 22:00"))
    kept = {**witness.session.secrets, "report_language": language}
    witness.session = replace(witness.session, secrets=kept)
    witness.does(Press(">report_form/send_myself:"))
    assert witness.at == "after"
