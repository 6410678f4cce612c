"""Whole conversations as data: what people do (``> …``), and below it what the bot says.

After a change that is meant, ``REWRITE_GOLDEN=1 pytest tests/conversation`` writes them anew; read
the difference before you commit it. Of contacts only the heading is kept, as their data change.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from shipped_content import CONTENT

from bot.content import Content
from bot.conversation.effects import Erase
from bot.conversation.events import Command, Event, Media, Press, Start, Text
from bot.conversation.messages import Message
from bot.conversation.session import Session

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.txt"))
BEGAN = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def content() -> Content:
    return CONTENT


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_conversation_goes_as_it_is_written(content: Content, path: Path) -> None:
    written = path.read_text("utf-8")
    played = play(content, written)
    if os.environ.get("REWRITE_GOLDEN"):
        path.write_text(played, "utf-8")
    else:
        assert played == written


def play(content: Content, written: str) -> str:
    """The same conversation, as it goes now."""
    lines = [line for line in written.splitlines() if line.startswith(("#", ">"))]
    session, shown, now, played = Session(), (), BEGAN, []
    for line in lines:
        played.append(line)
        if line.startswith("#"):
            continue
        now += timedelta(seconds=20)
        turn = content.advance(session, event(line[2:], shown), now)
        played += [text for message in turn.messages for text in ("", *lines_of(content, message))]
        played += [f"  * {effect}" for effect in turn.effects] + [""]
        session, shown = turn.session, turn.messages
        if any(isinstance(effect, Erase) for effect in turn.effects):
            session = Session()
    return "\n".join(played).rstrip() + "\n"


def event(done: str, shown: tuple[Message, ...]) -> Event:
    """``[label]`` a press, ``/command``, ``photo``, else a text."""
    if done.startswith("["):
        buttons = {b.label: b.value for m in shown for b in m.buttons if b.kind == "press"}
        return Press(buttons[done[1:-1]]) if buttons[done[1:-1]] else Text(done[1:-1])
    if done.startswith("/"):
        return Start() if done == "/start" else Command(done[1:])
    return Media("photo") if done == "photo" else Text(done)


def lines_of(content: Content, message: Message) -> list[str]:
    """A message: its place, its words, its buttons row by row."""
    node = content.flows.flows[message.flow].nodes[message.node]
    words = message.text.splitlines()
    if node.do and node.do.startswith("show_") and node.do != "show_report":
        return [f"  ({message.flow}/{message.node})", f"  {words[0]}", "  …"]
    rows = [" ".join(f"[{button.label}]" for button in row) for row in message.rows]
    return [
        f"  ({message.flow}/{message.node})",
        *([f"  📎 {message.document.name}"] if message.document else []),
        *(f"  {line}".rstrip() for line in words),
        *(f"  {'⌨' if message.keys == 'reply' else ' '} {row}" for row in rows),
    ]
