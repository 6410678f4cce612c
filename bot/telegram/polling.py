"""Long polling that confirms an update only once it has been handled.

python-telegram-bot's own updater confirms with its next request whatever it has put into a queue
in memory, so a crash loses it. Here Telegram keeps an update until its answer is safe.

Telegram shows the 100 oldest updates that are not confirmed, and nothing behind them. So that
nobody in danger waits there:

* Of one chat no more are taken than its record remembers as applied, lest a crash apply them again;
  the rest is left for the next request. When that goes on for seconds, because the chat writes
  faster than it can be answered, its rest is passed over.
* When what waits for Redis takes half of that room, the oldest that have waited for long are
  answered with the way to help and let go.
* What leads to help goes ahead of the chat's own updates that wait for Redis.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from typing import TYPE_CHECKING, Any, Final

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.store.errors import StoreUnavailable
from bot.store.record import REMEMBERED_UPDATES
from bot.telegram import limits
from bot.telegram.api import wait_asked
from bot.telegram.attempts import Attempts, origin
from bot.telegram.unconfirmed import Unconfirmed
from bot.telegram.updates import SERVED, Blocked, Incoming, Redirect, Unblocked, Update, read

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.telegram.api import Api

_log = logging.getLogger(__name__)

LONG_POLL: Final = 50
"""Seconds that Telegram keeps a request open while there is nothing to deliver."""

GLANCE: Final = 0.5
"""Seconds between two requests while an update is held up, which Telegram would return at once."""

HELD: Final = 2.0
"""Seconds until an update that failed, or that the store could not take, is tried again."""

LONGEST_HELD: Final = 30.0
"""Seconds that an update waits for the store while there is little room for others."""

CROWDED: Final = 5.0
"""Seconds for which more of a chat may wait than is taken at once."""

FINISH: Final = 20.0
"""Seconds that updates under way get to finish when the bot stops."""

_LONGEST_PAUSE: Final = 30.0


class Poller:
    """Fetches updates and has each handled: several chats at once, the updates of a chat in order.

    ``handle`` gets every update, those to be ignored too. When it raises :class:`StoreUnavailable`
    the update is held and tried again for as long as it takes; when it raises anything else three
    times, the update goes to ``give_up`` instead. ``urgent`` says what leads to help for a child in
    danger, and ``pass_over`` is told what is not handled at all. ``username`` is the bot's own.
    ``held`` is the pause before another try, ``longest_held`` and ``crowded`` are
    :data:`LONGEST_HELD` and :data:`CROWDED`, in seconds.
    """

    def __init__(
        self,
        api: Api,
        handle: Callable[[Update], Awaitable[None]],
        give_up: Callable[[Update], Awaitable[None]],
        *,
        urgent: Callable[[Update], bool],
        pass_over: Callable[[Update], None],
        username: str = "",
        held: float = HELD,
        longest_held: float = LONGEST_HELD,
        crowded: float = CROWDED,
    ) -> None:
        self._api = api
        self._handle = handle
        self._give_up = give_up
        self._username = username
        self._urgent = urgent
        self._pass_over = pass_over
        self._held = held
        self._longest_held = longest_held
        self._crowded = crowded
        self._attempts = Attempts()
        self._unconfirmed = Unconfirmed()
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._last_of_chat: dict[int, asyncio.Task[None]] = {}
        self._holding: set[int] = set()  # chats with an update that waits for another try
        self._crowded_since: dict[int, float] = {}
        self._stop = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until ``stop`` is set, then let what is under way finish.

        Raises :class:`telegram.error.InvalidToken` when Telegram does not know the token; any
        other trouble is logged in one line and waited out.
        """
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: self._stop.set())
        try:
            await self._poll(stopping)
        finally:
            stopping.cancel()
            await self._finish()

    async def _poll(self, stopping: asyncio.Task[bool]) -> None:
        webhook_removed = False
        failures = 0
        while not stopping.done():
            try:
                if not webhook_removed:
                    await self._api.call("deleteWebhook", {"drop_pending_updates": False})
                    webhook_removed = True
                await self._fetch(stopping)
                failures = 0
            except InvalidToken:
                raise InvalidToken(
                    "Telegram does not know this bot: check TELEGRAM_BOT_TOKEN."
                ) from None
            except TelegramError as error:
                failures += 1
                pause = _pause(error, failures)
                _log.warning("%s Trying again in %.0f s.", _trouble(error), pause)
                await asyncio.wait([stopping], timeout=pause)

    async def _fetch(self, stopping: asyncio.Task[bool]) -> None:
        """Ask for updates once and set off the new ones."""
        if self._under_way:
            await asyncio.wait(list(self._under_way.values()), timeout=GLANCE)
        wait = 0 if self._under_way else LONG_POLL
        offset = self._unconfirmed.next_offset()
        request = asyncio.create_task(self._get_updates(offset, wait))
        await asyncio.wait([request, stopping], return_when=asyncio.FIRST_COMPLETED)
        if not request.done():
            request.cancel()
            await asyncio.wait([request])
            return
        updates = request.result()
        self._unconfirmed.confirm(offset)
        for chat in [one for one in self._crowded_since if not self._unconfirmed.of(one)]:
            del self._crowded_since[chat]
        for update in updates:
            self._set_off(update)

    async def _get_updates(
        self, offset: int, wait: int, limit: int = limits.UPDATES_AT_ONCE
    ) -> list[Any]:
        params = {
            "offset": offset,
            "timeout": wait,
            "limit": limit,
            "allowed_updates": SERVED,
        }
        updates = await self._api.call("getUpdates", params, patience=wait + 10)
        return updates if isinstance(updates, list) else []

    def _set_off(self, raw: dict[str, Any]) -> None:
        update = read(raw, username=self._username)
        update_id = update.update_id
        if update_id is None or update_id in self._unconfirmed:
            return
        chat = _chat(update)
        if self._unconfirmed.of(chat) >= REMEMBERED_UPDATES and not self._urgent(update):
            self._leave(update, update_id, chat)
            return
        self._unconfirmed.take(update_id, chat)
        earlier = self._last_of_chat.get(chat)
        task = asyncio.create_task(self._settle(update, update_id, chat, earlier))
        self._under_way[update_id] = self._last_of_chat[chat] = task
        task.add_done_callback(lambda done: self._settled(update_id, chat, done))

    def _leave(self, update: Update, update_id: int, chat: int) -> None:
        """Leave an update for the next request, or pass it over when that went on for too long."""
        now = time.monotonic()
        if now - self._crowded_since.setdefault(chat, now) < self._crowded:
            self._unconfirmed.leave(update_id)
            return
        self._unconfirmed.take(update_id, chat)
        self._unconfirmed.finish(update_id)
        self._pass_over(update)

    async def _settle(
        self, update: Update, update_id: int, chat: int, earlier: asyncio.Task[None] | None
    ) -> None:
        if earlier is not None:
            await self._take_turn(update, chat, earlier)
        began = time.monotonic()
        while True:
            try:
                await self._handle(update)
            except StoreUnavailable:
                late = time.monotonic() - began > self._longest_held
                if late and self._unconfirmed.behind(update_id) >= limits.UPDATES_AT_ONCE // 2:
                    await self._let_go(update)
                    break
                await self._hold(chat)
            except Exception as error:
                if self._attempts.failed(update_id):
                    await self._let_go(update)
                    break
                _log.warning("Update %d failed: %s. Trying again.", update_id, origin(error))
                await self._hold(chat)
            else:
                self._attempts.passed(update_id)
                break
        if earlier is not None:  # whoever comes next waits for both
            await asyncio.wait([earlier])

    async def _take_turn(self, update: Update, chat: int, earlier: asyncio.Task[None]) -> None:
        """Wait for the update before, unless that waits as well and somebody is in danger."""
        while not earlier.done():
            if chat in self._holding and self._urgent(update):
                return
            await asyncio.wait([earlier], timeout=GLANCE)
        if earlier.cancelled():
            raise asyncio.CancelledError

    async def _hold(self, chat: int) -> None:
        """Pause before another try; a bot that stops leaves the update with Telegram instead."""
        self._holding.add(chat)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), self._held)
                raise asyncio.CancelledError
        finally:
            self._holding.discard(chat)

    async def _let_go(self, update: Update) -> None:
        try:
            await self._give_up(update)
        except Exception as error:
            _log.error("Update %s was lost: %s.", update.update_id, origin(error))

    def _settled(self, update_id: int, chat: int, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        del self._under_way[update_id]
        if self._last_of_chat.get(chat) is task:
            del self._last_of_chat[chat]
        self._unconfirmed.finish(update_id)

    async def _finish(self) -> None:
        """Wait for what is under way, leave the rest with Telegram and confirm what is done."""
        if self._under_way:
            await asyncio.wait(list(self._under_way.values()), timeout=FINISH)
        for task in (left := list(self._under_way.values())):
            task.cancel()
        if left:
            await asyncio.wait(left)
        if offset := self._unconfirmed.next_offset():
            try:
                await self._get_updates(offset, 0, limit=1)
            except TelegramError as error:
                _log.warning("%s Some updates will be delivered once more.", _trouble(error))


def _chat(update: Update) -> int:
    """What must stay in order: a chat, or an update of no chat by itself."""
    if isinstance(update, Incoming | Redirect | Blocked | Unblocked):
        return update.chat_id
    return update.update_id or 0


def _pause(error: TelegramError, failures: int) -> float:
    if isinstance(error, RetryAfter):
        return wait_asked(error)
    return float(min(_LONGEST_PAUSE, 2 ** min(failures, 10) * 0.25) * random.uniform(0.5, 1.0))  # noqa: S311


def _trouble(error: TelegramError) -> str:
    if isinstance(error, Conflict):
        return "Another program fetches this bot's updates: run it only once per token."
    return f"Updates cannot be fetched: {error.message.rstrip('.')}."
