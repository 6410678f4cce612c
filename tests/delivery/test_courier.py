import asyncio
import contextlib
import logging

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc.jwk import OKPKey
from msgspec import structs

from bot.delivery.courier import Courier, Pace
from bot.delivery.queue import LATER
from bot.reports.partners import Partners
from bot.reports.sealing import seal, verify
from bot.store.errors import StoreUnavailable
from examples.partner_server import Hotline, stored

QUICK = Pace(first_delay=0.01, longest_delay=0.02, look=0.01, timeout=5, idle=10)


def courier(outbox, partners, key, told=None, pace=QUICK):
    """A courier whose senders are told into a list."""

    async def tell(letter, outcome):
        if told is not None:
            told.append((letter.id, outcome))

    return Courier(outbox, lambda: partners, lambda: key, tell, pace)


@contextlib.asynccontextmanager
async def served(app):
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("/reports"))
    await server.close()


@contextlib.asynccontextmanager
async def running(courier):
    task = asyncio.create_task(courier.run())
    yield
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def until(check):
    """Wait for something that an asynchronous check sees, for ten seconds at most."""
    for _ in range(1000):
        if found := await check():
            return found
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")


def answering(*statuses):
    """A partner that answers with these, the last one for ever; and the requests it got."""
    left, got = list(statuses), []

    async def receive(request):
        got.append((dict(request.headers), await request.read()))
        return web.Response(status=left.pop(0) if len(left) > 1 else left[0])

    app = web.Application()
    app.router.add_post("/reports", receive)
    return app, got


async def test_the_partner_reads_the_report_once(outbox, partners, hotline_key, bot_key, tmp_path):
    store = tmp_path / "reports.jsonl"
    hotline = Hotline(hotline_key, bot_key, store)
    async with served(hotline.application()) as url:
        known = partners(url)
        sealed = seal(b"room 12", known.get("north").key)
        await outbox.enqueue(sealed, "north", "K7M-4QX", "k1")

        async def settled():
            return not await outbox.waiting()

        async with running(courier(outbox, known, bot_key)):
            await until(settled)
    assert stored(store) == [{"id": "k1", "reference": "K7M-4QX", "report": "room 12"}]


async def test_the_request_is_signed_and_named(outbox, partners, bot_key):
    app, got = answering(204)
    async with served(app) as url:
        await outbox.enqueue("sealed", "north", "K7M-4QX", "k1")

        async def settled():
            return not await outbox.waiting()

        async with running(courier(outbox, partners(url), bot_key)):
            await until(settled)
    [(headers, body)] = got
    verify(body, headers["X-Signature"], bot_key)
    assert headers["Idempotency-Key"] == "k1"
    assert headers["X-Report-Reference"] == "K7M-4QX"
    assert body == b"sealed"


async def test_what_may_pass_is_tried_again(outbox, partners, bot_key):
    app, got = answering(408, 425, 429, 500, 503, 302, 200)
    async with served(app) as url:
        await outbox.enqueue("sealed", "north", "K7M-4QX", "k1")

        async def settled():
            return not await outbox.waiting()

        async with running(courier(outbox, partners(url), bot_key)):
            await until(settled)
    assert [headers["Idempotency-Key"] for headers, _ in got] == ["k1"] * 7
    assert await outbox.dead_letters() == []


async def test_a_refusal_is_a_dead_letter_that_can_be_retried(outbox, partners, bot_key, caplog):
    app, got = answering(422, 200)
    async with served(app) as url:
        await outbox.enqueue("sealed", "north", "K7M-4QX", "k1")

        async def settled():
            return not await outbox.waiting()

        async with running(courier(outbox, partners(url), bot_key)):
            [dead] = await until(outbox.dead_letters)
            assert dead.reason == "refused with HTTP 422"
            assert len(got) == 1
            assert await outbox.retry(dead)
            await until(settled)
    assert len(got) == 2
    [record] = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert "K7M-4QX" in record.getMessage()
    assert "sealed" not in record.getMessage()


