"""One limit on what is sent, for all replicas together.

Telegram counts messages over any second, so slots are handed out evenly spaced, a little slower
than allowed, by one Lua script on the clock of Redis. There are two lanes on the one timeline.
*Answers* to people who are chatting take the next free slot. *Pushes* of a campaign get what is
left: they never have more than 25 ms of slots reserved (one slot, where slots are further apart),
so that is how long an answer waits for them. Telegram does not bind answers to the rate, so if
there are more of them than slots, they go out all the same and the pushes make up for it.

While no campaign is being sent an answer costs no round trip and nobody is held back: Telegram lets
the bursts of a lively conversation pass, and says itself when it is too much. During a campaign
that would stop all pushes; so a chat then gets a short burst and after it one answer a second. That
pace is kept in this process, since one process at a time answers a chat.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.store import keys
from bot.store.errors import StoreUnavailable
from bot.telegram import limits
from bot.telegram.api import wait_asked
from bot.telegram.request import NotSent
from bot.telegram.timing import Lateness, RedisClock

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from bot.store.pipeline import Pipeline

PACE: Final = 0.985
"""Part of the limit that is used: what is sent evenly may still arrive a little unevenly."""
LATE: Final = 0.020
"""Seconds by which a slot may be missed; after that it is thrown away."""
EARLY: Final = 0.0005
"""Seconds by which timers may be early without being set again."""
REDIS_PATIENCE: Final = 0.1
"""Seconds an answer waits for Redis to give it a slot. A child in danger comes first."""
ANSWER_TRIES: Final = 3
"""Slots that an answer asks for when this process stood still and missed the one it had: a message
that leaves late is one too many for the second it leaves in. After that it goes all the same."""
SLOT_PATIENCE: Final = 1.0
"""Seconds a push that missed its slot waits for another one."""
BURST: Final = 5
"""Answers that one chat gets at once during a campaign, and then one a second."""
LONGEST_HOLD: Final = 60.0
"""Seconds for which pushes rest at most when Telegram asks to wait; if need be it asks again."""
ONE_CHAT_RESTS: Final = 5.0
"""Seconds that a push is kept at most before it fails, when its chat alone has had too much."""
REMEMBERED: Final = 4096
"""Chats whose pace is kept before those are dropped that have been quiet."""


class Slot(Struct, frozen=True):
    """The moment at which a push to a chat may leave, as :func:`time.monotonic` tells it.

    ``number`` is its place among all slots.
    """

    chat: int | str
    run: str
    at: float
    number: int = 0


class Reserved(Struct, frozen=True):
    """Slots for the first ``len(slots)`` of the chats asked for.

    ``state`` is that of the run, "gone" when there is none; only "sending" gets slots. ``wait`` is
    the time in seconds after which asking again is worth it, at most one.
    """

    slots: tuple[Slot, ...]
    state: str
    wait: float


class Withheld(NotSent):
    """A push missed its slot and got no other in time, or its run is not being sent any more."""

    __slots__ = ()


class _Script:
    def __init__(self, name: str) -> None:
        self.source = (Path(__file__).parent / "lua" / f"{name}.lua").read_text("ascii")
        self.digest = hashlib.sha1(self.source.encode(), usedforsecurity=False).hexdigest()


_RESERVE: Final = _Script("reserve")
_HOLD: Final = _Script("hold")
_LIMIT: Final = f"{keys.tag(0)}:limit"
_LATE: Final = f"{_LIMIT}:late"
_CHATS: Final = f"{_LIMIT}:chats"
_TOLD: Final = f"{_LIMIT}:told"


class RateLimiter(BaseRateLimiter[Slot]):
    """Keeps Telegram's limits, in :class:`~bot.telegram.api.Api` or as python-telegram-bot's own.

    ``per_second`` is the limit for all replicas, 1 to 1,000, or a function that tells it. While
    ``busy`` is set, answers take slots too, and a chat's own pace is kept; whoever sends pushes
    sets it in every replica. ``missed`` counts the slots that this process had to throw away.

    When Telegram asks to wait, the pushes of all replicas rest for so long, a minute at most: after
    a push, or when two chats are told within a second. One chat alone may have had too much for
    itself, as that of whoever taps without end, which must not stop a campaign. Answers in other
    chats go on: they are not what fills the limit, and somebody may need a phone number now. The
    error itself is raised to whoever made the call.
    """

    def __init__(
        self, pipeline: Pipeline, *, per_second: Callable[[], float] | float = 30.0
    ) -> None:
        self._redis = pipeline
        self._per_second = per_second
        self._clock = RedisClock()
        self._lateness = Lateness()
        self._rest = 0.0
        self._paces: dict[int | str, float] = {}
        self._room = REMEMBERED
        self.busy = False
        self.missed = 0

    async def initialize(self) -> None:
        """Nothing is needed."""

    async def shutdown(self) -> None:
        """Nothing is held."""

    async def reserve(self, chats: Sequence[int], run_key: str) -> Reserved:
        """Slots for pushes to these chats, in their order, as far as there are any within 25 ms.

        ``run_key`` is the key of the run's hash in Redis, empty for a push of no run. A chat that
        may not get one yet keeps those behind it waiting too. Raises
        :class:`~bot.store.errors.StoreUnavailable`.
        """
        return await self._ask("push", chats, run_key)

    def at_once(self, chat: int) -> bool:
        """Whether an answer to a person may leave now without taking a slot; it is counted then."""
        now = time.monotonic()
        if self.busy or chat <= 0 or self._paces.get(chat, now) + 1.0 - now > BURST:
            return False
        self._pace(chat)
        return True

    async def process_request(  # noqa: PLR0917 - the base class has it so
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Slot | None,
    ) -> Any:
        """Make a call when its time has come: a push at its slot, an answer as soon as it may.

        Raises what the call raises, :class:`Withheld` for a push, and
        :class:`telegram.error.RetryAfter` for an answer to a group that has had its 20 a minute.
        """
        slot = rate_limit_args
        if slot is not None:
            slot = await self._wait_for(slot)
        elif (chat := data.get("chat_id")) is not None and _is_message(endpoint):
            slot = await self._take_turn(chat)
        try:
            result = await callback(*args, **kwargs)
        except RetryAfter as error:
            await self._obey(
                wait_asked(error), data.get("chat_id"), push=rate_limit_args is not None
            )
            raise
        if slot is not None:
            self._lateness.note(slot.number, slot.at, time.monotonic())
        return result

    async def _wait_for(self, slot: Slot) -> Slot:
        """Until this slot has come, or another one when it was missed."""
        deadline = max(time.monotonic(), slot.at) + SLOT_PATIENCE
        while True:
            await _sleep_until(slot.at)
            now = time.monotonic()
            if now - slot.at <= LATE and self._rest <= now:
                return slot
            self.missed += 1
            slot = await self._another(slot, deadline)

    async def _another(self, lost: Slot, deadline: float) -> Slot:
        while True:
            try:
                reserved = await self._ask("again", (lost.chat,), lost.run)
            except StoreUnavailable:
                raise Withheld("Not sent: Redis is away, so no slot can be had.") from None
            if reserved.slots:
                return reserved.slots[0]
            if lost.run and reserved.state != "sending":
                raise Withheld("Not sent: this run is not being sent any more.")
            if time.monotonic() + reserved.wait > deadline:
                raise Withheld("Not sent: there was no other slot in time.")
            await asyncio.sleep(reserved.wait)

    async def _take_turn(self, chat: int | str) -> Slot | None:
        """Let an answer wait for its chat's own pace and, where there are pushes, for a slot."""
        in_group = not (isinstance(chat, int) and chat > 0)
        if not in_group:
            if not self.busy:
                return None
            if wait := self._pace(chat):
                await asyncio.sleep(wait)
        slot = None
        for _ in range(ANSWER_TRIES):
            try:
                async with asyncio.timeout(REDIS_PATIENCE):
                    reserved = await self._ask("answer", (chat,), "")
            except TimeoutError:
                continue
            except StoreUnavailable:
                return None
            if not reserved.slots:
                raise RetryAfter(math.ceil(reserved.wait))
            (slot,) = reserved.slots
            await _sleep_until(slot.at)
            if time.monotonic() - slot.at <= LATE:
                return slot
        return slot

    def _pace(self, chat: int | str) -> float:
        """Seconds to wait for the next answer to this chat, which is then counted."""
        now = time.monotonic()
        if len(self._paces) >= self._room:
            self._paces = {key: ends for key, ends in self._paces.items() if ends > now}
            self._room = max(REMEMBERED, 2 * len(self._paces))
        ends = max(self._paces.get(chat, now), now) + 1.0
        self._paces[chat] = ends
        return max(0.0, ends - now - BURST)

    async def _obey(self, seconds: float, chat: int | str | None, *, push: bool) -> None:
        """Let all pushes rest; of a chat that has had too much for itself, this one alone."""
        if chat is None:
            return
        rest = min(seconds, LONGEST_HOLD)
        lane = "push" if push else "answer"
        try:
            async with asyncio.timeout(REDIS_PATIENCE):
                held = await self._redis.script(
                    _HOLD.digest,
                    _HOLD.source,
                    (_LIMIT, _TOLD),
                    (math.ceil(rest * 1e6), "", chat, lane),
                )
        except (StoreUnavailable, TimeoutError):
            held = push  # this process rests; the others will be told by Telegram
        if held:
            self._rest = max(self._rest, time.monotonic() + rest)
        elif push:
            await asyncio.sleep(min(seconds, ONE_CHAT_RESTS))

    async def _ask(self, lane: str, chats: Sequence[int | str], run_key: str) -> Reserved:
        rate = self._per_second() if callable(self._per_second) else self._per_second
        rate = min(max(rate, 1.0), limits.PAID_MESSAGES_PER_SECOND)
        names = [str(chat) for chat in chats]
        groups = (f"{_LIMIT}:group:{name}" for name in names if not name.isdigit())
        before = time.monotonic()
        late = [
            round(part)
            for number, counted in self._lateness.take(before)
            for part in (number, (counted + self._clock.ahead) * 1e6)
        ]
        now, state, wait, number, *slots = await self._redis.script(
            _RESERVE.digest,
            _RESERVE.source,
            (_LIMIT, _LATE, _CHATS, run_key or _LIMIT, *groups),
            (lane, int(rate), round(1e6 / (rate * PACE)), "", len(late) // 2, *late, *names),
        )
        self._clock.note(now / 1e6, before, time.monotonic())
        ahead = self._clock.ahead
        given = enumerate(zip(chats, slots, strict=False), number)
        return Reserved(
            tuple(Slot(chat, run_key, at / 1e6 - ahead, place) for place, (chat, at) in given),
            state.decode(),
            wait / 1e6,
        )


def _is_message(endpoint: str) -> bool:
    return endpoint.startswith(("send", "copy", "forward")) and endpoint != "sendChatAction"


async def _sleep_until(moment: float) -> None:
    while (ahead := moment - time.monotonic()) > EARLY:  # noqa: ASYNC110 - a timer may be early
        await asyncio.sleep(ahead)
