"""The survey: two taps, counted, and nothing about who answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shipped_content import CONTENT

from bot.conversation.effects import Count
from bot.conversation.events import Command, Press
from bot.conversation.session import Session

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_both_answers_are_counted() -> None:
    turn = CONTENT.advance(Session(turn=1), Command("survey"), NOW)
    counted: list[object] = []
    for seconds, label in ((10, "A little"), (20, "I was not sure")):
        buttons = [b for m in turn.messages for b in m.buttons if label in b.label]
        now = NOW + timedelta(seconds=seconds)
        turn = CONTENT.advance(turn.session, Press(buttons[0].value), now)
        counted += turn.effects
    assert counted == [Count("survey.helped.some"), Count("survey.stopped.unsure")]
    assert turn.session.node == "menu"


def test_each_chat_counts_once_and_nothing_of_it_stays() -> None:
    session, now = Session(turn=1), NOW
    counted: list[object] = []
    for answers in ("A little", "I was not sure"), ("No", "Nothing"), ("Yes", "The language"):
        turn = CONTENT.advance(session, Command("survey"), now)
        for label in answers:
            buttons = [b for m in turn.messages for b in m.buttons if label in b.label]
            now += timedelta(seconds=10)
            turn = CONTENT.advance(turn.session, Press(buttons[0].value), now)
            counted += turn.effects
        session = turn.session
        kept = {name: value for name, value in session.slots.items() if "survey" in name}
        assert kept == {"survey_done": ["helped", "stopped"]}
    assert counted == [Count("survey.helped.some"), Count("survey.stopped.unsure")]


def test_going_back_counts_nothing_twice() -> None:
    turn = CONTENT.advance(Session(turn=1), Command("survey"), NOW)
    counted: list[object] = []
    for seconds in range(10, 1000, 20):
        buttons = [b for m in turn.messages for b in m.buttons if "A little" in b.label]
        now = NOW + timedelta(seconds=seconds)
        turn = CONTENT.advance(turn.session, Press(buttons[0].value), now)
        counted += turn.effects
        turn = CONTENT.advance(turn.session, Command("back"), now + timedelta(seconds=10))
    assert counted == [Count("survey.helped.some")]
