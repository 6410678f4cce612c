"""One at a time per chat, in the order of arrival, within this process."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


class Turnstiles:
    """A fair lock for every chat that anybody wants at the moment, and none for the others."""

    def __init__(self) -> None:
        self._held: dict[int, deque[asyncio.Future[None]]] = {}

    def __len__(self) -> int:
        return len(self._held)

    def hold(self, chat_id: int) -> _Turn:
        """Wait for one's turn, and have the chat to oneself until the end of the block."""
        return _Turn(self._held, chat_id)


class _Turn:
    """Made for every update: an ``asyncio.Lock`` behind a generator costs three times as much."""

    __slots__ = ("_chat_id", "_held")

    def __init__(self, held: dict[int, deque[asyncio.Future[None]]], chat_id: int) -> None:
        self._held = held
        self._chat_id = chat_id

    async def __aenter__(self) -> None:
        waiting = self._held.get(self._chat_id)
        if waiting is None:
            self._held[self._chat_id] = deque()
            return
        turn = asyncio.get_running_loop().create_future()
        waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it was this one's turn just then
                self._pass_on()
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        waiting = self._held[self._chat_id]
        while waiting:
            turn = waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        del self._held[self._chat_id]
