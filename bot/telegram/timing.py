"""Where the clock of Redis stands, and which messages were late."""

from __future__ import annotations

import math
from collections import deque
from typing import Final

DRIFT: Final = 1e-4
"""What two clocks may part by, in seconds a second."""
TOLERATED: Final = 0.012
"""Seconds that a message may be late without being told of: slots are far enough apart for it."""
CONSIDERED: Final = 0.3
"""Seconds after which it is judged how late an answer was: by then there have been quicker ones,
and what follows from it is due a second after it."""
REMEMBERED: Final = 10.0
"""Seconds for which the quickest answer stands for the way to Telegram, twice that at most."""


class RedisClock:
    """Where the clock of Redis stands beside :func:`time.monotonic`, both in seconds.

    A reply tells no more than that it was some time between question and answer; many of them
    together tell it to a fraction of a millisecond.
    """

    def __init__(self) -> None:
        self._least, self._most = -math.inf, math.inf
        self._noted = 0.0

    def note(self, redis: float, before: float, after: float) -> None:
        """Redis showed this time somewhen between ``before`` and ``after``."""
        drift = (after - self._noted) * DRIFT
        least, most = redis - after, redis - before
        self._least = max(self._least - drift, least)
        self._most = min(self._most + drift, most)
        if self._least > self._most:  # one of them was set, or this is another server
            self._least, self._most = least, most
        self._noted = after

    @property
    def ahead(self) -> float:
        """By how much the clock of Redis is ahead; the first reply must have been noted."""
        return (self._least + self._most) / 2


class Lateness:
    """Which messages Telegram has counted later than their slots were meant for.

    It counts a message some time before it answers. On the way that takes the same for all of
    them nobody gains or loses; what goes beyond the quickest answer may be a stall, after which
    many are counted at once. All times are those of :func:`time.monotonic`.
    """

    def __init__(self) -> None:
        self._quickest = self._quickest_before = math.inf
        self._since = 0.0
        self._slow: deque[tuple[int, float, float]] = deque()

    def note(self, number: int, slot: float, answered: float) -> None:
        """The message in this slot was answered at last."""
        if answered - self._since > REMEMBERED:
            self._quickest_before, self._quickest = self._quickest, math.inf
            self._since = answered
        took = answered - slot
        self._quickest = min(self._quickest, took)
        if took > TOLERATED:
            self._slow.append((number, slot, answered))

    def take(self, now: float) -> list[tuple[int, float]]:
        """(number of the slot, when its message was counted at the latest), each told once.

        Of those that make no difference beside another one, only that other one.
        """
        quickest = min(self._quickest, self._quickest_before)
        late = []
        while self._slow and self._slow[0][2] <= now - CONSIDERED:
            number, slot, answered = self._slow.popleft()
            if answered - quickest - slot > TOLERATED:
                late.append((number, answered - quickest))
        told: list[tuple[int, float]] = []
        for number, counted in sorted(late):
            if not told or counted > told[-1][1] + 0.001:
                told.append((number, counted))
        return told
