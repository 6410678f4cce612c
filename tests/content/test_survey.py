"""The survey: two taps, counted, and nothing about who answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.content import Content, shipped
from bot.conversation.effects import Count
from bot.conversation.events import Command, Press
from bot.conversation.session import Session

CONTENT = Content.load(shipped())
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_both_answers_are_counted() -> None:
    turn = CONTENT.advance(Session(turn=1), Command("survey"), NOW)
    counted = []
    for seconds, label in ((10, "A little"), (20, "I was not sure")):
        buttons = [b for m in turn.messages for b in m.buttons if label in b.label]
        now = NOW + timedelta(seconds=seconds)
        turn = CONTENT.advance(turn.session, Press(buttons[0].value), now)
        counted += turn.effects
    assert counted == [Count("survey.helped.some"), Count("survey.stopped.unsure")]
    assert turn.session.node == "menu"
