"""Redis stands still while a run is sent, so that what is asked of it is done late and unheard."""

import asyncio
import os
import signal

import pytest
from campaign_world import CampaignWorld, many

from bot.campaigns import marks

RUN = "cup.now.2027-06-14"


@pytest.fixture
async def world(redis_alone, server, tmp_path):
    world = CampaignWorld(redis_alone.url, server, tmp_path)
    yield world
    await world.pipeline.close()


@pytest.fixture
def away(redis_alone):
    """Have Redis stand still for some seconds, longer than anybody waits for it."""

    async def away(seconds):
        os.kill(redis_alone._pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            os.kill(redis_alone._pid, signal.SIGCONT)

    return away


async def test_nothing_is_sent_meanwhile_and_everybody_gets_it_once_afterwards(world, away):
    chats = many(250)
    world.pace(100)
    await world.subscribe(*chats)
    async with world.replica(), world.replica():
        await world.until_sent(RUN, 50)
        standing = asyncio.create_task(away(3))
        await asyncio.sleep(0.5)  # what was begun has been sent
        before = sum(len(world.got(chat)) for chat in chats)
        await asyncio.sleep(1.5)
        assert sum(len(world.got(chat)) for chat in chats) == before < 250
        await standing
        await world.until_state(RUN, "finished")
    assert await world.sums(RUN) == {"total": 250, "sent": 250}
    assert {len(world.got(chat)) for chat in chats} == {1}


async def test_after_longer_than_the_dead_are_waited_for_nobody_gets_it_twice(
    world, away, monkeypatch
):
    monkeypatch.setattr(marks, "IDLE", 1000)
    chats = many(250)
    world.pace(100)
    await world.subscribe(*chats)
    async with world.replica(), world.replica():
        await world.until_sent(RUN, 50)
        await away(4)
        await world.until_state(RUN, "finished")
    sums = await world.sums(RUN)
    assert sums["sent"] + sums.get("unknown", 0) == sums["total"] == 250
    unknown = set(await world.runs.unknown(RUN))
    assert {len(world.got(chat)) for chat in chats if chat not in unknown} == {1}
    assert {len(world.got(chat)) for chat in unknown} <= {0, 1}
