"""A partner that is away for a day, and for too long.

Redis' clock cannot be moved, but a letter's can: ``since`` says for how long it has been tried.
"""

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.delivery.courier import Courier, Pace
from bot.delivery.queue import LATER, Outbox

HOUR = 3600
DAY = 24 * HOUR
REPORT = "{s00}:report:k1"


class Away:
    """A partner that cannot be reached, until it is ``back``."""

    def __init__(self):
        self.back = False
        self.tries = 0
        self.kept = []

    async def receive(self, request):
        self.tries += 1
        if not self.back:
            return web.Response(status=503)
        self.kept.append(request.headers["Idempotency-Key"])
        return web.Response(status=201)


class Outage:
    """A report to such a partner, a courier at work, and what the witness was told."""

    def __init__(self, pipeline, partner):
        self.outbox = Outbox(pipeline)
        self.partner = partner
        self.told = []
        self._redis = pipeline

    async def tell(self, _letter, outcome):
        self.told.append(outcome)

    async def tried_since(self, seconds):
        """The report was sent so long ago, and its next attempt is due."""
        now, _ = await self._redis.run("TIME")
        await self._redis.run("HSET", REPORT, "since", int(now) - seconds)
        tries = self.partner.tries
        assert await self._redis.run("ZADD", LATER, "XX", "CH", 0, "k1") == 1
        await until(lambda: self.partner.tries > tries)

    async def put_off(self):
        """Seconds until the next attempt."""
        due = None
        while due is None:
            due = await self._redis.run("ZSCORE", LATER, "k1")
            await asyncio.sleep(0.01)
        seconds, microseconds = await self._redis.run("TIME")
        return float(due) / 1000 - int(seconds) - int(microseconds) / 1e6


async def until(true):
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.fixture
async def outage(pipeline, partners, bot_key):
    partner, app = Away(), web.Application()
    app.router.add_post("/reports", partner.receive)
    server = TestServer(app)
    await server.start_server()
    known = partners(str(server.make_url("/reports")))
    outage = Outage(pipeline, partner)
    await outage.outbox.enqueue("sealed", "north", "K7M-4QX", "k1")
    courier = Courier(outage.outbox, lambda: known, lambda: bot_key, outage.tell, Pace(look=0.01))
    task = asyncio.create_task(courier.run())
    await until(lambda: partner.tries == 1)
    yield outage
    task.cancel()
    await asyncio.wait({task})
    await server.close()


async def test_after_a_day_it_still_waits_and_then_arrives(outage):
    assert await outage.put_off() <= 5
    for hours in range(1, 25):  # every attempt of the day
        await outage.tried_since(hours * HOUR)
        assert await outage.put_off() <= HOUR
    assert await outage.put_off() >= HOUR / 2 - 1
    assert outage.told == ["waiting"]
    assert (await outage.outbox.waiting(), await outage.outbox.dead()) == (1, 0)

    outage.partner.back = True
    await outage.tried_since(DAY + HOUR)
    await until(lambda: "received" in outage.told)
    assert outage.told == ["waiting", "received"]
    assert outage.partner.kept == ["k1"]


async def test_after_three_days_it_is_for_staff_who_send_it_again(outage):
    await outage.put_off()
    await outage.tried_since(3 * DAY - 60)
    await outage.put_off()
    assert await outage.outbox.dead() == 0
    await outage.tried_since(3 * DAY + 60)
    await until(lambda: "failed" in outage.told)
    while not await outage.outbox.dead():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    [letter] = await outage.outbox.dead_letters()
    assert (letter.id, letter.partner, letter.reference) == ("k1", "north", "K7M-4QX")
    assert letter.reason == "not delivered in time, at last HTTP 503"
    assert await outage.outbox.waiting() == 0

    outage.partner.back = True
    assert await outage.outbox.retry(letter)
    await until(lambda: "received" in outage.told)
    assert outage.told == ["waiting", "failed", "received"]
    assert outage.partner.kept == ["k1"]
