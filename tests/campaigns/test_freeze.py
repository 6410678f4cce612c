"""An audience is written down once, whoever does it and whatever dies meanwhile."""

import asyncio

import pytest
from campaign_world import AT, CAMPAIGNS, many

from bot.campaigns import freeze, keys
from bot.campaigns.audience import Target
from bot.campaigns.chunk import Chunk
from bot.campaigns.freeze import Freezer
from bot.store.connect import connect
from bot.store.keys import SHARDS, shard
from bot.store.pipeline import Pipeline
from bot.store.subscribers import Subscribers

RUN = "cup.now.2027-06-14"


@pytest.fixture
async def target(world, monkeypatch):
    """A run that is freezing; pages are small, so that there are many of them."""
    monkeypatch.setattr(freeze, "PAGE", 5)
    monkeypatch.setattr(freeze, "LEASE", 300)
    monkeypatch.setattr(freeze, "LOOK", 0.05)
    world.use(CAMPAIGNS)
    await world.runs.approve(world.occurrence(RUN), "print", "ana", now=True)
    campaign = world.content.campaigns.get("cup")
    policy = world.content.campaigns.policy
    return Target(campaign, world.occurrence(RUN), policy, begun=AT)


async def frozen(world):
    """Every chat that was written down, by shard, in the order of ordinals."""
    found = {}
    for number in range(SHARDS):
        chunks = [
            Chunk.decode(next(iter(fields.values())))
            for _, fields in await world.pipeline.run("XRANGE", keys.chunks(number, RUN), "-", "+")
        ]
        ordinals = [chunk.at + at for chunk in chunks for at in range(len(chunk.chats))]
        assert ordinals == list(range(len(ordinals)))
        found[number] = [chat for chunk in chunks for chat in chunk.chats]
    return found


async def test_everybody_is_written_down_once_by_three_that_freeze_together(world, target):
    chats = many(400)
    await world.subscribe(*chats, reachable=False)
    freezers = [Freezer(world.pipeline, world.subscribers, world.runs) for _ in range(3)]
    await asyncio.gather(*(each.freeze(RUN, target) for each in freezers))
    found = await frozen(world)
    assert sorted(chat for each in found.values() for chat in each) == sorted(chats)
    assert all(shard(chat) == number for number, each in found.items() for chat in each)
    assert await world.sums(RUN) == {"total": 400}
    assert (await world.runs.get(RUN)).state == "sending"


async def test_what_one_began_another_ends(world, target):
    chats = many(400)
    await world.subscribe(*chats, reachable=False)
    for _ in range(6):  # each dies with some pages done and some shards claimed
        pipeline = Pipeline(connect(world.redis_url))
        dying = Freezer(pipeline, Subscribers(pipeline), world.runs)
        task = asyncio.create_task(dying.freeze(RUN, target))
        before = (await world.sums(RUN)).get("total", 0)
        while (await world.sums(RUN)).get("total", 0) < before + 30:  # noqa: ASYNC110
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        await pipeline.close()
    assert (await world.runs.get(RUN)).state == "freezing"
    await Freezer(world.pipeline, world.subscribers, world.runs).freeze(RUN, target)
    found = await frozen(world)
    assert sorted(chat for each in found.values() for chat in each) == sorted(chats)
    assert await world.sums(RUN) == {"total": 400}
    assert (await world.runs.get(RUN)).state == "sending"


async def test_a_page_that_somebody_else_has_done_already_is_not_written_again(world, target):
    chats = many(200)
    await world.subscribe(*chats, reachable=False)
    pages, gate = 0, asyncio.Event()
    page_raw = world.subscribers.page_raw

    async def held_up(*args):
        nonlocal pages
        page = await page_raw(*args)
        pages += 1
        if pages == 10:
            gate.set()
            await asyncio.sleep(1)  # longer than its lease
        return page

    subscribers = Subscribers(world.pipeline)
    subscribers.page_raw = held_up
    slow = Freezer(world.pipeline, subscribers, world.runs)
    first = asyncio.create_task(slow.freeze(RUN, target))
    await gate.wait()
    await Freezer(world.pipeline, world.subscribers, world.runs).freeze(RUN, target)
    await first
    found = await frozen(world)
    assert sorted(chat for each in found.values() for chat in each) == sorted(chats)
    assert await world.sums(RUN) == {"total": 200}


async def test_a_run_that_is_paused_while_freezing_goes_on_later(world, target):
    chats = many(300)
    await world.subscribe(*chats, reachable=False)
    freezer = Freezer(world.pipeline, world.subscribers, world.runs)
    task = asyncio.create_task(freezer.freeze(RUN, target))
    while not (await world.sums(RUN)).get("total"):  # noqa: ASYNC110
        await asyncio.sleep(0)
    await world.runs.pause(RUN, "ana")
    await task
    assert (await world.sums(RUN))["total"] < 300
    assert (await world.runs.resume(RUN, "ana")).state == "freezing"
    await freezer.freeze(RUN, target)
    assert await world.sums(RUN) == {"total": 300}


async def test_nobody_to_send_to_is_no_trouble(world, target):
    await Freezer(world.pipeline, world.subscribers, world.runs).freeze(RUN, target)
    assert (await world.runs.get(RUN)).state == "sending"
    async with world.replica():
        # it was approved with another text
        run = await world.until_state(RUN, "paused")
    assert "changed" in run.reason
