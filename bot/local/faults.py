"""Trouble on demand: what Telegram, or the way to it, does on a bad day."""

from __future__ import annotations

import asyncio
import math
import time
from typing import Literal, TypeAlias

from msgspec import Struct

from bot.local.errors import BotApiError, too_many_requests
from bot.local.windows import Windows

Spoiled: TypeAlias = Literal["garbage", "cut", "nothing"]
"""How an answer is spoiled: something else comes instead, the connection closes in the middle of
it, or nothing ever comes.
"""


class Fault(Struct):
    """What happens to the next ``times`` calls of a method (``*``: of any).

    ``delay`` in seconds. ``drop`` closes the connection without an answer, either before the call
    has had its effect or after it. ``spoil`` has the call carried out and spoils its answer.
    """

    method: str
    times: int = 1
    error: BotApiError | None = None
    delay: float = 0.0
    drop: Literal["before", "after"] | None = None
    spoil: Spoiled | None = None


class Bucket:
    """Lets ``rate`` calls a second through, and ``burst`` at once."""

    def __init__(self, rate: float, burst: int) -> None:
        self.rate = rate
        self.burst = burst
        self.level = float(burst)
        self.filled = time.monotonic()

    def take(self) -> float:
        """0 when the call may pass, else the seconds until one may."""
        now = time.monotonic()
        self.level = min(self.burst, self.level + (now - self.filled) * self.rate)
        self.filled = now
        if self.level < 1:
            return (1 - self.level) / self.rate
        self.level -= 1
        return 0.0


class Faults:
    """The faults that lie ahead, and flood control when it is switched on.

    ``sent`` counts all messages, also while flood control is off.
    """

    def __init__(self) -> None:
        self._ahead: list[Fault] = []
        self._per_chat: tuple[float, int] | None = None
        self._chats: dict[int, Bucket] = {}
        self.sent = Windows()

    def add(self, fault: Fault) -> None:
        """Queue a fault behind those that already wait for the same method."""
        self._ahead.append(fault)

    def limit(self, per_chat: float, burst: int, overall: int) -> None:
        """Switch flood control on: messages a second to one chat, in one burst, and to all.

        No second, wherever it begins, holds more than ``overall``.
        """
        self._per_chat = (per_chat, burst)
        self._chats.clear()
        self.sent.most = overall

    def check_rate(self, chat_id: int) -> None:
        """Count a message to this chat. Raises 429 when it comes too soon."""
        wait = 0.0
        if self._per_chat is not None:
            wait = self._chats.setdefault(chat_id, Bucket(*self._per_chat)).take()
        wait = wait or self.sent.take()
        if wait:
            raise too_many_requests(math.ceil(wait))

    async def strike(self, method: str) -> Fault | None:
        """Let the next fault of this method happen: wait, raise, or tell the caller to drop."""
        for fault in self._ahead:
            if fault.method in (method, "*"):
                break
        else:
            return None
        fault.times -= 1
        if fault.times <= 0:
            self._ahead.remove(fault)
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.error:
            raise fault.error
        return fault
