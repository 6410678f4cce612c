"""Where the clock of Redis stands, and which messages were late."""

from __future__ import annotations

import random

from bot.telegram.timing import CONSIDERED, Lateness, RedisClock


def test_many_replies_tell_the_time_better_than_each_of_them() -> None:
    chance = random.Random(6)
    clock = RedisClock()
    now = 50.0
    for _ in range(200):
        there, back = chance.uniform(0, 0.02), chance.uniform(0, 0.02)
        clock.note(1_000 + now + there, now, now + there + back)
        now += there + back
    assert abs(clock.ahead - 1_000) < 0.002


def test_a_clock_that_was_set_is_believed_at_once() -> None:
    clock = RedisClock()
    for now in (1.0, 2.0, 3.0):
        clock.note(1_000 + now, now - 0.001, now + 0.001)
    clock.note(504.0, 3.999, 4.001)
    assert abs(clock.ahead - 500) < 0.002


def test_what_is_beyond_the_quickest_answer_is_late() -> None:
    lateness = Lateness()
    for number in range(100):  # the way takes 80 ms, for all of them
        lateness.note(number, number / 100, number / 100 + 0.08)
    assert lateness.take(2 + CONSIDERED) == []
    lateness.note(100, 2.0, 2.11)
    assert lateness.take(2.11) == []  # not judged yet
    (only,) = lateness.take(2.11 + CONSIDERED)
    assert only == (100, 2.03)
    assert lateness.take(3.0) == []


def test_the_first_answers_are_judged_by_quicker_ones_after_them() -> None:
    lateness = Lateness()
    lateness.note(1, 0.0, 0.25)  # over a new connection
    lateness.note(2, 0.27, 0.28)
    ((number, counted),) = lateness.take(1.0)
    assert (number, round(counted, 6)) == (1, 0.24)


def test_of_a_stall_only_the_first_is_told_and_what_comes_after_its_end() -> None:
    lateness = Lateness()
    lateness.note(0, 0.0, 0.0)
    for number in range(1, 9):
        lateness.note(number, number / 100, 0.2 + number / 100_000)
    lateness.note(9, 0.21, 0.35)
    told = lateness.take(1.0)
    assert [number for number, _ in told] == [1, 9]


def test_a_way_that_became_longer_is_the_way_after_a_while() -> None:
    lateness = Lateness()
    lateness.note(0, 0.0, 0.01)
    told: list[int] = []
    for number in range(1, 400):
        moment = number / 10
        lateness.note(number, moment, moment + 0.1)
        told += [number for number, _ in lateness.take(moment + 0.1)]
    assert 1 in told
    assert 90 < len(told) < 210
    assert max(told) < 210
