"""Partners that misbehave, vanish or ask too much, with a real Redis in between."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc.jwk import OKPKey
from running_bot import environment, running, until

from bot.conversation.effects import Deliver
from bot.delivery.courier import Courier, Outcome, Pace
from bot.delivery.desk import ENDED, MOST_QUESTIONS, Desk, News, TooManyQuestions
from bot.delivery.queue import Letter, Outbox
from bot.delivery.threads import Threads
from bot.local import LocalBotApi
from bot.reports.partners import Partner, Partners
from bot.store.connect import connect
from bot.store.embedded import EmbeddedRedis
from bot.store.errors import StoreUnavailable
from bot.store.keyring import Keyring
from bot.store.pipeline import Pipeline
from examples.partner_server import Hotline, stored

REPORT = "K7M-4QX-abcdefghijklmnop"
KEY = OKPKey.generate_key("X25519")
BOT_KEY = OKPKey.generate_key("Ed25519")
QUICK = Pace(first_delay=0.01, longest_delay=0.02, look=0.01, timeout=1, idle=0.2)


def north(endpoint: str = "https://north.example/") -> Partner:
    return Partner("north", "Hotline North", None, None, endpoint, KEY)


class Counter:
    """A desk, the partners of today, and the news it told."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.partners = Partners((north(),))
        self.news = list[News]()
        self.away = False
        self.outbox = Outbox(pipeline)
        self.desk = Desk(
            self.outbox,
            Threads(pipeline, Keyring([b"k" * 32])),
            partners=lambda: self.partners,
            tell=self.tell,
            zone=lambda _: None,
        )

    async def tell(self, news: News) -> None:
        await asyncio.sleep(0.01)  # as Telegram takes its time
        if self.away:
            self.away = False
            raise StoreUnavailable("Redis is away")
        self.news.append(news)

    async def send(self, report: str = REPORT) -> None:
        effect = Deliver(report, "north", "KE", "{}")
        await self.desk.deliver(4711, self.desk.delivery(effect, "en"))


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with EmbeddedRedis(tmp_path) as redis:
        pipeline = Pipeline(connect(redis.url))
        yield Counter(pipeline)
        await pipeline.close()


@contextlib.asynccontextmanager
async def delivering(counter: Counter, courier: Courier) -> AsyncIterator[None]:
    """Until nothing waits any more."""
    task = asyncio.create_task(courier.run())
    yield
    async with asyncio.timeout(10):
        while await counter.outbox.waiting():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert not task.done()
    task.cancel()
    await asyncio.wait({task})


@contextlib.asynccontextmanager
async def served(answer: object) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/reports", answer)  # type: ignore[arg-type]
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("/reports"))
    await server.close()


async def created(_: web.Request) -> web.Response:
    return web.Response(status=201)


