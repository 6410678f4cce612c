"""The updates that the bot has not confirmed yet, in the order in which they happened."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.local.storage import Storage

Update = dict[str, Any]

LIFETIME = 24 * 3600.0  # seconds that Telegram keeps an update
PRESS_LIFETIME = 150.0  # seconds that it keeps the press of a button
ON_REQUEST_ONLY = {"chat_member", "message_reaction", "message_reaction_count"}


class Pending(Struct):
    """An unconfirmed update. ``lane`` names the queue in which it waits for its turn."""

    update: Update
    lane: str
    date: float

    @property
    def update_id(self) -> int:
        """Its number; numbers grow by one."""
        number: int = self.update["update_id"]
        return number

    def expired(self, now: float) -> bool:
        """Whether Telegram would have given up on it (``now`` in Unix seconds)."""
        lifetime = PRESS_LIFETIME if "callback_query" in self.update else LIFETIME
        return now - self.date > lifetime


class UpdateQueue:
    """Unconfirmed updates; they survive a restart when the storage does."""

    def __init__(self, storage: Storage, clock: Callable[[], float]) -> None:
        self._storage = storage
        self._clock = clock
        self._last_id = msgspec.json.decode(storage.get("counter", "update_id") or b"0", type=int)
        stored = [msgspec.json.decode(raw, type=Pending) for raw in storage.all("update")]
        self._pending = {p.update_id: p for p in sorted(stored, key=lambda p: p.update_id)}
        self._again: list[Pending] = []
        self._repeats = itertools.count()
        self._arrived = asyncio.Event()
        self.allowed: list[str] = msgspec.json.decode(
            storage.get("counter", "allowed_updates") or b"[]", type=list[str]
        )
        self.on_add: Callable[[Pending], None] | None = None

    def __len__(self) -> int:
        return len(self._pending)

    def allow(self, kinds: list[str]) -> None:
        """Which kinds of update the bot wants from now on; an empty list means the usual ones."""
        self.allowed = kinds
        self._storage.put("counter", "allowed_updates", kinds)

    def add(self, fields: dict[str, Any], lane: str) -> Update:
        """Number an update and queue it. One that the bot did not ask for gets no number."""
        kind = next(iter(fields))
        if kind not in self.allowed if self.allowed else kind in ON_REQUEST_ONLY:
            return fields
        self._last_id += 1
        self._storage.put("counter", "update_id", self._last_id)
        pending = Pending({"update_id": self._last_id, **fields}, lane, self._clock())
        self._pending[self._last_id] = pending
        self._storage.put("update", self._last_id, pending)
        self._announce(pending)
        return pending.update

    def add_again(self, update: Update) -> None:
        """Deliver an update once more under its old number, in a queue of its own."""
        pending = Pending(update, f"again:{next(self._repeats)}", self._clock())
        self._again.append(pending)
        self._announce(pending)

    def _announce(self, pending: Pending) -> None:
        self._arrived.set()
        if self.on_add:
            self.on_add(pending)

    def all(self) -> list[Pending]:
        """Every update still alive, oldest first."""
        now = self._clock()
        for pending in [p for p in self._pending.values() if p.expired(now)]:
            self.confirm(pending)
        return self._again + list(self._pending.values())

    def take(self, offset: int, limit: int) -> list[Update]:
        """Updates from ``offset`` on; earlier ones are confirmed and forgotten.

        A negative offset keeps that many of the newest and forgets the others.
        """
        self._arrived.clear()
        waiting = self.all()
        if offset < 0:
            offset = max((p.update_id for p in waiting), default=0) + 1 + offset
        for pending in list(self._pending.values()):
            if pending.update_id < offset:
                self.confirm(pending)
        again, self._again = self._again[:limit], self._again[limit:]
        rest = list(self._pending.values())[: limit - len(again)]
        return [pending.update for pending in again + rest]

    def confirm(self, pending: Pending) -> None:
        """Forget an update: the bot has it."""
        if pending in self._again:
            self._again.remove(pending)
        elif self._pending.pop(pending.update_id, None):
            self._storage.remove("update", pending.update_id)

    def clear(self) -> None:
        """Forget everything that waits."""
        for pending in self.all():
            self.confirm(pending)

    async def wait(self) -> None:
        """Return when something has arrived since updates were last taken."""
        await self._arrived.wait()
