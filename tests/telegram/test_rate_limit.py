"""One limit for all replicas: slots from the one Redis, answers before pushes."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from telegram.error import RetryAfter
from telegram.ext import ApplicationBuilder, ExtBot

from bot.local import LocalBotApi
from bot.store.connect import connect
from bot.store.errors import StoreUnavailable
from bot.store.pipeline import Pipeline
from bot.telegram.api import Api, wait_asked
from bot.telegram.rate_limit import BURST, RateLimiter, Slot, Withheld

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

RUN = "{s00}:wave:test"
TOKEN = "1:TEST"
SECOND = 1_000_000  # µs
AHEAD = 25_000

Reply = list[Any]


class Recorded(Pipeline):
    """A pipeline that keeps what the scripts answered."""

    def __init__(self, url: str) -> None:
        super().__init__(connect(url))
        self.replies: list[Reply] = []

    async def script(self, *arguments: Any) -> Any:
        reply = await super().script(*arguments)
        if isinstance(reply, list):
            self.replies.append(reply)
        return reply


class Replica:
    """One of the processes: a limiter on a connection of its own."""

    def __init__(self, url: str, limit: float | Callable[[], float]) -> None:
        self.pipeline = Recorded(url)
        self.limiter = RateLimiter(self.pipeline, per_second=limit)
        self.called: list[float] = []

    async def send(
        self, chat: int | str = 1, slot: Slot | None = None, error: Exception | None = None
    ) -> object:
        """One message by the limiter's leave."""

        async def callback(what: str) -> bool:
            self.called.append(time.monotonic())
            if error:
                raise error
            return what == "message"

        data = {"chat_id": chat}
        return await self.limiter.process_request(
            callback, ("message",), {}, "sendMessage", data, slot
        )

    async def slot(self, chat: int) -> Slot:
        """For a push to one chat, as soon as there is one."""
        while not (reserved := await self.limiter.reserve([chat], RUN)).slots:  # noqa: ASYNC110
            await asyncio.sleep(reserved.wait)
        return reserved.slots[0]

    async def push_for(self, seconds: float, first: int) -> None:
        """Reserve slots for ever new chats and use none of them."""
        chats = itertools.count(first)
        ahead = list(itertools.islice(chats, 40))
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            reserved = await self.limiter.reserve(ahead, RUN)
            ahead = [*ahead[len(reserved.slots) :], *itertools.islice(chats, len(reserved.slots))]
            await asyncio.sleep(reserved.wait)


@pytest.fixture
async def replicas(redis: Any) -> AsyncIterator[Callable[..., list[Replica]]]:
    """``replicas(3, 30)``: three at a limit of 30, with a run that is being sent."""
    made: list[Replica] = []

    def make(number: int, limit: float | Callable[[], float] = 1000) -> list[Replica]:
        made.extend(Replica(redis.url, limit) for _ in range(number))
        return made

    setting = Pipeline(connect(redis.url))
    await setting.run("HSET", RUN, "state", "sending")
    yield make
    await setting.close()
    for replica in made:
        await replica.pipeline.close()


def slots_of(replicas: Sequence[Replica]) -> list[tuple[int, int, int]]:
    """(number, slot, when it was asked for) in µs of Redis, in their order."""
    return sorted(
        (reply[3] + place, at, reply[0])
        for replica in replicas
        for reply in replica.pipeline.replies
        for place, at in enumerate(reply[4:])
    )


def worst(moments: Sequence[int]) -> int:
    """The most in any window of one second."""
    moments = sorted(moments)
    begin = most = 0
    for place, moment in enumerate(moments):
        while moments[begin] <= moment - SECOND:
            begin += 1
        most = max(most, place - begin + 1)
    return most


@pytest.mark.parametrize("limit", [30, 300])
async def test_three_replicas_share_one_limit_and_waste_none_of_it(
    replicas: Callable[..., list[Replica]], limit: int
) -> None:
    three = replicas(3, limit)
    work = [replica.push_for(2, 1_000_000 * n) for n, replica in enumerate(three, 1)]
    await asyncio.gather(*work)
    slots = slots_of(three)
    assert [number for number, _, _ in slots] == list(range(1, len(slots) + 1))
    assert worst([at for _, at, _ in slots]) <= limit
    # However busy this machine is: where somebody asked in time, slots follow at 98.5 % of it.
    spaced = 0.0
    for (_, before, _), (_, at, asked) in itertools.pairwise(slots):
        assert at == asked or at - before <= SECOND / (0.985 * limit) + 2
        spaced += min(at - before, SECOND / (0.985 * limit))
    assert (len(slots) - 1) / (spaced / SECOND) >= 0.95 * limit
    assert all(at <= asked + AHEAD for _, at, asked in slots)