async def test_one_report_that_cannot_be_settled_stops_no_other(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    failures = 2

    async def tell(letter: Letter, _: Outcome) -> None:
        nonlocal failures
        if letter.id == REPORT and failures:
            failures -= 1
            raise KeyError("room 412")

    async with served(created) as url:
        counter.partners = Partners((north(url),))
        await counter.send()
        await counter.send("AAA-AAA-second")
        courier = Courier(counter.outbox, lambda: counter.partners, lambda: BOT_KEY, tell, QUICK)
        async with delivering(counter, courier):
            pass
    assert failures == 0
    assert "KeyError" in caplog.text
    assert "412" not in caplog.text
    assert REPORT not in caplog.text


async def test_a_witness_hears_that_a_report_to_a_former_partner_did_not_arrive(
    counter: Counter,
) -> None:
    await counter.send()
    counter.partners = Partners()
    courier = Courier(
        counter.outbox, lambda: counter.partners, lambda: BOT_KEY, counter.desk.settled, QUICK
    )
    async with delivering(counter, courier):
        pass
    [news] = counter.news
    assert news.push.target == "followup/failed"
    assert news.push.values["followup_partner"] == "Hotline North"
    assert await counter.outbox.dead() == 1


@pytest.mark.parametrize("how", ["erased", "ended"])
async def test_a_way_back_ends_although_its_partner_has_left_and_comes_again(
    counter: Counter, how: str
) -> None:
    await counter.send()
    counter.partners = Partners()
    ended = {"report": REPORT, "name": ENDED, "document": "{}", "locale": "en"}
    await (counter.desk.forget(4711) if how == "erased" else counter.desk.follow_up(4711, ended))
    counter.partners = Partners((north(),))
    assert await counter.desk.ask(north(), REPORT, "Where are you?", "q") is False
    assert counter.news == []


async def test_many_questions_at_once_are_no_more_than_are_allowed(counter: Counter) -> None:
    await counter.send()
    asked = [counter.desk.ask(north(), REPORT, "And?", f"q{n}") for n in range(3 * MOST_QUESTIONS)]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert len(counter.news) == outcomes.count(True) == MOST_QUESTIONS
    assert sum(isinstance(each, TooManyQuestions) for each in outcomes) == 2 * MOST_QUESTIONS


async def test_one_question_sent_many_times_at_once_is_told_under_one_name(
    counter: Counter,
) -> None:
    await counter.send()
    asked = [counter.desk.ask(north(), REPORT, "And?", "q") for _ in range(10)]
    assert await asyncio.gather(*asked) == [True] * 10
    assert len(counter.news) == 1


async def test_that_an_answer_came_too_late_is_said_even_if_redis_was_away(
    counter: Counter,
) -> None:
    counter.away = True
    errand = {"report": REPORT, "name": "x1", "document": "{}", "locale": "en"}
    await counter.desk.follow_up(4711, errand)
    async with asyncio.timeout(5):
        while not counter.news:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert counter.news[0].push.target == "followup/closed"


async def huge(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(status=200)
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        for _ in range(1600):
            await response.write(b"x" * 65536)
    return response


async def drip(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(status=503)
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        for _ in range(50):
            await response.write(b"x")
            await asyncio.sleep(0.1)
    return response


async def elsewhere(_: web.Request) -> web.Response:
    raise web.HTTPTemporaryRedirect("http://127.0.0.1:9/")


async def shouting(_: web.Request) -> web.Response:
    return web.Response(status=429, headers={"Retry-After": "9" * 5000, "Set-Cookie": "a=b"})


@pytest.mark.parametrize("answer", [huge, drip, elsewhere, shouting])
async def test_odd_answers_of_a_partner_hold_nothing_up(counter: Counter, answer: object) -> None:
    """The odd one answers once, then as it should."""
    first = True

    async def receive(request: web.Request) -> web.StreamResponse:
        nonlocal first
        if first:
            first = False
            response: web.StreamResponse = await answer(request)  # type: ignore[operator]
            return response
        return web.Response(status=201)

    async with served(receive) as url:
        counter.partners = Partners((north(url),))
        await counter.send()
        courier = Courier(
            counter.outbox, lambda: counter.partners, lambda: BOT_KEY, counter.desk.settled, QUICK
        )
        async with delivering(counter, courier):
            pass
    assert [news.push.target for news in counter.news] == ["followup/received"]
    assert json.dumps(counter.news[0].push.values).count(REPORT) == 1


async def test_without_any_partner_left_what_waits_is_given_up_and_told(tmp_path: Path) -> None:
    async with LocalBotApi() as server, running(environment(server, tmp_path, "polling")) as bot:
        sam = server.person(3001)
        errand = {"report": REPORT, "partner": "north", "partner_name": "Hotline North"}
        more = {"locale": "en", "country": "KE", "sealed": "…"}
        await bot.desk.deliver(sam.chat.id, errand | more)
        await until(lambda: sam.chat.visible)
        assert "did not arrive at Hotline North" in sam.chat.visible[-1].text
        assert (tmp_path / "report-signing.json").exists() is False


def test_a_line_that_was_torn_in_a_crash_keeps_the_example_from_nothing(tmp_path: Path) -> None:
    """It was not answered, so the report comes again."""
    store = tmp_path / "reports.jsonl"
    store.write_text('{"id": "a", "reference": "r", "report": "{}"}\n{"id": "b", "refe')
    hotline = Hotline(KEY, BOT_KEY, store)
    hotline._keep({"id": "b", "reference": "r", "report": "{}"})
    assert [line["id"] for line in stored(store)] == ["a", "b"]
