"""What this process last saw of chats, so that it need not ask again while they talk."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.store.record import Chat

ROOM: Final = 10_000
"""Chats; a talking one takes one to two kilobytes."""
KEPT: Final = 300.0
"""Seconds without a word after which a chat is forgotten; it may hold the draft of a report."""


class Known:
    """Records as they were last read or written here. Any of them may have changed since: whoever
    builds on one must commit, which compares revisions.
    """

    def __init__(
        self, *, room: int = ROOM, kept: float = KEPT, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._room = room
        self._kept = kept
        self._clock = clock
        self._chats: dict[int, tuple[float, Chat]] = {}  # the one seen last stands last

    def __len__(self) -> int:
        return len(self._chats)

    def get(self, chat_id: int) -> Chat | None:
        """The record, if it is known."""
        seen = self._chats.get(chat_id)
        return None if seen is None or seen[0] < self._clock() - self._kept else seen[1]

    def put(self, chat_id: int, chat: Chat | None) -> None:
        """Take down how a record stands now; ``None``, or one that is not stored, is forgotten."""
        self._chats.pop(chat_id, None)
        if chat is not None and chat.revision:
            self._chats[chat_id] = (self._clock(), chat)
            if len(self._chats) > self._room:
                del self._chats[next(iter(self._chats))]

    def tidy(self) -> None:
        """Forget who has been silent for too long."""
        oldest = self._clock() - self._kept
        while self._chats and next(iter(self._chats.values()))[0] < oldest:
            del self._chats[next(iter(self._chats))]

    def clear(self) -> None:
        """Forget everything."""
        self._chats.clear()
