"""What any released version wrote is read for ever: nobody starts anew because of an upgrade."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from end_to_end.running_bot import environment, running, until
from shipped_content import CONTENT
from upgrades.write_records import KEY

from bot.conversation.events import Command, Event, Press, Start, Text
from bot.conversation.session import Session, unpack
from bot.delivery.threads import Thread, Threads
from bot.local import LocalBotApi
from bot.store import keys
from bot.store.connect import connect
from bot.store.embedded import EmbeddedRedis
from bot.store.keyring import Keyring
from bot.store.pipeline import Pipeline
from bot.store.record import Chat, decode

FOLDERS = sorted(path for path in (Path(__file__).parent / "records").iterdir() if path.is_dir())
KEYRING = Keyring([KEY])
EVENTS: tuple[Event, ...] = (
    Text("Hello"),
    Press("1:0"),
    Press("6:1"),
    Command("emergency"),
    Start(),
    Text("Peru"),
)


def expected(folder: Path, kind: str) -> dict[str, dict[str, Any]]:
    document: dict[str, Any] = json.loads((folder / "expected.json").read_text("utf-8"))
    found: dict[str, dict[str, Any]] = document[kind]
    return found


def chats() -> Iterator[Any]:
    for folder in FOLDERS:
        for name, facts in expected(folder, "chats").items():
            yield pytest.param(folder / f"{name}.chat", facts, id=f"{folder.name}-{name}")


CHATS = list(chats())


def opened(path: Path, facts: dict[str, Any]) -> tuple[Chat, Session]:
    chat = decode(path.read_bytes(), facts["id"], KEYRING)
    return chat, unpack(chat.session, chat.secret) if chat.session else Session()


def test_every_file_is_expected_and_every_version_has_a_chat_of_each_kind() -> None:
    assert FOLDERS
    for folder in FOLDERS:
        files = {path.name for path in folder.iterdir()} - {"expected.json"}
        chats, threads = expected(folder, "chats"), expected(folder, "threads")
        assert files == {f"{name}.chat" for name in chats} | {f"{name}.thread" for name in threads}
        assert any(facts["secrets"] for facts in chats.values())
        assert any(facts["effects"] for facts in chats.values())
        assert sum(path.stat().st_size for path in folder.iterdir()) < 20_000


@pytest.mark.parametrize(("path", "facts"), CHATS)
def test_a_record_is_read_as_it_was_written(path: Path, facts: dict[str, Any]) -> None:
    chat, session = opened(path, facts)
    assert list(chat.applied) == facts["applied"]
    assert (chat.delivered, len(chat.effects)) == (facts["delivered"], facts["effects"])
    assert chat.gone == facts["gone"]
    if chat.session:
        assert (session.locale, session.turn) == (facts["locale"], facts["turn"])
        assert f"{session.flow}/{session.node}" == facts["at"]
        assert (session.slots, session.secrets) == (facts["slots"], facts["secrets"])


@pytest.mark.parametrize(("path", "facts"), CHATS)
@pytest.mark.parametrize("event", EVENTS, ids=repr)
def test_the_conversation_goes_on_with_the_flows_of_today(
    path: Path, facts: dict[str, Any], event: Event
) -> None:
    _, session = opened(path, facts)
    turn = CONTENT.advance(session, event, datetime(2026, 11, 29, 13, tzinfo=UTC))
    assert turn.messages or turn.notice
    assert turn.session.locale == session.locale
    kept = {name: turn.session.secrets.get(name) for name in session.secrets}
    assert kept == session.secrets


async def test_a_witness_is_still_found(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as redis:
        pipeline = Pipeline(connect(redis.url))
        for folder in FOLDERS:
            for name, facts in expected(folder, "threads").items():
                sealed = (folder / f"{name}.thread").read_bytes()
                report = facts.pop("report")
                await pipeline.run("SET", f"{keys.tag(0)}:thread:{report}", sealed)
                assert await Threads(pipeline, KEYRING).get(report) == Thread(**facts)
        await pipeline.close()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
async def test_a_bot_of_today_takes_over_their_redis(folder: Path, tmp_path: Path) -> None:
    """What was still to be said is said, and a report goes on where it was."""
    known = expected(folder, "chats")
    async with LocalBotApi(first_retry=0.05) as server:
        environ = environment(server, tmp_path, "polling")
        environ["SECRET_KEYS"] = base64.b64encode(KEY).decode()
        people = {name: server.person(facts["id"]) for name, facts in known.items()}
        async with EmbeddedRedis(tmp_path) as redis:
            pipeline = Pipeline(connect(redis.url))
            for name, facts in known.items():
                record, chat = (folder / f"{name}.chat").read_bytes(), facts["id"]
                await pipeline.run("SET", keys.record(chat), record, "PX", 3_600_000)
                if facts["effects"]:
                    due = keys.due(keys.shard(chat))
                    await pipeline.run("ZADD", due, int(time.time() * 1000), chat)
            await pipeline.close()
        async with running(environ) as bot:
            waited = people["undelivered"]
            await until(lambda: "Olá de novo." in [message.text for message in waited.replies])
            witness = people["report"]
            await witness.send("The day before yesterday")
            await until(lambda: witness.replies)
            for name, person in people.items():
                if name not in ("undelivered", "report"):
                    await person.send("Peru")
                    await until(lambda person=person: person.replies)
            for name, facts in known.items():
                chat = await bot.store.load(facts["id"])
                if facts["locale"]:
                    assert unpack(chat.session, chat.secret).locale == facts["locale"], name
            chat = await bot.store.load(known["report"]["id"])
            secrets = unpack(chat.session, chat.secret).secrets
            assert secrets.items() >= known["report"]["secrets"].items()
