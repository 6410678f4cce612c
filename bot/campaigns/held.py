"""A chunk in the hands of this process: who of it still waits, is under way, or is answered."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import asyncio

    from bot.campaigns.marks import Mark, Taken


class Held:
    """``waiting`` and the marks name positions in the chunk; ``under_way`` counts those to whom
    something is being sent; ``marks`` are still to be written down. A chunk is ``lost`` when
    another process took it over: what is under way ends here, all others are that one's.
    """

    def __init__(self, taken: Taken) -> None:
        self.taken = taken
        self.zones = tuple(ZoneInfo(name) for name in taken.chunk.zones)
        known = taken.done | taken.begun
        everybody = range(len(taken.chunk.chats))
        self.waiting = deque(at for at in everybody if at not in known)
        self.under_way = 0
        self.marks: list[Mark] = []
        self.settling: asyncio.Task[None] | None = None
        self.lost = False

    @property
    def quiet(self) -> bool:
        """Whether nothing of it is under way or to be written down."""
        return not self.under_way and not self.marks and self.settling is None

    def lose(self) -> None:
        """Leave everybody who waits to somebody else."""
        self.lost = True
        self.waiting.clear()
