"""One at a time per chat, in the order of arrival, within this process."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Turnstiles:
    """A fair lock for every chat that anybody wants at the moment, and none for the others."""

    def __init__(self) -> None:
        self._locks: dict[int, asyncio.Lock] = {}
        self._wanted: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._locks)

    @contextlib.asynccontextmanager
    async def hold(self, chat_id: int) -> AsyncIterator[None]:
        """Wait for one's turn, and have the chat to oneself until the end of the block."""
        lock = self._locks.setdefault(chat_id, asyncio.Lock())
        self._wanted[chat_id] = self._wanted.get(chat_id, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._wanted[chat_id] -= 1
            if not self._wanted[chat_id]:
                del self._wanted[chat_id], self._locks[chat_id]
