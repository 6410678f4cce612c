"""How many messages there were in any one second."""

from __future__ import annotations

import aiohttp
from hypothesis import given
from hypothesis import strategies as st

from bot.local import LocalBotApi, Person
from bot.local.windows import Windows

MOMENTS = st.lists(st.integers(0, 400).map(lambda step: step / 100), max_size=60).map(sorted)


@given(MOMENTS)
def test_the_worst_window_is_the_worst_of_all(moments: list[float]) -> None:
    ahead = iter(moments)
    windows = Windows(clock=lambda: next(ahead))
    assert all(windows.take() == 0 for _ in moments)
    assert windows.total == len(moments)
    assert windows.worst == max(
        (sum(begin - 1 < moment <= begin for moment in moments) for begin in moments), default=0
    )


@given(MOMENTS, st.integers(1, 8))
def test_no_window_holds_more_than_it_may(moments: list[float], most: int) -> None:
    now = 0.0
    windows = Windows(clock=lambda: now)
    windows.most = most
    passed = []
    for moment in moments:
        now = moment
        wait = windows.take()
        if wait == 0:
            passed.append(now)
        else:  # it could not have passed a moment earlier than it is told
            assert len([old for old in passed if now + wait - 1 - 1e-9 <= old <= now]) >= most
    assert windows.worst <= most
    assert windows.refused == len(moments) - len(passed)
    assert all(late - early >= 1 for early, late in zip(passed, passed[most:], strict=False))


async def test_the_server_counts_and_refuses_what_is_too_much(
    server: LocalBotApi, http: aiohttp.ClientSession, ana: Person
) -> None:
    async def send(chat_id: int) -> int:
        async with http.post("sendMessage", json={"chat_id": chat_id, "text": "x"}) as response:
            return response.status

    assert [await send(42) for _ in range(5)] == [200] * 5
    assert await send(43) == 400
    assert (server.faults.sent.total, server.faults.sent.refused) == (5, 0)
    server.limit(per_chat=1000, burst=1000, overall=3)
    server.faults.sent.reset()
    assert {await send(42) for _ in range(40)} == {200, 429}
    counted = server.faults.sent
    assert counted.worst == 3
    assert counted.total + counted.refused == 40
