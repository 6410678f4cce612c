"""Figures that are too many for a round trip each: added up in memory, stored every few seconds."""

from __future__ import annotations

import asyncio
import collections
import logging
from typing import TYPE_CHECKING, Final

from bot.store.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.store.counters import Counters

PAUSE: Final = 5.0
"""Seconds between two writes; a process that is killed loses the figures of the last ones."""

_log = logging.getLogger(__name__)


class Tally:
    """Counts names that the content makes, of which there are only so many.

    What is counted around midnight (UTC) may go to the day after.
    """

    def __init__(self, counters: Counters, pause: float = PAUSE) -> None:
        self._counters = counters
        self._pause = pause
        self._counts: collections.Counter[str] = collections.Counter()

    def add(self, names: Iterable[str]) -> None:
        """Count one more of each."""
        for name in names:
            self._counts[name] += 1

    async def flush(self) -> None:
        """Store what was counted; while Redis is away, it is kept for the next time."""
        if not self._counts:
            return
        counts, self._counts = self._counts, collections.Counter()
        try:
            await self._counters.add_all(counts)
        except StoreUnavailable:
            self._counts.update(counts)
            _log.info("Redis is away; figures are stored later.")

    async def run(self) -> None:
        """Store what was counted, every few seconds, for ever."""
        while True:
            await asyncio.sleep(self._pause)
            await self.flush()
