"""Freezing: who gets a run is written down when it begins, once, whatever dies meanwhile.

Every shard's subscribers are read page by page. What a page contributes and how far the shard is
are written by one script, so nobody is written down twice or forgotten when another replica goes
on after a death; and no more than some pages are in memory, whatever the audience.
"""

from __future__ import annotations

import asyncio
import random
import secrets
from collections import Counter
from typing import TYPE_CHECKING, Final

import msgspec

from bot.campaigns import keys
from bot.campaigns.chunk import MOST, Chunk
from bot.campaigns.scripts import Script
from bot.store.keys import SHARDS
from bot.store.subscribers import Subscriber, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.campaigns.audience import Target, Zones
    from bot.campaigns.runs import Runs
    from bot.store.pipeline import Argument, Pipeline
    from bot.store.subscribers import Subscribers

PAGE: Final = 2000
"""Subscribers in one page; some ms of work, for which others wait."""
TOGETHER: Final = 4
"""Shards read at a time."""
LEASE: Final = 5_000
"""ms without a page after which another replica goes on."""
LOOK: Final = 0.5
"""Seconds between two looks at shards that others are at."""
FIRST: Final = -(2**62)
"""Less than any chat id."""

_CLAIM = Script("claim")
_FREEZE = Script("freeze")
_SHARD_FROZEN = Script("shard_frozen")
_decode_all = msgspec.msgpack.Decoder(list[Subscriber]).decode


class Freezer:
    """Freezes audiences; any number of processes may do so together."""

    def __init__(self, pipeline: Pipeline, subscribers: Subscribers, runs: Runs) -> None:
        self._redis = pipeline
        self._subscribers = subscribers
        self._runs = runs
        self._me = secrets.token_hex(8)

    async def freeze(self, run_id: str, target: Target) -> None:
        """Write down the audience of a run that is *freezing*, which then is *sending*.

        Returns early when the run leaves that state. Raises
        :class:`~bot.store.errors.StoreUnavailable`; what was done by then stays done.
        """
        left = random.sample(range(SHARDS), SHARDS)  # replicas begin at different ones
        while left:
            run = await self._runs.get(run_id)
            if run is None or run.state != "freezing":
                return
            rooms = asyncio.Semaphore(TOGETHER)
            done = await asyncio.gather(
                *(self._shard(run_id, shard, target, rooms) for shard in left)
            )
            left = [shard for shard, is_done in zip(left, done, strict=True) if not is_done]
            if left:
                await asyncio.sleep(LOOK)

    async def _shard(
        self, run_id: str, shard: int, target: Target, rooms: asyncio.Semaphore
    ) -> bool:
        """Freeze one shard; false when that is another's for now, or the run is not freezing."""
        async with rooms:
            key = keys.frozen(shard, run_id)
            what, cursor, next_ordinal = await _CLAIM.run(self._redis, (key,), self._me, LEASE)
            if what == b"busy":
                return False
            if what == b"mine" and not await self._pages(
                run_id, shard, target, cursor, int(next_ordinal)
            ):
                return False
            await _SHARD_FROZEN.run(
                self._redis, (keys.run(run_id),), shard, SHARDS, self._runs.now()
            )
            return True

    async def _pages(
        self, run_id: str, shard: int, target: Target, cursor: bytes, ordinal: int
    ) -> bool:
        names = (
            keys.frozen(shard, run_id),
            keys.chunks(shard, run_id),
            keys.later(shard, run_id),
            keys.counts(shard, run_id),
        )
        state = await self._redis.run("HGET", keys.run(run_id), "state")
        while state == b"freezing":
            after = int(cursor) if cursor else FIRST
            page = await self._subscribers.page_raw(shard, after, PAGE)
            counts: Counter[str] = Counter()
            chunks: list[Argument] = []
            for due, chunk in _chunks(page, target, ordinal, counts):
                chunks += (due, chunk.encode())
                ordinal += len(chunk.chats)
            last = b"%d" % page[-1][0] if page else cursor
            written, state = await asyncio.gather(
                _FREEZE.run(
                    self._redis,
                    names,
                    *(self._me, cursor, last, ordinal, int(not page), LEASE, self._runs.now()),
                    *(len(counts), *(part for pair in counts.items() for part in pair)),
                    *chunks,
                ),
                self._redis.run("HGET", keys.run(run_id), "state"),
            )
            if not written:
                return False
            if not page:
                return True
            cursor = last
        return False


def _chunks(
    page: Sequence[tuple[int, bytes]], target: Target, ordinal: int, counts: Counter[str]
) -> Iterator[tuple[int, Chunk]]:
    """The chunks that a page makes, each with the time at which it can be sent (ms); counts
    everybody, and those for whom it is too late.
    """
    groups: dict[Zones, tuple[list[int], list[str]]] = {}
    for (chat_id, _), subscriber in zip(page, _opened(page), strict=True):
        if not target.fits(subscriber):
            continue
        zones = target.zones(subscriber)
        group = groups.get(zones)
        if group is None:
            group = groups[zones] = ([], [])
        group[0].append(chat_id)
        group[1].append(subscriber.locale)
    for zones, (chats, languages) in groups.items():
        base, decent, late = target.times(zones)
        for language, number in Counter(languages).items():
            counts[f"total.{language}"] += number
            if late:
                counts[f"missed.{language}"] += number
        if late:
            continue
        names = tuple(zone.key for zone in zones)
        for at in range(0, len(chats), MOST):
            chunk = Chunk(ordinal, chats[at : at + MOST], languages[at : at + MOST], names, base)
            ordinal += len(chunk.chats)
            yield decent, chunk


def _opened(page: Sequence[tuple[int, bytes]]) -> list[Subscriber]:
    """All subscribers of a page, decoded in one go."""
    whole = b"\xdc" + len(page).to_bytes(2, "big") + b"".join(packed for _, packed in page)
    try:
        return _decode_all(whole)
    except (msgspec.DecodeError, UnicodeDecodeError):  # one of them: the others are well
        return [unpack(packed) for _, packed in page]
