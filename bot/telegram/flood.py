"""What is let in when more comes than people can write.

A chat gets a burst, as large as the number of messages that can be forwarded at once, and a steady
rate that no typing or tapping reaches: a witness in a hurry loses nothing. What comes faster is
passed over, and the chat is told so once a minute. What leads to help for a child in danger is
always answered, at most once a second in a chat that comes too fast.

Inline queries do not say for whom they are, so there is one rate for all of them; more than that
must not slow down the chats.

When too many updates are under way, further ones are left with Telegram for a moment. It opens
100 connections and no more, so that takes a stranger than Telegram, or updates that it repeats
while they are still being handled.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from prometheus_client import Counter

from bot.store.errors import StoreUnavailable
from bot.telegram.updates import Incoming, Inline, Redirect, Update

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from prometheus_client import CollectorRegistry

    from bot.telegram.calls import Ride

BURST: Final = 100
"""Updates of one chat that may come at once."""
RATE: Final = 5.0
"""Updates a second of one chat, on average."""
URGENT_EVERY: Final = 1.0
"""Seconds between two answers to a chat that comes too fast and needs help."""
TOLD_EVERY: Final = 60.0
"""Seconds between two notices that a chat comes too fast."""
INLINE_BURST: Final = 200
INLINE_RATE: Final = 100.0
"""Inline queries a second, of everybody together."""
UNDER_WAY: Final = 500
"""Updates that may be under way at once in this process."""
ROOM: Final = 10_000
"""Chats that are watched; the one longest silent is forgotten first. One takes about 150 bytes."""


class Paces:
    """How fast things come, by a number that names their source.

    Of each source ``burst`` pass at once, and then one ``every`` so many seconds.
    """

    def __init__(
        self,
        every: float,
        burst: int,
        *,
        room: int = ROOM,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._every = every
        self._ahead = every * (burst - 0.5)  # half a step for rounding
        self._room = room
        self._clock = clock
        self._due: dict[int, float] = {}  # when the next one would come at an even pace

    def __len__(self) -> int:
        return len(self._due)

    def passes(self, source: int) -> bool:
        """Count one thing; false, and not counted, when it comes too soon."""
        now = self._clock()
        due = max(self._due.pop(source, now), now)
        early = due - now > self._ahead
        self._due[source] = due if early else due + self._every
        if len(self._due) > self._room:
            del self._due[next(iter(self._due))]
        return not early


class Gate:
    """Hands updates on to ``handle``, unless there are too many of them.

    ``urgent`` says whether an answer helps a child in danger; ``tell`` lets a chat know that it
    comes too fast.
    """

    def __init__(
        self,
        handle: Callable[[Update, Ride | None], Awaitable[None]],
        *,
        urgent: Callable[[Incoming], bool],
        tell: Callable[[Incoming], None],
        registry: CollectorRegistry,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._handle = handle
        self._urgent = urgent
        self._tell = tell
        self._chats = Paces(1 / RATE, BURST, clock=clock)
        self._helped = Paces(URGENT_EVERY, 1, clock=clock)
        self._told = Paces(TOLD_EVERY, 1, clock=clock)
        self._inline = Paces(1 / INLINE_RATE, INLINE_BURST, clock=clock)
        self._under_way = 0
        not_taken = Counter(
            "dontlookaway_updates_not_taken",
            "Updates passed over, or left with Telegram for a moment, because there were too many.",
            ["reason"],
            registry=registry,
        )
        self._passed_over = not_taken.labels("flood")
        self._left = not_taken.labels("busy")

    async def handle(self, update: Update, ride: Ride | None = None) -> None:
        """Handle an update or pass it over.

        Raises :class:`~bot.store.errors.StoreUnavailable` when it should come again in a moment.
        """
        if not self._lets_in(update):
            self.pass_over(update)
            return
        if self._under_way >= UNDER_WAY and not self.helps(update):
            self._left.inc()
            raise StoreUnavailable("too many updates are under way")
        self._under_way += 1
        try:
            await self._handle(update, ride)
        finally:
            self._under_way -= 1

    def helps(self, update: Update) -> bool:
        """Whether the answer helps a child in danger."""
        return isinstance(update, Incoming) and self._urgent(update)

    def pass_over(self, update: Update) -> None:
        """Handle an update not at all; the chat is told so now and then."""
        self._passed_over.inc()
        if isinstance(update, Incoming) and self._told.passes(update.chat_id):
            self._tell(update)

    def _lets_in(self, update: Update) -> bool:
        if isinstance(update, Incoming):
            if self._chats.passes(update.chat_id):
                return True
            return self.helps(update) and self._helped.passes(update.chat_id)
        if isinstance(update, Redirect):
            return self._chats.passes(update.chat_id)
        return not isinstance(update, Inline) or self._inline.passes(0)