async def test_an_answer_takes_the_next_slot_and_pushes_what_is_left(
    replicas: Callable[..., list[Replica]],
) -> None:
    pushing, answering = replicas(2, 100)
    answering.limiter.busy = True
    chats = itertools.count(10)
    work = asyncio.create_task(pushing.push_for(1.5, 1000))
    while not work.done():
        await asyncio.gather(*(answering.send(next(chats)) for _ in range(4)))
    answers = slots_of([answering])
    pushes = slots_of([pushing])
    assert len(answers) > 8
    for number, at, asked in answers:
        assert at <= asked + AHEAD + 75_000
        before = [push for push in pushes if asked <= push[1] <= at]
        assert len(before) <= 1 + AHEAD * 98.5 / SECOND  # no more than were reserved already
        assert all(push[0] < number for push in before)
    assert worst([at for _, at, _ in answers + pushes]) <= 100


async def test_without_a_campaign_an_answer_costs_no_round_trip(
    replicas: Callable[..., list[Replica]],
) -> None:
    (replica,) = replicas(1)
    assert await replica.send()
    assert replica.pipeline.replies == []
    replica.limiter.busy = True
    assert await replica.send()
    assert len(replica.pipeline.replies) == 1


async def test_during_a_campaign_a_chat_gets_a_burst_of_answers_then_one_a_second(
    replicas: Callable[..., list[Replica]],
) -> None:
    (replica,) = replicas(1)
    assert all([await replica.send() for _ in range(40)])  # before a campaign
    replica.called.clear()
    replica.limiter.busy = True
    finished: list[int] = []

    async def send(chat: int) -> None:
        await replica.send(chat)
        finished.append(chat)

    began = time.monotonic()
    await asyncio.gather(*(send(1) for _ in range(BURST + 1)), send(2))
    assert sorted(finished[:-1]) == [1] * BURST + [2]
    assert finished[-1] == 1
    assert replica.called[-1] - began >= 0.99


async def test_a_group_gets_twenty_a_minute_from_all_replicas(
    replicas: Callable[..., list[Replica]],
) -> None:
    three = replicas(3)
    for number in range(20):
        assert await three[number % 3].send(-7)
    for replica in three:
        with pytest.raises(RetryAfter) as caught:
            await replica.send(-7)
        assert 40 < wait_asked(caught.value) <= 61
    assert sum(len(replica.called) for replica in three) == 20
    assert await three[0].send(-8)
    assert await three[0].send("@channel")
    reserved = await three[0].limiter.reserve([5, -7, 6], RUN)
    assert ([slot.chat for slot in reserved.slots], reserved.wait) == ([5], 1.0)


async def test_one_chat_gets_one_push_a_second(replicas: Callable[..., list[Replica]]) -> None:
    one, other = replicas(2)
    assert len((await one.limiter.reserve([1, 2], RUN)).slots) == 2
    reserved = await other.limiter.reserve([3, 2, 4], RUN)
    assert [slot.chat for slot in reserved.slots] == [3]
    assert 0.5 < reserved.wait <= 1.0
    for _ in range(3):
        await asyncio.sleep(reserved.wait)
        if (reserved := await other.limiter.reserve([2], RUN)).slots:
            break
    slots = slots_of([one, other])
    assert slots[-1][1] - slots[1][1] >= SECOND


@pytest.mark.parametrize("state", ["paused", "cancelled", "finished", None])
async def test_a_run_that_is_not_sent_gets_no_slots(
    replicas: Callable[..., list[Replica]], state: str | None
) -> None:
    one, other = replicas(2)
    reserved = await one.limiter.reserve([1], RUN)
    assert (len(reserved.slots), reserved.state) == (1, "sending")
    if state:
        await one.pipeline.run("HSET", RUN, "state", state)
    else:
        await one.pipeline.run("DEL", RUN)
    for replica in (one, other):
        stopped = await replica.limiter.reserve([2], RUN)
        assert (stopped.slots, stopped.state, stopped.wait) == ((), state or "gone", 1.0)
    assert (await one.limiter.reserve([3], "")).slots  # a push that belongs to no run


