"""Content that passes the check can be walked: nobody gets lost, no message is empty."""

import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from minimal_content import FILES, write

from bot.check import check
from bot.content import Content
from bot.conversation.events import Command, Event, Press, Start, Text
from bot.conversation.messages import Button
from bot.conversation.session import Session
from bot.knowledge.places import Places
from bot.local.markup import parse_html

NOW = datetime(2026, 11, 25, tzinfo=UTC)
OTHERS = {"flows/common.yaml", "flows/triggers.yaml", "data/hotlines.yaml"}
FLOWS = sorted(FILES.keys() - OTHERS)
TARGETS = sorted(set(re.findall(r"goto: ([a-z/]+)", "".join(FILES.values()))))
PLACES = Places.load()
LOST = "I am not sure."


def rewired(text: str, chance: random.Random) -> str:
    """A flow with a target changed, a line taken out or doubled."""
    lines = text.splitlines()
    at = chance.randrange(len(lines))
    if chance.random() < 0.9 and (leads := [i for i, line in enumerate(lines) if "goto:" in line]):
        at = chance.choice(leads)
        lines[at] = re.sub(r"goto: [a-z/]+", f"goto: {chance.choice(TARGETS)}", lines[at])
    else:
        lines[at : at + 1] = chance.choice(([], [lines[at]] * 2))
    return "\n".join(lines)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_what_passes_can_be_walked(seed: int) -> None:
    chance = random.Random(seed)
    with TemporaryDirectory() as place:
        folder = write(Path(place))
        name = chance.choice(FLOWS)
        (folder / name).write_text(rewired(FILES[name], chance), encoding="utf-8")
        if any(finding.is_error for finding in check(folder, NOW.date())):
            return
        (folder / "locales").mkdir()
        walk(Content.load(folder, PLACES), chance)


def walk(content: Content, chance: random.Random) -> None:
    """Press what is offered, answer, and come in by commands, for a while."""
    session, event, now = Session(), Start(""), NOW
    for _ in range(30):
        turn = content.advance(session, event, now)
        session, now = turn.session, now + timedelta(minutes=1)
        assert turn.messages
        for message in turn.messages:
            shown, _ = parse_html(message.text)
            assert shown.strip()
            assert LOST not in shown
        buttons = [button for message in turn.messages for button in message.buttons]
        event = next_event(content, chance, buttons, asked=bool(session.node))


def next_event(
    content: Content, chance: random.Random, buttons: list[Button], *, asked: bool
) -> Event:
    presses = [button.value for button in buttons if button.kind == "press" and button.value]
    if presses and chance.random() < 0.7:
        return Press(chance.choice(presses))
    if asked and chance.random() < 0.5:
        return Text(chance.choice(("Kenya", "17")))
    return Command(chance.choice(sorted(content.flows.flows)), "")
