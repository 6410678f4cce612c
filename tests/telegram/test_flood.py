from __future__ import annotations

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from bot.conversation.events import Text
from bot.store.errors import StoreUnavailable
from bot.telegram.flood import (
    BURST,
    INLINE_BURST,
    RATE,
    TOLD_EVERY,
    UNDER_WAY,
    URGENT_EVERY,
    Gate,
    Paces,
)
from bot.telegram.updates import Blocked, Ignored, Incoming, Inline, Redirect, Update

WORDS, CRY = Text("a word"), Text("help")


class Door:
    """A gate, the clock by which it goes, and what comes through."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.handled: list[Update] = []
        self.told: list[int] = []
        self.closed: asyncio.Event | None = None
        self.registry = CollectorRegistry()
        self.gate = Gate(
            self.handle,
            urgent=lambda incoming: incoming.event == CRY,
            tell=lambda incoming: self.told.append(incoming.chat_id),
            registry=self.registry,
            clock=lambda: self.now,
        )

    async def handle(self, update: Update, _ride: object = None) -> None:
        self.handled.append(update)
        if self.closed is not None:
            await self.closed.wait()

    async def comes(self, update: Update, times: int = 1) -> int:
        """How many of them were handled."""
        before = len(self.handled)
        for _ in range(times):
            await self.gate.handle(update)
        return len(self.handled) - before

    def counted(self, reason: str) -> float | None:
        return self.registry.get_sample_value(
            "dontlookaway_updates_not_taken_total", {"reason": reason}
        )


@pytest.fixture
def door() -> Door:
    return Door()


def writes(chat_id: int = 5, event: Text = WORDS) -> Incoming:
    return Incoming(1, chat_id, event)


async def test_who_writes_as_fast_as_people_do_is_always_heard(door: Door) -> None:
    for _ in range(1000):
        door.now += 1 / RATE
        assert await door.comes(writes()) == 1
    door.now += 60
    assert await door.comes(writes(), BURST) == BURST


async def test_what_comes_faster_is_passed_over_and_the_chat_told_now_and_then(door: Door) -> None:
    assert await door.comes(writes(), BURST + 50) == BURST
    assert door.told == [5]
    door.now += 1
    assert await door.comes(writes(), 50) == RATE
    door.now += TOLD_EVERY
    assert await door.comes(writes(), BURST + 50) == BURST
    assert door.told == [5, 5]
    assert door.counted("flood") == 50 + 50 - RATE + 50


async def test_a_chat_that_floods_takes_nothing_from_another(door: Door) -> None:
    await door.comes(writes(5), BURST + 50)
    assert await door.comes(writes(6), BURST) == BURST


async def test_help_is_given_in_a_flood_but_not_endlessly(door: Door) -> None:
    await door.comes(writes(), BURST + 50)
    assert await door.comes(writes(event=CRY), 20) == 1
    for _ in range(3):  # no more than what anybody gets, and one besides
        door.now += URGENT_EVERY
        assert await door.comes(writes(), 20) == RATE
        assert await door.comes(writes(event=CRY), 20) == 1


async def test_groups_and_inline_queries_have_their_rates(door: Door) -> None:
    assert await door.comes(Redirect(1, -7), BURST + 50) == BURST
    assert await door.comes(Inline(1, "q"), INLINE_BURST + 50) == INLINE_BURST
    assert not door.told


async def test_who_blocks_the_bot_is_always_believed(door: Door) -> None:
    assert await door.comes(Blocked(1, 5), 2 * BURST) == 2 * BURST
    assert await door.comes(Ignored(1, "empty"), 2 * BURST) == 2 * BURST


async def test_too_many_under_way_are_left_with_telegram_except_for_help(door: Door) -> None:
    door.closed = asyncio.Event()
    waiting = [asyncio.create_task(door.comes(writes(chat))) for chat in range(UNDER_WAY)]
    while len(door.handled) < UNDER_WAY:  # noqa: ASYNC110
        await asyncio.sleep(0)
    with pytest.raises(StoreUnavailable):
        await door.comes(writes(1000))
    assert door.counted("busy") == 1
    waiting.append(asyncio.create_task(door.comes(writes(1001, CRY))))
    while len(door.handled) < UNDER_WAY + 1:  # noqa: ASYNC110
        await asyncio.sleep(0)
    door.closed.set()
    await asyncio.gather(*waiting)
    assert await door.comes(writes(1000)) == 1


def test_no_more_sources_are_watched_than_there_is_room_for() -> None:
    paces = Paces(1.0, 1, room=100, clock=lambda: 0.0)
    for source in range(1000):
        assert paces.passes(source)
    assert len(paces) == 100
    assert not paces.passes(999)
    assert paces.passes(0)  # long silent, and forgotten
