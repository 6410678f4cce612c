"""Writes down what this version of the bot keeps in Redis, for every later one to read.

    .venv/bin/python -m tests.upgrades.write_records

Run it once for each release, and commit the folder: it is never changed afterwards.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from bot.content import Content, shipped
from bot.conversation.events import Command, Event, Press, Start, Text
from bot.conversation.session import Session, pack
from bot.delivery.threads import Thread, _context
from bot.store.keyring import Keyring
from bot.store.record import Chat, encode, next_revision
from bot.telegram.calls import Call

ROOT = Path(__file__).parents[2]
KEY = b"k" * 32
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
NEVER = 4_102_444_800_000
"""The year 2100 in ms since 1970, so that secrets last as long as these files."""

Step = Event | str
"""Something done, or the words on a button that is pressed."""

CONVERSATIONS: dict[str, tuple[str, Sequence[Step]]] = {
    "newcomer": ("en", [Start()]),
    "contacts": ("fr", [Start(), Text("Kenya")]),
    "report": (
        "en",
        [
            Command("report"),
            Press("1:1"),
            Text("Mombasa"),
            Press("3:0"),
            Text("A small girl at the lift"),
            "Hotel",
            Text("Room 412"),
        ],
    ),
    "report_in_arabic": ("ar", [Command("report"), Press("1:1"), Text("Cairo"), Press("3:0")]),
    "trip": ("de", [Command("tips"), Text("Brazil, 20 June to 3 July")]),
    "quiz": ("es", [Command("learn"), Press("1:0"), Press("2:0")]),
    "settings": ("uk", [Command("settings")]),
}


def conversation(content: Content, locale: str, steps: Sequence[Step]) -> Session:
    """The session after some steps, half a minute each."""
    session, now = Session(locale=locale), NOW
    buttons: dict[str, str] = {}
    for step in steps:
        event = step
        if isinstance(step, str):
            event = Press(next(data for label, data in buttons.items() if step in label))
        turn = content.advance(session, event, now)
        session, now = turn.session, now + timedelta(seconds=30)
        buttons = {b.label: b.value for m in turn.messages for b in m.buttons if b.kind == "press"}
    return session


def chats() -> Iterator[tuple[str, int, Chat, Session]]:
    """Name, id, record and session of one chat of each kind."""
    content = Content.load(shipped())
    at = int(NOW.timestamp() * 1000)
    for number, (name, (locale, steps)) in enumerate(CONVERSATIONS.items(), 1001):
        session = conversation(content, locale, steps)
        plain, secret = pack(session)
        chat = Chat(
            revision=next_revision(b""),
            applied=tuple(range(90_000_001, 90_000_001 + len(steps))),
            session=plain,
            secret=secret,
            secret_until=NEVER if secret else 0,
            delivered=2 * len(steps),
        )
        yield name, number, chat, session
    session = conversation(content, "pt", [Start()])
    said = Call("sendMessage", {"chat_id": 1020, "text": "Olá de novo.", "parse_mode": "HTML"})
    waiting = Chat(
        revision=next_revision(b""),
        applied=(90_000_100, 90_000_103, 90_000_102),
        session=pack(session)[0],
        delivered=3,
        effects=(
            msgspec.msgpack.encode(said),
            msgspec.msgpack.encode(Call("count", {"name": "x"})),
        ),
        owner=b"somebody",
        until=at,
    )
    yield "undelivered", 1020, waiting, session
    gone = replace(waiting, effects=(), owner=b"", until=0, gone=True)
    yield "blocked", 1021, gone, session
    yield "erased", 1022, Chat(next_revision(b""), applied=(90_000_200,), delivered=9), Session()


def main() -> None:
    """Write the folder of this version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    folder = Path(__file__).parent / "records" / project["version"]
    folder.mkdir(parents=True, exist_ok=True)
    keyring = Keyring([KEY])
    expected: dict[str, Any] = {"chats": {}, "threads": {}}
    for name, chat_id, chat, session in chats():
        (folder / f"{name}.chat").write_bytes(encode(chat, chat_id, keyring))
        expected["chats"][name] = {
            "id": chat_id,
            "applied": chat.applied,
            "delivered": chat.delivered,
            "effects": len(chat.effects),
            "gone": chat.gone,
            "locale": session.locale if chat.session else "",
            "turn": session.turn,
            "at": f"{session.flow}/{session.node}" if chat.session else "",
            "slots": session.slots,
            "secrets": session.secrets,
        }
    thread, report = Thread(1003, "north", "fr", "KE", "North"), "K7M-4QX-x5PjPdkYqg1mZ8aR"
    sealed = keyring.seal(msgspec.msgpack.encode(thread), _context(report))
    (folder / "witness.thread").write_bytes(sealed)
    expected["threads"]["witness"] = {"report": report, **msgspec.structs.asdict(thread)}
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    (folder / "expected.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
