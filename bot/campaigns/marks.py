"""Chunks in Redis and the two marks of every recipient: begun before the send, done after it.

Who is begun and not done when a process dies may have got the message or not: they are *unknown*,
counted and listed, and never sent to again. Everybody else is sent to by whoever takes over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from bot.campaigns import keys
from bot.campaigns.chunk import Chunk
from bot.campaigns.scripts import Script
from bot.store.chats import MESSAGES_KEPT
from bot.store.keys import messages, pushed, pushing, record, subscriptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.store.pipeline import Pipeline

IDLE: Final = 2_500
"""ms after which a process that does not refresh its claims counts as dead."""
HOLD: Final = 10_000
"""ms for which a message on its way may hold somebody up who wants no more of them."""
WEEK: Final = 7 * 24 * 3_600_000  # ms

_TAKE = Script("take")
_REFRESH = Script("refresh")
_START = Script("start")
_DONE = Script("done")
_CLOSE = Script("close")
_DEFER = Script("defer")


class Taken(NamedTuple):
    """A chunk that this process sends to, under its ``entry`` in the stream of a shard.

    ``begun`` and ``done`` are positions in the chunk.
    """

    shard: int
    entry: bytes
    chunk: Chunk
    stored: bytes
    begun: frozenset[int]
    done: frozenset[int]

    @property
    def name(self) -> tuple[int, bytes]:
        """What tells it from all others: entries of two shards may be called the same."""
        return self.shard, self.entry


class Look(NamedTuple):
    """What a look into a shard found: ``left`` chunks there are, those under way included; ``due``
    is when the next of those that wait is (ms), 0 for none.
    """

    taken: list[Taken]
    left: int
    due: int


class Begun(NamedTuple):
    """Somebody to send to now: what they asked for, packed, and their record where wanted."""

    subscription: bytes
    record: bytes


class Mark(NamedTuple):
    """What became of the recipient at a ``position`` of a chunk; ``again`` is as if nothing had.

    ``messages`` are the ids of what they got, kept for the day on which they erase the chat.
    """

    position: int
    outcome: str
    messages: tuple[int, ...] = ()


class Marks:
    """The chunks of one run for one process, which is called ``me`` among all of them.

    Every method raises :class:`~bot.store.errors.StoreUnavailable`. Times are in ms since 1970.
    """

    def __init__(self, pipeline: Pipeline, run: str, me: str) -> None:
        self._redis = pipeline
        self._run = run
        self._claim = (keys.GROUP, me)

    async def take(self, shard: int, now: int, limit: int, *, again: bool = False) -> Look:
        """Claim up to ``limit`` chunks of a shard; those of the dead come first.

        With ``again``, when an answer may have been lost, those that are ours already come, too.
        """
        run = self._run
        names = (
            keys.chunks(shard, run),
            keys.later(shard, run),
            keys.started(shard, run),
            keys.done(shard, run),
        )
        found, left, due = await _TAKE.run(
            self._redis, names, *self._claim, now, IDLE, limit, int(again)
        )
        taken = [
            Taken(
                shard,
                entry,
                Chunk.decode(stored),
                stored,
                frozenset(at for at, mark in enumerate(marks) if mark in b"13"),
                frozenset(at for at, mark in enumerate(marks) if mark in b"23"),
            )
            for entry, stored, marks in found
        ]
        return Look(taken, left, due)

    async def refresh(self, shard: int, entries: Sequence[bytes]) -> set[bytes]:
        """Keep chunks; returns those that are still this process's."""
        key = keys.chunks(shard, self._run)
        return set(await _REFRESH.run(self._redis, (key,), *self._claim, *entries))

    async def start(
        self,
        taken: Taken,
        positions: Sequence[int],
        *,
        now: int,
        cap: int,
        records: bool,
        again: bool = False,
    ) -> list[Begun | str] | None:
        """Mark recipients before they are sent to; ``None`` when the chunk is not ours any more.

        For each: whom to send to; or ``taken`` (by another process), ``stopped`` or ``capped``,
        and these are accounted for. ``again`` says that the answer to the same call was lost.
        """
        chunk, shard, run = taken.chunk, taken.shard, self._run
        chats = [chunk.chats[at] for at in positions]
        names = (
            keys.chunks(shard, run),
            keys.started(shard, run),
            keys.done(shard, run),
            keys.counts(shard, run),
            subscriptions(shard),
            pushing(shard),
            *(name for chat in chats for name in (pushed(chat), record(chat))),
        )
        args = (
            *(*self._claim, taken.entry, run, now, cap, WEEK),
            *(int(records), int(again), HOLD),
            *(arg for at in positions for arg in self._names(chunk, at)),
        )
        answers = await _START.run(self._redis, names, *args)
        if answers is None:
            return None
        return [
            answer.decode() if isinstance(answer, bytes) else Begun(answer[0], answer[1] or b"")
            for answer in answers
        ]

    async def done(self, taken: Taken, marks: Sequence[Mark], now: int) -> None:
        """Account for recipients."""
        chunk, shard, run = taken.chunk, taken.shard, self._run
        chats = [chunk.chats[mark.position] for mark in marks]
        names = (
            keys.started(shard, run),
            keys.done(shard, run),
            keys.counts(shard, run),
            keys.unknown(shard, run),
            pushing(shard),
            *(name for chat in chats for name in (pushed(chat), messages(chat))),
        )
        each = (
            (*self._names(chunk, mark.position), mark.outcome, " ".join(map(str, mark.messages)))
            for mark in marks
        )
        args = (run, now, MESSAGES_KEPT, *(arg for args in each for arg in args))
        await _DONE.run(self._redis, names, *args)

    async def close(self, taken: Taken) -> bool:
        """Let a chunk go; false while somebody in it is not accounted for."""
        names = (keys.chunks(taken.shard, self._run), keys.done(taken.shard, self._run))
        chunk = taken.chunk
        args = (keys.GROUP, taken.entry, chunk.at, len(chunk.chats))
        return bool(await _CLOSE.run(self._redis, names, *args))

    async def defer(self, taken: Taken, until: int) -> bool:
        """Put a chunk off, or give it back when that is now; false when it is not ours any more."""
        names = (keys.chunks(taken.shard, self._run), keys.later(taken.shard, self._run))
        args = (*self._claim, taken.entry, taken.stored, until)
        return bool(await _DEFER.run(self._redis, names, *args))

    @staticmethod
    def _names(chunk: Chunk, at: int) -> tuple[int, int, str]:
        return chunk.at + at, chunk.chats[at], chunk.languages[at]