async def test_a_missed_slot_is_thrown_away_and_another_one_taken(
    replicas: Callable[..., list[Replica]],
) -> None:
    (replica,) = replicas(1)
    (slot,) = (await replica.limiter.reserve([1], RUN)).slots
    missed = Slot(1, RUN, slot.at - 0.5, slot.number)
    assert await replica.send(1, missed)
    assert replica.limiter.missed >= 1
    *_, (number, _, _) = slots_of([replica])
    assert number >= 2


async def test_a_push_leaves_at_its_slot_and_not_before(
    replicas: Callable[..., list[Replica]],
) -> None:
    (replica,) = replicas(1, 50)
    slots = (await replica.limiter.reserve([1, 2, 3], RUN)).slots
    assert len(slots) == 2
    await asyncio.gather(*(replica.send(slot.chat, slot) for slot in slots))
    assert replica.called[0] >= slots[0].at - 0.001
    assert replica.called[1] >= slots[1].at - 0.001


async def test_a_push_that_missed_its_slot_is_withheld_when_its_run_was_paused(
    replicas: Callable[..., list[Replica]],
) -> None:
    (replica,) = replicas(1)
    await replica.pipeline.run("HSET", RUN, "state", "paused")
    with pytest.raises(Withheld, match="not being sent any more"):
        await replica.send(1, Slot(1, RUN, time.monotonic() - 1))
    assert replica.called == []


async def test_when_telegram_asks_to_wait_all_pushes_wait_and_answers_go_on(
    replicas: Callable[..., list[Replica]],
) -> None:
    one, other = replicas(2)
    for replica in (one, other):
        replica.limiter.busy = True
    slots = (await one.limiter.reserve(range(9, 12), RUN)).slots
    both = asyncio.Barrier(2)

    async def refused(seconds: int) -> None:
        await both.wait()
        raise RetryAfter(seconds)

    pushes = [  # whichever comes first, none brings the end nearer
        one.limiter.process_request(
            refused, (seconds,), {}, "sendMessage", {"chat_id": slot.chat}, slot
        )
        for slot, seconds in zip(slots, (30, 2), strict=False)
    ]
    for error in await asyncio.gather(*pushes, return_exceptions=True):
        assert isinstance(error, RetryAfter)
    assert 20 < await rests(other) <= 30
    slot = slots[2]
    for replica in (one, other):
        reserved = await replica.limiter.reserve([2], RUN)
        assert (reserved.slots, reserved.state, reserved.wait) == ((), "sending", 1.0)
        assert await replica.send(3)
    with pytest.raises(Withheld):  # although it had a slot
        await one.send(11, slot)
    assert len(one.called) == 1


