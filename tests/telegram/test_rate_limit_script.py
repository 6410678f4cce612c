"""What the script promises, whatever is asked of it and when: with a clock that the test moves."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store.connect import connect
from bot.store.pipeline import Pipeline
from bot.telegram.rate_limit import _RESERVE, PACE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

SECOND = 1_000_000  # µs
AHEAD = 25_000
PATIENCE = 100_000
START = 1_800_000_000 * SECOND
LIMITS = st.sampled_from([1, 7, 30, 100, 300, 1000])
CHATS = st.integers(-3, 40).filter(bool)

relaxed = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Timeline:
    """The script, on keys of its own."""

    numbers = itertools.count()

    def __init__(self, pipeline: Pipeline, limit: int) -> None:
        self._redis = pipeline
        self._prefix = f"{{s00}}:{next(self.numbers)}"
        self.limit = limit
        self.interval = round(SECOND / (limit * PACE))
        self.now = START
        self.number = 0

    async def reserve(
        self, lane: str, chats: Sequence[int], late: Sequence[tuple[int, int]] = ()
    ) -> tuple[list[int], int]:
        """(slots, wait)."""
        groups = (f"{self._prefix}:{chat}" for chat in chats if chat < 0)
        limit = f"{self._prefix}:limit"
        now, state, wait, number, *slots = await self._redis.script(
            _RESERVE.digest,
            _RESERVE.source,
            (limit, f"{self._prefix}:late", f"{self._prefix}:chats", limit, *groups),
            (
                lane,
                self.limit,
                self.interval,
                self.now,
                len(late),
                *(part for one in late for part in one),
                *chats,
            ),
        )
        assert (now, state, number) == (self.now, b"", self.number + 1)
        self.number += len(slots)
        return slots, wait


@pytest.fixture
async def pipeline(redis_alone: Any) -> AsyncIterator[Pipeline]:
    pipeline = Pipeline(connect(redis_alone.url))
    yield pipeline
    await pipeline.close()


def worst(moments: Sequence[int], window: int = SECOND) -> int:
    """The most in any window."""
    moments = sorted(moments)
    begin = most = 0
    for place, moment in enumerate(moments):
        while moments[begin] <= moment - window:
            begin += 1
        most = max(most, place - begin + 1)
    return most


STEPS = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 700, 5_000, 24_000, 90_000, 400_000, 1_100_000]),
        st.sampled_from(["push", "push", "again", "answer"]),
        st.lists(CHATS, min_size=1, max_size=45),
    ),
    max_size=30,
)


@relaxed
@given(LIMITS, STEPS)
async def test_no_sequence_of_requests_breaks_a_limit(
    pipeline: Pipeline, limit: int, steps: list[tuple[int, str, list[int]]]
) -> None:
    timeline = Timeline(pipeline, limit)
    given_slots: list[int] = []
    hurried = 0
    groups: dict[int, list[int]] = {}
    pushes: dict[int, list[int]] = {}
    for pause, lane, chats in steps:
        timeline.now += pause
        asked = chats[:1] if lane == "answer" else chats
        slots, wait = await timeline.reserve(lane, asked)
        patience = PATIENCE if lane == "answer" else AHEAD
        assert all(timeline.now <= slot <= timeline.now + patience for slot in slots)
        assert slots == sorted(slots)
        assert wait >= 0
        if len(slots) < len(asked):
            assert wait > 0
        if lane == "answer" and asked[0] > 0:
            assert slots  # never held back
        hurried += lane == "answer" and slots[:1] == [timeline.now + PATIENCE]
        given_slots += slots
        for chat, slot in zip(asked, slots, strict=False):
            if chat < 0:
                groups.setdefault(chat, []).append(slot)
            elif lane == "push":
                pushes.setdefault(chat, []).append(slot)
    assert worst(given_slots) <= limit + hurried
    assert all(worst(slots, 60 * SECOND) <= 20 for slots in groups.values())
    assert all(worst(slots) <= 1 for slots in pushes.values())


@relaxed
@given(
    LIMITS,
    st.lists(
        st.tuples(st.sampled_from([1, 1_000, 12_000, 9_000_000]), st.sampled_from([1, 3, 60])),
        min_size=20,
        max_size=80,
    ),
)
async def test_whoever_asks_in_time_gets_all_there_is(
    pipeline: Pipeline, limit: int, steps: list[tuple[int, int]]
) -> None:
    timeline = Timeline(pipeline, limit)
    chats = itertools.count(1)
    slots: list[int] = []
    for pause, wanted in steps:
        found, wait = await timeline.reserve("push", list(itertools.islice(chats, wanted)))
        slots += found
        timeline.now += min(pause, wait)
    assert all(late - early <= timeline.interval for early, late in itertools.pairwise(slots))


@pytest.mark.parametrize("lane", ["push", "answer"])
async def test_a_group_gets_all_of_its_twenty_a_minute(pipeline: Pipeline, lane: str) -> None:
    timeline = Timeline(pipeline, 300)
    slots: list[int] = []
    while timeline.now < START + 200 * SECOND:
        found, wait = await timeline.reserve(lane, [-1])
        slots += found
        timeline.now += max(wait, 40_000)
    assert worst(slots, 60 * SECOND) == 20
    assert len(slots) == 80


async def test_a_chat_gets_a_push_a_second_behind_any_answer(pipeline: Pipeline) -> None:
    timeline = Timeline(pipeline, 300)
    slots, _ = await timeline.reserve("answer", [1])
    while timeline.now < START + 10 * SECOND:
        found, wait = await timeline.reserve("push", [1])
        slots += found
        timeline.now += max(wait, 1_000)
    assert len(slots) == 10
    assert all(SECOND <= late - early < 1.1 * SECOND for early, late in itertools.pairwise(slots))


STALLS = st.lists(
    st.tuples(st.integers(0, 4_000_000), st.integers(0, 100_000)), min_size=1, max_size=2
)


@settings(relaxed, max_examples=15)
@given(st.sampled_from([30, 100, 300, 1000]), STALLS)
async def test_what_a_stall_delays_counts_and_no_second_holds_too_many(
    pipeline: Pipeline, limit: int, stalls: list[tuple[int, int]]
) -> None:
    timeline = Timeline(pipeline, limit)
    chats = itertools.count(1)
    counted: list[int] = []
    late: list[tuple[int, int]] = []
    while timeline.now < START + 6 * SECOND:
        known = [one for one in late if one[1] <= timeline.now]
        late = [one for one in late if one[1] > timeline.now]
        first = timeline.number + 1
        wanted = list(itertools.islice(chats, 40))
        slots, wait = await timeline.reserve("push", wanted, known)
        for number, slot in enumerate(slots, first):
            # As the server counts it: what comes during a stall, at the end of it.
            ends = [START + at + x for at, x in stalls if START + at <= slot < START + at + x]
            moment = max([slot, *ends])
            counted.append(moment)
            if moment - slot > 12_000:
                late.append((number, moment))
        timeline.now += max(1_000, wait)
    assert worst(counted) <= limit
    lost = sum(length for _, length in stalls)
    assert len(counted) >= limit * PACE * (6 - lost / SECOND) * 0.99 - 2


async def test_standing_back_for_late_messages_takes_a_small_part_of_the_time(
    pipeline: Pipeline,
) -> None:
    timeline = Timeline(pipeline, 300)
    chats = itertools.count(1)
    total = 0
    late: list[tuple[int, int]] = []
    while timeline.now < START + 30 * SECOND:
        number = timeline.number
        slots, wait = await timeline.reserve("push", list(itertools.islice(chats, 20)), late)
        # The way is a bad one: every fifth message is counted up to half a second late.
        late = [
            (place, slot + 100_000 * (place % 25 // 5))
            for place, slot in enumerate(slots, number + 1)
            if place % 5 == 0
        ]
        total += len(slots)
        timeline.now += max(1_000, wait)
    assert total >= 300 * PACE * (30 * 0.97 - 1) - 2


async def test_many_answers_at_once_go_out_and_pushes_make_up_for_it(pipeline: Pipeline) -> None:
    timeline = Timeline(pipeline, 30)
    answers = [(await timeline.reserve("answer", [chat]))[0][0] for chat in range(1, 200)]
    assert max(answers) <= timeline.now + PATIENCE
    slots, wait = await timeline.reserve("push", [1000])
    assert (slots, wait) == ([], SECOND)
    timeline.now += 2 * SECOND
    slots, _ = await timeline.reserve("push", [1000])
    assert slots == [timeline.now]


async def test_a_clock_that_was_set_back_holds_nothing_up(pipeline: Pipeline) -> None:
    timeline = Timeline(pipeline, 30)
    await timeline.reserve("push", [1], [(1, START)])
    timeline.now -= 3600 * SECOND
    for _ in range(4):
        slots, wait = await timeline.reserve("push", [2])
        if slots:
            break
        timeline.now += wait
    assert slots
    assert timeline.now < START - 3597 * SECOND
