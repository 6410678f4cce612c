from __future__ import annotations

import asyncio

import pytest

from bot.telegram.turnstiles import Turnstiles


async def test_one_chat_in_order_and_others_beside_it():
    turnstiles = Turnstiles()
    order = []

    async def pass_through(chat_id, name):
        async with turnstiles.hold(chat_id):
            order.append(name)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            order.append(name)

    await asyncio.gather(*(pass_through(*who) for who in [(1, "a"), (1, "b"), (2, "c")]))
    assert "".join(order).replace("c", "") == "aabb"
    assert order[:2] == ["a", "c"]
    assert len(turnstiles) == 0


async def test_whoever_gives_up_waiting_leaves_no_trace():
    turnstiles = Turnstiles()
    async with turnstiles.hold(1):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01), turnstiles.hold(1):
                raise AssertionError("two at once")
    async with turnstiles.hold(1):
        assert len(turnstiles) == 1
    assert len(turnstiles) == 0


async def test_who_gives_up_just_when_it_is_their_turn_passes_it_on() -> None:
    turnstiles = Turnstiles()
    came = []

    async def come(name: str) -> None:
        async with turnstiles.hold(1):
            came.append(name)

    holding = turnstiles.hold(1)
    await holding.__aenter__()
    given_up, next_one = asyncio.create_task(come("a")), asyncio.create_task(come("b"))
    await asyncio.sleep(0)
    await holding.__aexit__(None, None, None)  # it is the turn of the first one, who sleeps
    given_up.cancel()
    await asyncio.wait({given_up, next_one}, timeout=5)
    assert came == ["b"]
    assert not len(turnstiles)
