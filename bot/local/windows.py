"""An exact count of what happens in any one second."""

from __future__ import annotations

import math
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW = 1.0  # seconds


class Windows:
    """Counts messages over sliding windows of one second, wherever they begin.

    ``total`` is how many there were, ``worst`` the most in any window, ``refused`` how many were
    sent back for the sake of ``most``, the number that a window may hold (``None``: any).
    ``clock`` tells seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._recent: deque[float] = deque()
        self.most: int | None = None
        self.total = 0
        self.worst = 0
        self.refused = 0

    def take(self) -> float:
        """0 when a message may pass, which counts it, else the seconds until one may."""
        now = self._clock()
        while self._recent and self._recent[0] <= now - WINDOW:
            self._recent.popleft()
        if self.most is not None and len(self._recent) >= self.most:
            self.refused += 1
            return max(self._recent[-self.most] + WINDOW - now, math.ulp(now))
        self._recent.append(now)
        self.total += 1
        self.worst = max(self.worst, len(self._recent))
        return 0.0

    def reset(self) -> None:
        """Count from nothing; ``most`` stays."""
        self._recent.clear()
        self.total = self.worst = self.refused = 0