@pytest.mark.parametrize(
    "endpoint",
    ["http://127.0.0.1:9/reports", f"https://{'a' * 64}.example/", "https://a..example/"],
)
async def test_it_gives_up_after_long_enough(outbox, partners, bot_key, endpoint):
    pace = Pace(first_delay=0.01, look=0.01, give_up_after=-60)
    await outbox.enqueue("sealed", "north", "K7M-4QX", "k1")
    async with running(courier(outbox, partners(endpoint), bot_key, pace=pace)):
        [dead] = await until(outbox.dead_letters)
    assert dead.reason == "not delivered in time, at last no answer"


async def test_a_partner_that_left_the_file_is_a_dead_letter(outbox, partners, bot_key):
    await outbox.enqueue("sealed", "south", "K7M-4QX", "k1")
    async with running(courier(outbox, partners("https://north.example/"), bot_key)):
        [dead] = await until(outbox.dead_letters)
    assert "partners file" in dead.reason


async def test_stopped_midway_it_leaves_the_report_for_the_next(outbox, partners, bot_key):
    reached, app = asyncio.Event(), web.Application()

    async def hang(request):
        reached.set()
        await asyncio.sleep(60)

    app.router.add_post("/reports", hang)
    async with served(app) as url:
        await outbox.enqueue("sealed", "north", "K7M-4QX", "k1")
        async with running(courier(outbox, partners(url), bot_key)):
            await reached.wait()
    assert [letter.id for letter in await outbox.take(1, 0)] == ["k1"]


async def test_the_hotline_refuses_what_the_bot_did_not_sign(
    outbox, partners, hotline_key, tmp_path
):
    hotline = Hotline(hotline_key, OKPKey.generate_key("Ed25519"), tmp_path / "reports.jsonl")
    async with served(hotline.application()) as url:
        await outbox.enqueue("sealed", "north", "K7M-4QX", "k1")
        forger = OKPKey.generate_key("Ed25519")
        async with running(courier(outbox, partners(url), forger)):
            [dead] = await until(outbox.dead_letters)
    assert dead.reason == "refused with HTTP 401"


def test_the_delay_doubles_up_to_the_longest():
    pace = Pace(first_delay=4, longest_delay=100)
    assert all(2 <= pace.delay(0) <= 4 for _ in range(50))
    assert all(8 <= pace.delay(2) <= 16 for _ in range(50))
    assert all(50 <= pace.delay(5000) <= 100 for _ in range(50))
    assert len({pace.delay(2) for _ in range(9)}) > 1


async def test_the_sender_is_told_once_each_that_it_takes_long_and_that_it_arrived(
    outbox, partners, bot_key
):
    app, _ = answering(503, 503, 503, 200)
    told = []
    async with served(app) as url:
        await outbox.enqueue("sealed", "north", "K7M-4QX", "k1")

        async def settled():
            return not await outbox.waiting()

        pace = structs.replace(QUICK, tell_after=-1)
        async with running(courier(outbox, partners(url), bot_key, told, pace)):
            await until(settled)
    assert told == [("k1", "waiting"), ("k1", "received")]


async def test_the_sender_is_told_that_it_was_refused(outbox, partners, bot_key):
    app, _ = answering(422)
    told = []
    async with served(app) as url:
        await outbox.enqueue("sealed", "north", "K7M-4QX", "k1")
        async with running(courier(outbox, partners(url), bot_key, told)):
            await until(outbox.dead_letters)
    assert told == [("k1", "failed")]
    assert await outbox.dead() == 1


async def test_a_partner_may_say_when_to_come_again(outbox, partners, bot_key, pipeline):
    async def receive(request):
        return web.Response(status=503, headers={"Retry-After": "3000"})

    app = web.Application()
    app.router.add_post("/reports", receive)
    async with served(app) as url:
        await outbox.enqueue("sealed", "north", "K7M-4QX", "k1")

        async def put_off():
            return await pipeline.run("ZRANGE", LATER, 0, -1, "WITHSCORES")

        async with running(courier(outbox, partners(url), bot_key, pace=Pace(look=0.01))):
            [[_, due]] = await until(put_off)
    seconds, _ = await pipeline.run("TIME")
    assert 2900 < float(due) / 1000 - int(seconds) <= 3001