async def test_one_chat_that_has_had_too_much_holds_no_campaign_up(
    replicas: Callable[..., list[Replica]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.rate_limit.ONE_CHAT_RESTS", 0.3)
    one, other = replicas(2)
    for replica in (one, other, one):  # edits of somebody who taps without end
        with pytest.raises(RetryAfter):
            await replica.send(1, error=RetryAfter(30))
    # Nor does a push to that chat, which is kept for a moment.
    with pytest.raises(RetryAfter):
        await other.send(1, await other.slot(1), RetryAfter(30))
    assert time.monotonic() - other.called[-1] >= 0.3
    assert await rests(one) == 0
    for chat, replica in ((2, one), (3, other)):
        assert await replica.send(chat, await replica.slot(chat))


async def test_two_chats_that_are_told_at_the_same_time_hold_the_pushes_of_all(
    replicas: Callable[..., list[Replica]],
) -> None:
    one, other = replicas(2)
    told = [replica.send(chat, error=RetryAfter(30)) for chat, replica in ((1, one), (2, other))]
    assert all(
        isinstance(error, RetryAfter)
        for error in await asyncio.gather(*told, return_exceptions=True)
    )
    assert 20 < await rests(one) <= 30
    assert (await one.limiter.reserve([3], RUN)).slots == ()


async def test_pushes_rest_for_a_minute_at_most_and_longer_when_telegram_asks_again(
    replicas: Callable[..., list[Replica]],
) -> None:
    (replica,) = replicas(1)
    for chat in (1, 2):
        with pytest.raises(RetryAfter):
            await replica.send(chat, await replica.slot(chat), RetryAfter(86_400))
        assert 50 < await rests(replica) <= 60
        replica.limiter._rest = 0.0  # the minute is over
        await replica.pipeline.run("HDEL", "{s00}:limit", "rest")


async def test_without_redis_answers_are_sent_and_pushes_are_not() -> None:
    replica = Replica("redis://127.0.0.1:1", 30)
    replica.limiter.busy = True
    assert await replica.send(1)
    assert await replica.send(-7)
    with pytest.raises(StoreUnavailable):
        await replica.limiter.reserve([1], RUN)
    with pytest.raises(Withheld, match="Redis is away"):
        await replica.send(1, Slot(1, RUN, time.monotonic() - 1))
    with pytest.raises(RetryAfter):
        await replica.send(1, error=RetryAfter(3))
    assert len(replica.called) == 3
    await replica.pipeline.close()


async def test_the_limit_may_change_while_it_is_used(
    replicas: Callable[..., list[Replica]],
) -> None:
    limit = 0.0  # too little, too much: the nearest there is
    (replica,) = replicas(1, lambda: limit)
    for limit, interval in ((0.0, 1_015_228), (5_000.0, 1_015), (200.0, 5_076)):
        await replica.pipeline.run("DEL", "{s00}:limit")
        await replica.limiter.reserve([round(limit) + 1], RUN)
        free = int(await replica.pipeline.run("HGET", "{s00}:limit", "free"))
        *_, (_, at, _) = slots_of([replica])[-1:]
        assert free - replica.pipeline.replies[-1][4] == interval, at


async def rests(replica: Replica) -> float:
    """Seconds for which the pushes of all replicas rest; 0 when they do not."""
    rest = int(await replica.pipeline.run("HGET", "{s00}:limit", "rest") or 0)
    now, micro = map(int, await replica.pipeline.run("TIME"))
    return max(0.0, rest / SECOND - now - micro / SECOND)


@pytest.fixture
async def server() -> AsyncIterator[LocalBotApi]:
    async with LocalBotApi() as server:
        for number in range(1, 60):
            server.person(number)
        yield server


async def test_it_limits_the_librarys_own_bot(
    replicas: Callable[..., list[Replica]], server: LocalBotApi
) -> None:
    (replica,) = replicas(1, 500)
    replica.limiter.busy = True
    application = (
        ApplicationBuilder()
        .token(TOKEN)
        .base_url(f"{server.url}/bot")
        .rate_limiter(replica.limiter)
        .updater(None)
        .build()
    )
    async with application:
        bot = application.bot
        assert isinstance(bot, ExtBot)
        sent = await asyncio.gather(*(bot.send_message(n, "hello") for n in range(1, 30)))
        assert Counter(message.text for message in sent) == {"hello": 29}
        taken = len(slots_of([replica]))
        assert taken >= 29  # who misses a slot on a busy machine takes another
        assert await bot.get_me()
        await bot.send_chat_action(1, "typing")
        assert len(slots_of([replica])) == taken  # no messages
        (slot,) = (await replica.limiter.reserve([40], RUN)).slots
        await bot.send_message(40, "push", rate_limit_args=slot)
        server.limit(per_chat=0.1, burst=1, overall=1000)
        await bot.send_message(50, "one")
        slot = await replica.slot(50)
        with pytest.raises(RetryAfter):
            await bot.send_message(50, "too soon", rate_limit_args=slot)
        assert (await replica.limiter.reserve([41], RUN)).slots == ()


async def test_the_connection_of_the_bot_goes_through_it(
    replicas: Callable[..., list[Replica]], server: LocalBotApi
) -> None:
    (replica,) = replicas(1)
    api = Api.at(server.url, TOKEN)
    await api.request.initialize()
    api.limit_by(replica.limiter)
    params = {"chat_id": 1, "text": "x"}
    slots = (await replica.limiter.reserve([1, 2], RUN)).slots
    assert (await api.call("sendMessage", params, slot=slots[0]))["text"] == "x"
    await replica.pipeline.run("HSET", RUN, "state", "cancelled")
    with pytest.raises(Withheld):
        late = Slot(2, RUN, slots[1].at - 1)
        await api.call("sendMessage", {**params, "chat_id": 2}, slot=late)
    replica.limiter.busy = True
    await api.call("sendMessage", params, patience=3)
    assert len(slots_of([replica])) == 3
    assert server.messenger.chats[1].texts == ["x", "x"]
    assert server.messenger.chats[2].texts == []
    await api.request.shutdown()
