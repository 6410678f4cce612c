"""Real processes that are killed, or stand still, while they send."""

import asyncio
import contextlib
import os
import random
import signal
import sys
from pathlib import Path

import pytest
from campaign_world import many

from bot.campaigns import marks

HERE = Path(__file__).parent
RUN = "cup.now.2027-06-14"
MOST_UNDER_WAY = 60
"""At this pace and with answers this quick it is far fewer; nobody holds all of a chunk."""


class Replicas:
    """Processes that send, each with a folder of its own."""

    def __init__(self, world, tmp_path, pace):
        self._world = world
        self._folder = tmp_path
        self._pace = pace
        self.alive = []
        self._count = 0

    async def start(self):
        folder = self._folder / f"replica{self._count}"
        folder.mkdir()
        self._count += 1
        path = os.pathsep.join((str(HERE.parent.parent), str(HERE.parent), str(HERE)))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(HERE / "replica_process.py")),
            *(self._world.redis_url, self._world.server.url, str(folder), str(self._pace)),
            env={**os.environ, "PYTHONPATH": path},
        )
        self.alive.append(process)

    async def kill(self):
        """``kill -9`` of one of them."""
        process = self.alive.pop(random.randrange(len(self.alive)))
        process.kill()
        await process.wait()

    async def end(self):
        for process in self.alive:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
                process.kill()
            await process.wait()


@pytest.fixture
async def replicas(world, tmp_path):
    replicas = Replicas(world, tmp_path, 150)
    yield replicas
    await replicas.end()


async def checked(world, chats):
    """Everybody got it once, but for those who are listed as unknown; how many these are."""
    sums, unknown = await world.sums(RUN), set(await world.runs.unknown(RUN))
    got = {chat: len(world.got(chat)) for chat in chats}
    assert sums["sent"] + sums.get("unknown", 0) == sums["total"] == len(chats)
    assert {got[chat] for chat in chats if chat not in unknown} == {1}
    assert {got[chat] for chat in unknown} <= {0, 1}
    assert len(unknown) == sums.get("unknown", 0)
    return len(unknown)


async def test_replicas_are_killed_and_nobody_gets_it_twice_or_not_at_all(world, replicas):
    chats = many(500)
    await world.subscribe(*chats)
    for _ in range(3):
        await replicas.start()
    for sent in (60, 150, 240):
        await world.until_sent(RUN, sent)
        await replicas.kill()
        await replicas.start()
    await world.until_state(RUN, "finished")
    assert await checked(world, chats) <= MOST_UNDER_WAY


async def test_the_last_replica_dies_and_another_one_goes_on_later(world, replicas):
    chats = many(200)
    await world.subscribe(*chats)
    await replicas.start()
    await world.until_sent(RUN, 30)
    await replicas.kill()
    await replicas.start()
    await world.until_state(RUN, "finished")
    assert await checked(world, chats) <= MOST_UNDER_WAY


async def test_a_replica_that_stands_still_is_taken_for_dead_and_does_no_harm_when_it_wakes(
    world, replicas
):
    chats = many(300)
    await world.subscribe(*chats)
    await replicas.start()
    await world.until_sent(RUN, 40)
    (sleeper,) = replicas.alive
    sleeper.send_signal(signal.SIGSTOP)
    await replicas.start()
    await world.until_sent(RUN, 200)
    sleeper.send_signal(signal.SIGCONT)
    await world.until_state(RUN, "finished")
    await asyncio.sleep(0.5)  # what the sleeper still has to say has been said
    await checked(world, chats)


async def test_one_that_is_asked_to_stop_ends_what_is_under_way(world, monkeypatch):
    monkeypatch.setattr(marks, "IDLE", 3_600_000)  # nothing has to be taken over: it is given back
    chats = many(120)
    world.pace(100)
    await world.subscribe(*chats)
    async with world.replica():
        await world.until_sent(RUN, 20)
    before = await world.sums(RUN)
    assert "unknown" not in before
    assert sum(len(world.got(chat)) for chat in chats) == before["sent"] < 120
    async with world.replica():
        await world.until_state(RUN, "finished")
    assert await world.sums(RUN) == {"total": 120, "sent": 120}
