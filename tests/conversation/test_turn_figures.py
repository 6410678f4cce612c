"""What a turn adds to the anonymous figures."""

from __future__ import annotations

import collections
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_world import Person, flows

from bot.conversation.effects import Deliver
from bot.conversation.engine import Turn
from bot.conversation.events import Event, Location, Media, Press, Push, Start, Text
from bot.conversation.figures import figures
from bot.conversation.session import Session

ACTING = """
flow: acting
start: ask
slots: {said: {type: text, keep: chat}}
nodes:
  ask: {say: Word?, ask: text, save: said, goto: note}
  note: {do: note, with: {word: said}, goto: done}
  done: {say: That is all, end: true}
"""


class Counted(Person):
    """Somebody whose turns are counted."""

    def does(self, event: Event, after: float = 10) -> str:
        before = self.session
        said = super().does(event, after)
        self.names = list(figures(self.flows, before, self.turn))
        return said


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("figures")


@pytest.fixture
def person(small: Path) -> Counted:
    return Counted(flows(small, {"acting": ACTING}))


def test_a_conversation_is_counted_step_by_step(person: Counted) -> None:
    person.does(Start())
    assert person.names == ["chat.new", "flow.start", "node.start.menu"]
    person.presses("🧪 Try")
    assert person.names == ["answered.start.menu", "flow.trial", "node.trial.one"]
    person.presses("To two")
    assert person.names == ["answered.trial.one", "node.trial.two"]


@pytest.mark.parametrize("event", [Text("xyzzy"), Media("photo"), Press("0:0")])
def test_a_question_that_is_put_once_more_counts_once(person: Counted, event: Event) -> None:
    person.does(Start("hotline"))
    person.does(event)
    assert person.names == []


@pytest.mark.parametrize(
    ("event", "names"),
    [
        (Start("urgent"), ["flow.urgent", "node.urgent.where"]),
        (Text("danger"), ["flow.urgent", "node.urgent.where"]),
        (Press("1:!menu"), ["flow.start", "node.start.menu"]),
        (Text("who can i call"), ["flow.hotline", "node.hotline.where"]),
    ],
)
def test_who_goes_elsewhere_has_not_answered(
    person: Counted, event: Event, names: list[str]
) -> None:
    person.does(Start("trial"))
    person.does(event)
    assert person.names == names


def test_who_goes_back_has_not_answered(person: Counted) -> None:
    person.does(Start("trial"))
    person.presses("To two")
    person.presses("◀ Back")
    assert person.names == ["node.trial.one"]


def test_a_question_that_leads_to_itself_was_answered_and_put_again(person: Counted) -> None:
    person.does(Start("hotline"))
    person.writes("Kenya")
    person.presses("Other")
    person.writes("Kenya")
    assert person.names == ["answered.hotline.where", "node.hotline.more"]


def test_actions_that_show_something_are_counted_and_no_word_of_anybody(person: Counted) -> None:
    person.does(Start("acting"))
    person.writes("my secret")
    assert person.names == ["answered.acting.ask", "action.note"]


def test_nothing_is_counted_of_what_the_bot_says_by_itself_and_of_a_double_tap(
    person: Counted,
) -> None:
    person.does(Push("acting/done", {}))
    assert person.names == []
    person.does(Start("trial"))
    tap = Press(person.button("To two").value)
    person.does(tap)
    person.does(tap, after=0)
    assert person.names == []


def test_a_report_that_is_handed_on_is_counted(person: Counted) -> None:
    sent = Turn(Session(turn=1), effects=(Deliver("r", "north", "KE", "{}"),))
    assert list(figures(person.flows, Session(turn=1), sent)) == ["report.sent"]


events = st.sampled_from(
    [
        *(Press(f"!{number}") for number in range(4)),  # stands for a live button
        *map(Text, ["Kenya", "georgia", "danger", "◀ Back", "☰ Menu", "xyzzy"]),
        *map(Start, ["", "trial", "hotline-KE", "acting", "at_x"]),
        Location(-4.0, 39.0),
        Media("photo", "danger"),
        Press("0:0"),
    ]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(events, max_size=25))
def test_a_question_is_never_answered_more_often_than_put(small: Path, done: list[Event]) -> None:
    person = Counted(flows(small, {"acting": ACTING}))
    counts: collections.Counter[str] = collections.Counter()
    for event in done:
        if isinstance(event, Press) and event.data.startswith("!"):
            live = [b.value for m in person.turn.messages for b in m.buttons if b.value]
            event = Press(live[int(event.data[1]) % len(live)] if live else "")  # noqa: PLW2901
        person.does(event)
        counts.update(person.names)
    waiting = collections.Counter({f"{person.session.flow}.{person.session.node}": 1})
    for name, count in counts.items():
        kind, _, question = name.partition(".")
        if kind == "answered":
            assert counts[f"node.{question}"] >= count + waiting[question]
