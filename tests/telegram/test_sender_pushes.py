"""A push is made once: what became of it, and whether anybody can know."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from scripted_api import Answer, ScriptedApi, refusal

from bot.store.connect import connect
from bot.store.pipeline import Pipeline
from bot.telegram.api import Api
from bot.telegram.calls import Call
from bot.telegram.rate_limit import RateLimiter, Slot
from bot.telegram.sender import AFTER_TROUBLE, Failed, Gone, Later, Sender, Sent, Unknown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

RUN = "{s00}:wave:test"
PUSH = Call("sendMessage", {"chat_id": 5, "text": "Go <b>on</b>", "parse_mode": "HTML"})


@pytest.fixture
def server() -> ScriptedApi:
    return ScriptedApi()


@pytest.fixture
async def pipeline(redis_alone: Any) -> AsyncIterator[Pipeline]:
    pipeline = Pipeline(connect(redis_alone.url))
    await pipeline.run("HSET", RUN, "state", "sending")
    yield pipeline
    await pipeline.close()


async def push(api: Api, pipeline: Pipeline, late: float = 0.0) -> object:
    limiter = RateLimiter(pipeline)
    api.limit_by(limiter)
    (slot,) = (await limiter.reserve([5], RUN)).slots
    slot = Slot(5, RUN, slot.at - late, slot.number)
    return await Sender(api, pause=0.001).push(PUSH, slot)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (
            refusal(403, "Forbidden: bot was blocked by the user"),
            Gone("bot was blocked by the user"),
        ),
        (refusal(400, "Bad Request: chat not found"), Gone("Chat not found")),
        (refusal(400, "Bad Request: something new"), Failed("Something new")),
        (refusal(429, "Too Many Requests: retry after 3", retry_after=3), Later(3.0)),
        (refusal(500, "Internal Server Error"), Unknown("Internal Server Error")),
    ],
)
async def test_what_telegram_answers_is_the_outcome_at_once(
    server: ScriptedApi, pipeline: Pipeline, answer: Answer, outcome: object
) -> None:
    server.answers.append(answer)
    async with server.serving() as api:
        assert await push(api, pipeline) == outcome
    assert len(server.calls) == 1


async def test_a_push_that_telegram_may_have_seen_is_never_made_again(
    server: ScriptedApi, pipeline: Pipeline
) -> None:
    server.answers.append("hang up")
    async with server.serving() as api:
        assert isinstance(await push(api, pipeline), Unknown)
    assert len(server.calls) == 1


async def test_what_surely_was_not_sent_comes_later(
    server: ScriptedApi, pipeline: Pipeline
) -> None:
    api = Api.at("http://127.0.0.1:1", "1:A")  # nobody listens there
    await api.request.initialize()
    assert await push(api, pipeline) == Later(AFTER_TROUBLE)
    await api.request.shutdown()
    async with server.serving() as api:
        limiter = RateLimiter(pipeline)
        api.limit_by(limiter)
        await pipeline.run("HSET", RUN, "state", "paused")
        late = Slot(5, RUN, time.monotonic() - 1)
        assert await Sender(api).push(PUSH, late) == Later(AFTER_TROUBLE)
    assert server.calls == []


async def test_a_reduced_push_is_sent_at_a_slot_too(
    server: ScriptedApi, pipeline: Pipeline
) -> None:
    server.answers.append(refusal(400, "Bad Request: can't parse entities: whatever"))
    async with server.serving() as api:
        assert await push(api, pipeline, late=1.0) == Sent(7)
    assert [call[1]["text"] for call in server.calls] == ["Go <b>on</b>", "Go on"]
    slots = await pipeline.run("HGET", "{s00}:limit", "number")
    assert int(slots) >= 2
