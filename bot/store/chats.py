"""Loading and committing chat records: one round trip each.

What was last read or written here is remembered for a while, so a chat that talks on is not loaded
again. That cannot go wrong unnoticed: a commit on what has changed since fails, and brings back how
the record stands now. While Redis is in trouble nothing is remembered, so that its state is known
before anything is built on it.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from bot.store import keys
from bot.store.errors import StoreUnavailable
from bot.store.known import Known
from bot.store.record import Chat, decode, encode, next_revision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.store.keyring import Keyring
    from bot.store.pipeline import Argument, Pipeline

HOUR: Final = 3_600_000  # ms
KEPT: Final = 30 * 24 * HOUR
"""How long a chat is remembered after its last update."""
ERASED_KEPT: Final = 24 * HOUR
"""How long an erased chat's update ids stay: Telegram repeats an update for at most 24 hours."""
SECRET_KEPT: Final = 48 * HOUR
"""How long the sensitive part of a session is kept after the last update."""
MESSAGES_KEPT: Final = 48 * HOUR
"""Younger messages than that can be deleted (Bot API, deleteMessage)."""
ALIVE: Final = 3_000  # ms
"""How long after its last sign of life a process is believed dead."""
DUE_AT_ONCE: Final = 50
"""Chats of one shard that are looked after in one go."""

_COMMIT = (Path(__file__).parent / "lua" / "commit.lua").read_text("ascii")
_COMMIT_DIGEST = hashlib.sha1(_COMMIT.encode(), usedforsecurity=False).hexdigest()


class ChatStore:
    """Records of chats in Redis. Every method raises :class:`~bot.store.errors.StoreUnavailable`.

    ``clock`` tells seconds since 1970; replicas should agree on it to a few seconds.
    """

    def __init__(
        self, pipeline: Pipeline, keyring: Keyring, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._redis = pipeline
        self._keyring = keyring
        self._clock = clock
        self._known = Known()

    def now(self) -> int:
        """The time in ms since 1970."""
        return int(self._clock() * 1000)

    async def load(self, chat_id: int) -> Chat:
        """The chat as stored, a blank one if there is none; without secrets that have expired."""
        return self._current(self._read(chat_id, await self._run("GET", keys.record(chat_id))))

    def recall(self, chat_id: int) -> Chat | None:
        """The chat as it was last read or written here, if that is remembered, without expired
        secrets. It may have changed since, which a commit finds out.
        """
        chat = self._known.get(chat_id)
        return None if chat is None else self._current(chat)

    async def commit(
        self, chat_id: int, old: Chat, new: Chat, messages: Iterable[int] = ()
    ) -> Chat | None:
        """Put ``new`` in the place of ``old`` and return it with its revision.

        ``messages`` are ids of messages of this chat, to be deleted should the person wish so.
        Returns ``None`` and changes nothing when the chat is no longer as in ``old``; how it is
        now can then be recalled.
        """
        new = replace(new, revision=next_revision(old.revision))
        due = new.due
        if due is not None and new.owner:
            due = min(due, self.now() + ALIVE)  # should the owner die, it is noticed soon
        try:
            reply = await self._redis.script(
                _COMMIT_DIGEST,
                _COMMIT,
                keys.of_commit(chat_id),
                (
                    old.revision,
                    encode(new, chat_id, self._keyring),
                    KEPT if new.session else ERASED_KEPT,
                    chat_id,
                    "" if due is None else due,
                    self.now(),
                    MESSAGES_KEPT,
                    *messages,
                ),
            )
        except StoreUnavailable:
            self._known.clear()
            raise
        if reply == 1:
            self._known.put(chat_id, new)
            return new
        self._read(chat_id, reply)
        return None

    async def due(self) -> tuple[list[int], StoreUnavailable | None]:
        """Chats that need attention now, in one round trip; and why some may be missing."""
        self._known.tidy()
        found = await asyncio.gather(
            *(
                self._run(
                    "ZRANGEBYSCORE", keys.due(number), "-inf", self.now(), "LIMIT", 0, DUE_AT_ONCE
                )
                for number in range(keys.SHARDS)
            ),
            return_exceptions=True,
        )
        missing: StoreUnavailable | None = None
        chats: list[int] = []
        for shard in found:
            if isinstance(shard, StoreUnavailable):
                missing = shard
            elif isinstance(shard, BaseException):
                raise shard
            else:
                chats += map(int, shard)
        return chats, missing

    async def report_alive(self, process: bytes) -> None:
        """Give a sign of life; the next one should come well within :data:`ALIVE`."""
        await self._run("SET", keys.process(process), "", "PX", ALIVE)

    async def is_alive(self, process: bytes) -> bool:
        """Whether a process gave a sign of life recently."""
        return bool(await self._run("EXISTS", keys.process(process)))

    async def not_due(self, chat_id: int) -> None:
        """Take off the list a chat whose record has expired."""
        await self._run("ZREM", keys.due(keys.shard(chat_id)), chat_id)

    async def messages(self, chat_id: int) -> list[int]:
        """Ids of the messages of the last 48 hours, oldest first."""
        since = self.now() - MESSAGES_KEPT
        found = await self._run("ZRANGEBYSCORE", keys.messages(chat_id), f"({since}", "+inf")
        return [int(message_id) for message_id in found]

    async def forget_messages(self, chat_id: int) -> None:
        """Forget the ids of the chat's messages."""
        await self._run("DEL", keys.messages(chat_id))

    async def ping(self) -> None:
        """Do nothing but reach Redis."""
        await self._run("PING")

    def _read(self, chat_id: int, stored: bytes | None) -> Chat:
        chat = Chat() if stored is None else decode(stored, chat_id, self._keyring)
        self._known.put(chat_id, chat)
        return chat

    def _current(self, chat: Chat) -> Chat:
        if chat.secret and chat.secret_until <= self.now():
            return replace(chat, secret=b"")  # ``secret_until`` stays: it is still to be erased
        return chat

    async def _run(self, *command: Argument) -> Any:
        try:
            return await self._redis.run(*command)
        except StoreUnavailable:
            self._known.clear()
            raise
