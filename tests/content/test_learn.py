"""The lessons: every page is found and left, short enough for a phone, and near to a report."""

from __future__ import annotations

import re
from collections import deque
from datetime import UTC, datetime, timedelta

import pytest
from shipped_content import CONTENT

from bot.conversation.engine import Turn
from bot.conversation.events import Command, Event, Press
from bot.conversation.messages import Button, Message
from bot.conversation.session import Frame, Session
from bot.local.markup import parse_html

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LESSONS = {name: flow for name, flow in CONTENT.flows.flows.items() if name.startswith("learn")}
QUIZ = LESSONS["learn_quiz"].nodes
SITUATIONS = [name for name, node in QUIZ.items() if node.save]
LONGEST = 600
"""Characters of a message, so that one page is one screen of a phone."""
AVOIDED = re.compile(
    r"child prostitut|prostitute|sex touris|child porn|sex worker|paradise|rescue|street kid", re.I
)


class Reader:
    """Somebody who taps, with the clock far enough apart that no tap is a double one."""

    def __init__(self, command: str = "learn") -> None:
        self.session = Session()
        self.now = NOW
        self.does(Command(command))

    def does(self, event: Event) -> Turn:
        self.now += timedelta(seconds=30)
        self.turn = CONTENT.advance(self.session, event, self.now)
        self.session = self.turn.session
        return self.turn

    def presses(self, label: str) -> Turn:
        found = [button for button in self.buttons if label in button.label]
        assert found, f"no button {label} among {[button.label for button in self.buttons]}"
        return self.does(Press(found[0].value))

    @property
    def buttons(self) -> tuple[Button, ...]:
        return self.turn.messages[-1].buttons

    @property
    def said(self) -> str:
        return "\n".join(message.text for message in self.turn.messages)


def walked() -> tuple[dict[Frame, list[Message]], set[str]]:
    """Everything lessons show, by where it stands, and the other flows that they lead to."""
    shown: dict[Frame, list[Message]] = {}
    left: set[str] = set()
    first = Reader()
    waiting = deque([(first.session, first.turn)])
    seen: set[Frame] = set()
    while waiting:
        session, turn = waiting.popleft()
        for message in turn.messages:
            shown.setdefault(Frame(message.flow, message.node), []).append(message)
        at = Frame(session.flow, session.node)
        if at.flow not in LESSONS:
            left.add(at.flow)
            continue
        if at in seen and at.node != "pause":
            continue
        seen.add(at)
        for button in turn.messages[-1].buttons:
            if button.kind == "press" and not button.value.partition(":")[2].startswith("!"):
                after = CONTENT.advance(session, Press(button.value), NOW + timedelta(hours=1))
                waiting.append((after.session, after))
    return shown, left


SHOWN, LEFT = walked()


@pytest.mark.parametrize("name", LESSONS)
def test_every_page_is_come_to_by_tapping(name: str) -> None:
    pages = {node for node, page in LESSONS[name].nodes.items() if page.say or page.do}
    assert pages == {at.node for at in SHOWN if at.flow == name}


def test_they_lead_to_a_report_to_contacts_and_to_help_for_children() -> None:
    assert {"report", "hotline", "child"} <= LEFT


def test_every_page_is_one_screen() -> None:
    for at, messages in SHOWN.items():
        if at.flow in LESSONS:
            for message in messages:
                text, _ = parse_html(message.text)
                assert len(text) <= LONGEST, f"{at}: {len(text)}"


def test_every_question_can_be_left() -> None:
    for at, messages in SHOWN.items():
        if at.flow in LESSONS and (buttons := messages[-1].buttons):
            values = [button.value for button in buttons]
            assert any(value.endswith("!emergency") for value in values) or not (
                LESSONS[at.flow].nodes[at.node].waits
            ), at


@pytest.mark.parametrize(
    "name", [name for name in LESSONS if name not in {"learn_online", "learn_quiz"}]
)
def test_every_topic_offers_a_report_contacts_and_the_other_topics(name: str) -> None:
    menus = [node for node in LESSONS[name].nodes.values() if len(node.choices) > 3]
    assert menus
    for menu in menus:
        targets = {choice.goto for choice in menu.choices}
        assert {"report", "hotline"} <= targets
        assert "learn/topics" in targets or name == "learn"


def test_no_word_that_shames_children_or_places() -> None:
    for at, messages in SHOWN.items():
        if at.flow in LESSONS:
            for message in messages:
                words = " ".join((message.text, *(button.label for button in message.buttons)))
                assert not AVOIDED.search(words), at


def test_what_children_read_asks_for_no_report() -> None:
    """No form for them: the only ways on are people who help, and pages of their own."""
    young = LESSONS["learn_online"].nodes["young_topics"]
    to = {choice.goto for choice in young.choices}
    assert young.choices[0].goto == "child"
    assert not {"report", "hotline"} & to


@pytest.mark.parametrize("page", ["sextortion", "picture", "grooming", "friend", "safe_young"])
def test_help_is_one_tap_from_every_page_for_children(page: str) -> None:
    nodes = LESSONS["learn_online"].nodes
    while not nodes[page].waits:
        page = nodes[page].goto or ""
    assert "child" in {choice.goto for choice in nodes[page].choices}


def test_there_are_twelve_situations_with_three_answers() -> None:
    assert len(SITUATIONS) == 12
    for name in SITUATIONS:
        choices = QUIZ[name].choices
        assert len(choices) == 3
        assert len({QUIZ[choice.goto or ""].say for choice in choices}) == 3


@pytest.mark.parametrize("answer", [0, 1, 2])
def test_the_whole_quiz_comes_to_its_end(answer: int) -> None:
    reader = Reader("learn_quiz")
    reader.presses("Begin")
    seen = []
    while reader.session.node in SITUATIONS:
        seen.append(reader.session.node)
        situation = QUIZ[reader.session.node]
        reader.presses(situation.choices[answer].label)
        assert QUIZ[situation.choices[answer].goto or ""].say in reader.said
        assert any("saw something" in button.label for button in reader.buttons), (
            "no way into a report"
        )
        if reader.session.node == "pause":
            reader.presses("Next")
    assert seen == SITUATIONS
    assert "You thought about twelve situations" in reader.said


def test_every_situation_leads_into_a_report() -> None:
    for number in range(len(SITUATIONS)):
        reader = Reader("learn_quiz")
        reader.presses("Begin")
        for name in SITUATIONS[: number + 1]:
            if reader.session.node == "pause":
                reader.presses("Next")
            reader.presses(QUIZ[name].choices[0].label)
        reader.presses("saw something")
        assert reader.session.flow == "report"


def test_back_in_the_quiz_returns_to_the_situation_before() -> None:
    reader = Reader("learn_quiz")
    reader.presses("Begin")
    reader.presses("reception")
    reader.presses("Next")
    assert reader.session.node == "beach"
    reader.presses("Back")
    reader.presses("Back")
    assert reader.session.node == "lift"
    reader.presses("father")
    reader.presses("Next")
    assert reader.session.node == "beach"


def test_the_law_never_promises() -> None:
    for node in LESSONS["learn_law"].nodes.values():
        assert not re.search(r"\bwill\b", node.say)


def test_every_lesson_is_found_from_the_first_page() -> None:
    targets = {choice.goto for choice in LESSONS["learn"].nodes["topics"].choices}
    assert {name for name in LESSONS if name != "learn"} <= targets
