"""Answers that ride back in the response to their update."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from chat_world import CHAT, World

from bot.conversation.events import Press
from bot.conversation.messages import Message
from bot.store import keys
from bot.telegram.calls import Call
from bot.telegram.rate_limit import BURST, RateLimiter
from bot.telegram.rides import RIDING, allowed, grave

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


class Response:
    """A response that Telegram gets, or one that goes ``astray`` on the way."""

    def __init__(self, world: World, *, full: bool = False, astray: bool = False) -> None:
        self._world = world
        self._full = full
        self._astray = astray
        self.taken: list[Call] = []

    async def ride(self, call: Call) -> bool:
        if self._full:
            return False
        self.taken.append(call)
        if not self._astray:
            await self._world.outgoing._sender.send(call)
        return True


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path) as world:
        yield world


async def test_a_single_answer_rides_and_counts_as_delivered(world: World) -> None:
    replica, response = world.replica(), Response(world)
    await replica.conversations.handle(world.update("hello"), response.ride)
    await replica.outbox.idle()
    assert [call.method for call in response.taken] == ["sendMessage"]
    assert not world.outgoing.of("sendMessage")
    assert (await replica.store.load(CHAT)).effects == ()
    await replica.conversations.handle(world.update("again"))
    assert world.said() == ["1: hello", "2: again"]


async def test_an_answer_that_finds_no_ride_is_sent(world: World) -> None:
    replica = world.replica()
    await replica.conversations.handle(world.update("hello"), Response(world, full=True).ride)
    assert world.said() == ["1: hello"]


async def test_of_several_messages_none_rides(world: World) -> None:
    replica, response = world.replica(), Response(world)
    await replica.conversations.handle(world.update("twice"), response.ride)
    assert not response.taken
    assert world.said() == ["1a", "1b"]


async def test_an_answer_whose_response_did_not_arrive_is_sent_when_the_update_returns(
    world: World,
) -> None:
    replica, update = world.replica(), world.update("hello")
    await replica.conversations.handle(update, Response(world, astray=True).ride)
    await replica.outbox.idle()
    assert world.said() == []
    await replica.conversations.handle(update, Response(world).ride)
    assert world.said() == ["1: hello"]
    await replica.conversations.handle(update, Response(world).ride)
    assert world.said() == ["1: hello"]


async def test_death_before_the_response_loses_nothing(world: World) -> None:
    """The update returns to another process, once the first one gives no sign of life."""
    dying, update = world.replica(), world.update("hello")
    never = asyncio.Event()

    async def ride(_call: Call) -> bool:
        return await never.wait()

    handling = asyncio.create_task(dying.conversations.handle(update, ride))
    while not (await dying.store.load(CHAT)).effects:  # noqa: ASYNC110 - committed, not answered
        await asyncio.sleep(0.01)
    handling.cancel()
    await asyncio.wait({handling})
    other = world.replica()
    await other.pipeline.run("DEL", keys.process(dying.outbox._me))
    await other.conversations.handle(update, Response(world).ride)
    await other.outbox.idle()
    assert world.said() == ["1: hello"]


async def test_a_press_that_changes_nothing_is_answered_on_the_way_back(world: World) -> None:
    replica, response = world.replica(), Response(world)
    await replica.conversations.handle(world.update("hello"))
    await replica.conversations.handle(world.update(Press("late")), response.ride)
    await replica.outbox.idle()
    (call,) = response.taken
    assert (call.method, call.params["text"]) == ("answerCallbackQuery", "an old button")
    assert not world.outgoing.of("answerCallbackQuery")


@pytest.mark.parametrize("said", ["report", "hotline", "draft", "erase"])
async def test_what_must_not_get_lost_does_not_ride(world: World, said: str) -> None:
    replica, response = world.replica(), Response(world)
    await replica.conversations.handle(world.update(said), response.ride)
    grave_or_many = said in {"report", "hotline", "erase"}
    assert bool(response.taken) is not grave_or_many


def test_flows_that_never_ride() -> None:
    for flow in ("urgent", "child", "report", "report_where"):
        assert grave([Message("a", flow="start"), Message("b", flow=flow)]), flow
    assert not grave([Message("a", flow="start"), Message("b", flow="tips")])


@pytest.mark.parametrize(
    ("setting", "riding"),
    [
        ("none", set()),
        ("edits", {"editMessageText", "answerCallbackQuery", "answerInlineQuery"}),
        (
            "all",
            {"editMessageText", "answerCallbackQuery", "answerInlineQuery", "sendMessage"},
        ),
    ],
)
async def test_the_setting_says_what_rides(setting: str, riding: set[str]) -> None:
    async def ride(_call: Call) -> bool:
        return True

    assert setting in RIDING
    taken = set()
    for method in ("sendMessage", "sendDocument", "editMessageText", "answerCallbackQuery"):
        take = allowed(ride, setting, lambda _chat: True)
        if take is not None and await take(Call(method, {"chat_id": 5})):
            taken.add(method)
    assert taken == riding - {"answerInlineQuery"}


async def test_what_may_leave_at_once_is_counted(world: World) -> None:
    limiter = RateLimiter(world.replica().pipeline)
    assert [limiter.at_once(5) for _ in range(7)] == [True] * BURST + [False] * (7 - BURST)
    assert limiter.at_once(6)
    assert not limiter.at_once(-6)  # a group
    limiter.busy = True  # there is a campaign: everything takes a slot
    assert not limiter.at_once(7)


async def test_a_message_rides_only_while_its_chat_may_get_one() -> None:
    async def ride(_call: Call) -> bool:
        return True

    take = allowed(ride, "all", lambda chat: chat == 5)
    assert take is not None
    assert await take(Call("sendMessage", {"chat_id": 5}))
    assert not await take(Call("sendMessage", {"chat_id": 6}))
