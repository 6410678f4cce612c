"""Counts what people do with a push: buttons they press, conversations that come of it."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final

from bot.campaigns import keys
from bot.campaigns.scripts import Script
from bot.conversation.events import Press
from bot.conversation.push import LINK
from bot.store.errors import StoreUnavailable
from bot.store.keys import shard

if TYPE_CHECKING:
    from bot.conversation.events import Event
    from bot.store.pipeline import Pipeline

KEPT: Final = 30 * 24 * 3_600_000
"""ms for which it is known who pressed a button, so that a conversation is counted once."""

_ABOUT: Final = re.compile(r"[a-z0-9-]{1,20}\.[a-z0-9-]{1,14}\.\d{4}-\d\d-\d\d")
_TAP = Script("tap")


class Taps:
    """Counts in the background: nobody waits for it, and a count may get lost."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._redis = pipeline
        self._tasks: set[asyncio.Task[None]] = set()

    def note(self, chat_id: int, event: Event, language: str) -> None:
        """Count an event that is a press of a button under a push."""
        if not isinstance(event, Press) or not event.data.startswith(LINK):
            return
        run = event.data.partition(":")[2].partition("~")[0]
        if _ABOUT.fullmatch(run):
            task = asyncio.create_task(self._count(chat_id, run, language))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def idle(self) -> None:
        """Wait until everything is counted."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def _count(self, chat_id: int, run: str, language: str) -> None:
        number = shard(chat_id)
        names = (keys.counts(number, run), keys.talked(number, run))
        try:
            await _TAP.run(self._redis, names, chat_id, language, KEPT)
        except StoreUnavailable:
            return
