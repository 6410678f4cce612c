"""Whose turn it is: a partner that answers slowly, or never, holds up no other."""

from __future__ import annotations

import time
from collections import Counter, defaultdict, deque
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

PAUSE: Final = 1.0
"""Seconds for which a letter is put back at least."""
APART: Final = 0.02
"""Seconds between two that come back, lest many that wait keep Redis busy."""


class _PutBack(NamedTuple):
    id: str
    until: float


class Turns:
    """Requests under way, at most ``each`` to one partner, and the letters put back meanwhile.

    In memory only: what is put back comes back by itself. ``clock`` gives seconds.
    """

    def __init__(self, each: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._each = each
        self._clock = clock
        self._under_way = Counter[str]()
        self._put_back = defaultdict[str, deque[_PutBack]](deque)

    def begin(self, partner: str) -> bool:
        """Whether a request may go to this partner now; it then counts until :meth:`end`."""
        if self._under_way[partner] >= self._each:
            return False
        self._under_way[partner] += 1
        return True

    def put_back(self, partner: str, letter_id: str) -> float:
        """Seconds for which to put a letter back."""
        waiting, now = self._waiting(partner), self._clock()
        until = max(now + PAUSE, waiting[-1].until + APART if waiting else now)
        waiting.append(_PutBack(letter_id, until))
        return until - now

    def end(self, partner: str) -> str | None:
        """A request is over: which letter, if any, need not wait any longer."""
        self._under_way[partner] -= 1
        waiting = self._waiting(partner)
        return waiting.popleft().id if waiting else None

    def _waiting(self, partner: str) -> deque[_PutBack]:
        """Those that have not come back yet, in the order in which they will."""
        waiting, now = self._put_back[partner], self._clock()
        while waiting and waiting[0].until <= now:
            waiting.popleft()
        return waiting
