import asyncio
import itertools
from datetime import UTC, datetime

import pytest
from redis_cluster import EXECUTABLE, everywhere

from bot.store import counters as module
from bot.store.connect import connect
from bot.store.counters import Counters
from bot.store.embedded import EmbeddedRedis
from bot.store.errors import StoreUnavailable
from bot.store.funnel import others, questions, stages
from bot.store.pipeline import Pipeline
from bot.store.tally import Tally


@pytest.fixture
def counters(pipeline):
    return Counters(pipeline)


async def test_figures_of_two_processes_add_up(counters):
    tallies = Tally(counters), Tally(counters)
    for tally in tallies:
        for _ in range(3):
            tally.add(["node.start.menu", "flow.start"])
    await asyncio.gather(*(tally.flush() for tally in tallies))
    await tallies[0].flush()  # nothing twice
    assert await counters.totals(1) == {"node.start.menu": 6, "flow.start": 6}


def processed(redis):
    return sum(each["total_commands_processed"] for each in everywhere(redis, "INFO", "stats"))


async def test_they_are_stored_by_themselves_and_make_no_round_trip_each(counters, redis):
    tally = Tally(counters, pause=0.02)
    before = processed(redis)
    task = asyncio.create_task(tally.run())
    for _ in range(1000):
        tally.add(["flow.start"])
    while not await counters.totals(1):  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    assert await counters.totals(1) == {"flow.start": 1000}
    assert processed(redis) - before < 200
    task.cancel()


async def test_what_is_counted_while_redis_is_away_is_stored_later(tmp_path):
    async with EmbeddedRedis(tmp_path, EXECUTABLE) as redis:
        pipeline = Pipeline(connect(redis.url))
        counters = Counters(pipeline)
        tally = Tally(counters)
        tally.add(["flow.start"])
        redis._process.kill()
        await tally.flush()
        tally.add(["flow.start"])
        while not await _there(pipeline):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await tally.flush()
        assert await counters.totals(1) == {"flow.start": 2}
        await pipeline.close()


async def _there(pipeline):
    try:
        return await pipeline.run("PING")
    except StoreUnavailable:
        return False


async def test_neither_kind_of_names_crowds_the_other(counters, monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    monkeypatch.setattr(module, "MOST_OF_CONTENT", 3)
    for name in ("tag.a", "tag.b", "tag.c", "tag.a"):
        await counters.add(name)
    await counters.add_all({"flow.a": 1, "flow.b": 2, "flow.c": 3, "flow.d": 4})
    await counters.add_all({"flow.e": 1, "flow.a": 5})
    expected = {"tag.a": 2, "tag.b": 1, "flow.a": 6, "flow.b": 2, "flow.c": 3}
    assert await counters.of_day(datetime.now(UTC).date()) == expected


async def test_all_names_of_large_content_are_counted_and_forgotten_in_time(
    counters, pipeline, redis
):
    many = {f"node.f{number}.n": number + 1 for number in range(24_000)}
    await counters.add_all(many)
    assert await counters.totals(1) == many
    (key,) = itertools.chain(*everywhere(redis, "KEYS", "*figures*"))
    assert 0 < await pipeline.run("TTL", key) <= module.KEPT * 24 * 3600


def test_what_figures_say():
    figures = {
        "action.show_home": 1,
        "action.show_emergency": 2,
        "node.b.x": 10,
        "answered.b.x": 12,  # put the day before
        "node.a.x": 9,
        "node.a.y": 20,
        "answered.a.y": 5,
        "answered.a.z": 1,
        "tag.node.poster": 1,
    }
    assert stages(figures)["were shown contacts"] == 3
    said = [(each.flow, each.node, each.left) for each in questions(figures)]
    assert said == [("a", "y", 0.75), ("a", "x", None), ("b", "x", 0.0)]
    assert others(figures) == {"tag.node.poster": 1}
