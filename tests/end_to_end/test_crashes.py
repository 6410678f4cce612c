"""``kill -9`` in the middle of many conversations: none is lost, stuck, or goes a step too far.

Longer and different runs, with their figures printed: ``CRASH_KILLS=100 CRASH_SEED=7 pytest -s -k
crash`` (also ``CRASH_CHATS``).
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from pathlib import Path

import pytest
from running_bot import MODES, Mode, Program, environment, reached, said, turn

from bot.local import LocalBotApi, Person
from bot.store.chats import ChatStore
from bot.store.connect import connect
from bot.store.embedded import EmbeddedRedis
from bot.store.keyring import Keyring
from bot.store.pipeline import Pipeline

KILLS = int(os.environ.get("CRASH_KILLS", "5"))
CHATS = int(os.environ.get("CRASH_CHATS", "100"))
SEED = int(os.environ.get("CRASH_SEED", "1"))
STEPS: tuple[str | int, ...] = ("/start", 1, "Kenya", 0, "France", "/emergency", "/privacy", 0)
"""What everybody says, or which button they press; all that is answered is different."""
PATIENCE = 90
"""Seconds in which every answer must have come, crashes and new starts included: each takes many
seconds on a machine that is busy."""


async def do(person: Person, step: str | int) -> None:
    await (person.send(step) if isinstance(step, str) else person.press(step))


class Visits:
    """Many people who go the same way, each at their own pace."""

    def __init__(self, server: LocalBotApi, expected: list[list[str]]) -> None:
        self.chance = random.Random(SEED)
        self.people = [server.person(1000 + number) for number in range(CHATS)]
        self.expected = expected
        self.longest = 0.0

    async def run(self) -> None:
        await asyncio.gather(*(self._visit(person) for person in self.people))

    async def _visit(self, person: Person) -> None:
        for step, answer in zip(STEPS, self.expected, strict=True):
            await asyncio.sleep(self.chance.uniform(0, 0.15 * KILLS))
            await do(person, step)
            asked = time.monotonic()
            await person.wait_until(lambda last=answer[-1]: last in said(person.chat), PATIENCE)
            self.longest = max(self.longest, time.monotonic() - asked)

    def newest(self) -> int:
        """The number of the last message that Telegram has taken."""
        return max((message for one in self.people for message in one.chat.messages), default=0)


@pytest.mark.parametrize(
    ("mode", "replies"), [*((mode, "edits") for mode in MODES), ("webhook", "all")]
)
async def test_a_kill_loses_nothing_and_repeats_no_step(
    mode: Mode, replies: str, tmp_path: Path
) -> None:
    async with EmbeddedRedis(tmp_path) as redis, LocalBotApi(first_retry=0.05) as server:
        environ = environment(server, tmp_path, mode, redis.url)
        environ["WEBHOOK_REPLIES"] = replies
        async with Program("run", environ, tmp_path / "log") as program:
            await program.answers()
            pipeline = Pipeline(connect(redis.url))
            store = ChatStore(pipeline, Keyring.from_file(tmp_path / "secret.keys"))
            expected = []
            calm = server.person(1)
            for number, step in enumerate(STEPS, 1):
                await do(calm, step)
                expected.append(await reached(store, calm, number))
            in_order = said(calm.chat)
            assert len(set(in_order)) == len(in_order)

            visits = Visits(server, expected)
            traffic = asyncio.create_task(visits.run())
            killed_at = []
            for _ in range(KILLS):
                await asyncio.sleep(visits.chance.uniform(0, 0.6))
                await program.kill()
                killed_at.append(visits.newest())
                await program.start()
                await program.answers()
            await traffic

            repeated = 0
            for person in visits.people:
                assert await turn(store, person) in (-1, len(STEPS))
                await reached(store, person, len(STEPS))  # not one turn too many
                assert list(dict.fromkeys(said(person.chat))) == in_order  # nothing lost
                repeated += _repeated(person, killed_at)
            print(
                f"\n{mode}, {replies}: {len(visits.people)} chats, {KILLS} kills, {repeated} of"
                f" {len(in_order) * len(visits.people)} messages repeated,"
                f" longest wait {visits.longest:.1f} s"
            )
            await pipeline.close()
            assert await program.end() == 0


def _repeated(person: Person, killed_at: list[int]) -> int:
    """How many messages came twice; each because of a death just after it had been taken."""
    first: dict[str, int] = {}
    blamed: Counter[int] = Counter()
    for message in person.chat.visible:
        if not message.by_bot:
            continue
        if message.text in first:
            before = [at for at in killed_at if first[message.text] <= at < message.message_id]
            assert before, "a message came twice although nobody died in between"
            blamed[before[0]] += 1
        first[message.text] = message.message_id
    return blamed.total()