async def test_a_letter_is_settled_only_when_its_sender_knows(outbox, partners, bot_key):
    app, got = answering(200)
    told = []

    async def tell(letter, outcome):
        told.append(outcome)
        if len(told) == 1:
            raise StoreUnavailable("away")

    async with served(app) as url:
        known = partners(url)
        await outbox.enqueue("sealed", "north", "K7M-4QX", "k1")

        async def settled():
            return not await outbox.waiting()

        pace = structs.replace(QUICK, idle=0.05)
        async with running(Courier(outbox, lambda: known, lambda: bot_key, tell, pace)):
            await until(settled)
    assert told == ["received", "received"]
    assert len(got) == 2


class Slow:
    """A partner that takes connections and answers once it is ``free``."""

    def __init__(self):
        self.free = asyncio.Event()
        self.at_once = self.most = 0
        self.got = []

    async def receive(self, request):
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await self.free.wait()
        finally:  # also when the courier hangs up
            self.at_once -= 1
        self.got.append(request.headers["Idempotency-Key"])
        return web.Response(status=201)

    def application(self):
        app = web.Application(handler_args={"handler_cancellation": True})
        app.router.add_post("/reports", self.receive)
        return app


@contextlib.asynccontextmanager
async def slow_north_and_quick_south(partners):
    """Two partners, the server of the slow one, and what the quick one got."""
    slow, (app, got) = Slow(), answering(201)
    async with served(slow.application()) as north_url, served(app) as south_url:
        north = partners(north_url).get("north")
        south = structs.replace(north, id="south", endpoint=south_url)
        yield Partners((north, south)), slow, got
        slow.free.set()


async def test_a_partner_that_hangs_holds_up_no_other(outbox, partners, bot_key):
    names = [f"n{number}" for number in range(40)]
    async with slow_north_and_quick_south(partners) as (both, slow, got):
        for name in names:
            await outbox.enqueue("sealed", "north", "K7M-4QX", name)
        await outbox.enqueue("sealed", "south", "K7M-4QX", "s")

        async def arrived():
            return got

        async def settled():
            return not await outbox.waiting()

        told = []
        async with running(courier(outbox, both, bot_key, told, Pace())):
            await until(arrived)
            assert slow.got == []
            assert slow.at_once == Pace().each < Pace().together
            slow.free.set()
            await until(settled)  # one after the other, without waiting for a time to come
    assert sorted(slow.got) == sorted(names)
    assert slow.most == Pace().each
    assert sorted(told) == sorted([(name, "received") for name in [*names, "s"]])


async def test_what_is_put_back_is_no_attempt_and_survives_its_courier(
    outbox, partners, bot_key, pipeline
):
    names = [f"n{number}" for number in range(6)]
    async with slow_north_and_quick_south(partners) as (both, slow, _):
        for name in names:
            await outbox.enqueue("sealed", "north", "K7M-4QX", name)

        async def put_back():
            return await pipeline.run("ZCARD", LATER) == len(names) - Pace().each

        async def settled():
            return not await outbox.waiting()

        pace, told = structs.replace(QUICK, tell_after=-1), []
        async with running(courier(outbox, both, bot_key, told, pace)):
            await until(put_back)
        assert slow.got == []
        waiting = [name.decode() for name in await pipeline.run("ZRANGE", LATER, 0, -1)]
        assert [outcome for _, outcome in told] == ["waiting"] * len(waiting)  # once each
        for name in waiting:
            stored = await pipeline.run("HMGET", f"{{s00}}:report:{name}", "attempts", "told")
            assert stored == [b"0", b"1"]
        slow.free.set()
        pace = structs.replace(QUICK, idle=0.05)
        async with running(courier(outbox, both, bot_key, pace=pace)):
            await until(settled)
    assert sorted(set(slow.got)) == names
