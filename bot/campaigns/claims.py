"""The chunks that this process has claimed: taken as they are needed, kept while it lives."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from bot.campaigns.held import Held
from bot.campaigns.marks import Mark
from bot.store.errors import StoreUnavailable
from bot.store.keys import SHARDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.campaigns.marks import Marks, Taken

READY: Final = 100
"""Recipients in claimed chunks who wait for a slot; the more, the more a death delays."""
TAKEN: Final = 2
"""Chunks that are claimed at a time."""
REFRESH: Final = 0.7
"""Seconds between two signs that claimed chunks are being sent to."""
AGAIN: Final = 0.5
"""Seconds until Redis is tried again."""
LOOK: Final = 0.25
"""Seconds between two looks for chunks when there were none."""
LONGEST_LOOK: Final = 2.0
"""The same while all that is left waits for its hour."""

_log = logging.getLogger(__name__)


class Claims:
    """``news`` is set when chunks came or the last one went: ``nothing_left`` says whether no
    process has any. ``settle`` is called for a chunk with something to write down or nobody to send
    to; ``counted`` hears how many are unknown; ``now`` tells ms since 1970.
    """

    def __init__(
        self,
        run_id: str,
        marks: Marks,
        *,
        now: Callable[[], int],
        settle: Callable[[Held], None],
        counted: Callable[[str, int], None],
    ) -> None:
        self._run = run_id
        self._marks = marks
        self._now = now
        self._settle = settle
        self._counted = counted
        self._held: dict[tuple[int, bytes], Held] = {}
        self._hungry = asyncio.Event()
        self.news = asyncio.Event()
        self.nothing_left = False

    @property
    def held(self) -> list[Held]:
        """The chunks, those that came first in front."""
        return list(self._held.values())

    def want(self) -> None:
        """Say that somebody had something sent; more chunks are claimed when few are ready."""
        if self._waiting() < READY:
            self._hungry.set()

    def drop(self, held: Held) -> None:
        """Have nothing more to do with a chunk."""
        self._held.pop(held.taken.name, None)

    def lose(self, held: Held) -> None:
        """Leave a chunk to the process that took it over."""
        held.lose()
        self.drop(held)

    async def fill(self) -> None:
        """Claim chunks, shard after shard, whenever few are ready; returns with the last one."""
        shard = random.randrange(SHARDS)  # noqa: S311 - no secret
        looks: dict[int, tuple[int, int]] = {}
        again = False
        while True:
            if self._waiting() >= READY:
                self._hungry.clear()
                await self._hungry.wait()
                continue
            try:
                look = await self._marks.take(shard, self._now(), TAKEN, again=again)
            except StoreUnavailable:
                again = True
                await asyncio.sleep(AGAIN)
                continue
            again = False
            looks = {} if self._hold(look.taken) else {**looks, shard: (look.left, look.due)}
            shard = (shard + 1) % SHARDS
            if len(looks) < SHARDS:
                continue
            if not self._held and not any(left for left, _ in looks.values()):
                self.nothing_left = True
                self.news.set()
                return
            await asyncio.sleep(self._pause_for(looks))
            looks.clear()

    async def refresh(self) -> None:
        """Keep the chunks for ever, but for those that another process took over."""
        while True:
            await asyncio.sleep(REFRESH)
            shards: dict[int, list[bytes]] = defaultdict(list)
            for shard, entry in self._held:
                shards[shard].append(entry)
            with contextlib.suppress(StoreUnavailable):
                for shard, entries in shards.items():
                    mine = await self._marks.refresh(shard, entries)
                    for entry in set(entries) - mine:
                        if (gone := self._held.get((shard, entry))) is not None:
                            self.lose(gone)

    def _hold(self, taken: Sequence[Taken]) -> bool:
        """Take chunks into the hand; false when there was none that is not there already."""
        new = [each for each in taken if each.name not in self._held]
        for each in new:
            held = self._held[each.name] = Held(each)
            lost = sorted(each.begun - each.done)
            if lost:
                _log.warning("%s: %d messages of a process that died.", self._run, len(lost))
                self._counted("unknown", len(lost))
            held.marks += (Mark(at, "unknown") for at in lost)
            if held.marks or not held.waiting:
                self._settle(held)
        if new:
            self.news.set()
        return bool(new)

    def _waiting(self) -> int:
        return sum(len(held.waiting) for held in self._held.values())

    def _pause_for(self, looks: dict[int, tuple[int, int]]) -> float:
        due = [due for _, due in looks.values() if due]
        if self._held or not due:
            return LOOK
        return min(LONGEST_LOOK, max(LOOK, (min(due) - self._now()) / 1000))
