"""Who sent which report, so that a partner's question finds the witness.

Only this program can tell: a thread is encrypted, and the list of a chat's threads is named by a
pseudonym. A thread ends when the witness says so, erases the chat, or after a month without a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from bot.store.keys import tag

if TYPE_CHECKING:
    from bot.store.keyring import Keyring
    from bot.store.pipeline import Pipeline

KEPT: Final = 30 * 24 * 3600
"""Seconds for which a thread lasts after the last message about it."""

# Together with the outbox of reports (bot.delivery.queue): there are few of them.
_TAG: Final = tag(0)


class Thread(Struct, frozen=True, array_like=True):
    """The way back from a report. ``country`` is where it happened, perhaps empty;
    ``partner_name`` who has it, as the witness was told.
    """

    chat_id: int
    partner: str
    locale: str
    country: str
    partner_name: str = ""


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Thread).decode


class Threads:
    """Threads by the name of their report.

    Every method raises :class:`~bot.store.errors.StoreUnavailable`.
    """

    def __init__(self, pipeline: Pipeline, keyring: Keyring) -> None:
        self._redis = pipeline
        self._keyring = keyring

    async def open(self, report: str, thread: Thread) -> None:
        """Begin a thread, or make it last longer."""
        sealed = self._keyring.seal(_encode(thread), _context(report))
        mine = self._of_chat(thread.chat_id)[0]
        # First the list: a thread that is not on it could not be erased.
        await self._redis.run("SADD", mine, report)
        await self._redis.run("EXPIRE", mine, KEPT)
        await self._redis.run("SET", _thread(report), sealed, "EX", KEPT)

    async def get(self, report: str) -> Thread | None:
        """The thread, if it has neither ended nor expired."""
        sealed = await self._redis.run("GET", _thread(report))
        opened = self._keyring.open(sealed or b"", _context(report))
        return _decode(opened) if opened else None

    async def end(self, report: str) -> None:
        """Nothing leads from the report to its witness any more."""
        await self._redis.run("DEL", _thread(report), _asked(report))

    async def of_chat(self, chat_id: int) -> list[str]:
        """Names of the reports that a chat sent; some may have ended."""
        found: set[bytes] = set()
        for key in self._of_chat(chat_id):
            found |= set(await self._redis.run("SMEMBERS", key))
        return sorted(name.decode() for name in found)

    async def forget_chat(self, chat_id: int) -> None:
        """Forget that list."""
        await self._redis.run("DEL", *self._of_chat(chat_id))

    async def questions(self, report: str) -> set[str]:
        """Ids of the questions that were asked about a report."""
        found = await self._redis.run("SMEMBERS", _asked(report))
        return {question.decode() for question in found}

    async def asked(self, report: str, question: str) -> None:
        """Note that a question has reached the witness's chat."""
        await self._redis.run("SADD", _asked(report), question)
        await self._redis.run("EXPIRE", _asked(report), KEPT)

    def _of_chat(self, chat_id: int) -> list[str]:
        """Sets: by every key, since keys change while threads last; the newest first."""
        names = self._keyring.pseudonyms(f"threads:{chat_id}".encode())
        return [f"{_TAG}:threads:{name}" for name in names]


def _thread(report: str) -> str:
    """String: a sealed thread."""
    return f"{_TAG}:thread:{report}"


def _asked(report: str) -> str:
    """Set: ids of questions about a report."""
    return f"{_TAG}:asked:{report}"


def _context(report: str) -> bytes:
    return f"thread:{report}".encode()
