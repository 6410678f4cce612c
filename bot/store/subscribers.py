"""Who asked for messages, about what, and since when.

What a chat asked for is one packed string, changed by compare-and-set, so that two replicas that
change it at once lose nothing. Changes come from errands, which may run twice: each has a name, and
is made once.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot.conversation.profile import Profile, Trip, trip_until
from bot.conversation.subscription import MOST, TRIP, restored
from bot.store import keys
from bot.store.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.conversation.session import Session
    from bot.store.pipeline import Pipeline

__all__ = ["Subscriber", "Subscribers", "Trip"]

SOME: Final = 500
"""Subscribers looked through at a time: answers wait no longer than for a moment."""
DAILY: Final = 20 * 3600
"""Seconds for which nobody looks again for what is over."""
HOURLY: Final = 3600
"""Seconds between two looks whether it is time to."""
PAGE: Final = 4000
"""Subscribers that can be read in one go."""
IN_FLIGHT: Final = 3.0
"""Seconds that an end waits for a message that is on its way."""
GLANCE: Final = 0.02
"""Seconds between two looks whether it has arrived."""
ATTRIBUTED: Final = 7 * 24 * 3_600_000
"""Age (ms) up to which the last message is taken as the reason for an end."""
NAME_KEPT: Final = 3600
"""Seconds for which a change is known to have been made; a lease lasts half a minute."""
RACES: Final = 50
"""Changes of one chat by others that are waited for."""

_log = logging.getLogger(__name__)
_LUA = Path(__file__).parent / "lua"
_CHANGE = (_LUA / "subscription.lua").read_text("ascii")
_CHANGE_DIGEST = hashlib.sha1(_CHANGE.encode(), usedforsecurity=False).hexdigest()
_PAGE = (_LUA / "subscribers_page.lua").read_text("ascii")
_PAGE_DIGEST = hashlib.sha1(_PAGE.encode(), usedforsecurity=False).hexdigest()


class Subscriber(Struct, frozen=True, array_like=True, omit_defaults=True):
    """Somebody who asked for messages.

    ``topics`` gives for each when they agreed (Unix seconds) and the last day it is good for (an
    ordinal; 0: until they stop it). The rest is what :class:`~bot.conversation.profile.Profile`
    says.
    """

    locale: str = "en"
    topics: dict[str, tuple[int, int]] = {}
    home: str = ""
    audience: str = ""
    trip: Trip | None = None

    @property
    def profile(self) -> Profile:
        """What shapes their messages."""
        return Profile(self.locale, self.home, self.audience, self.trip)

    def on(self, day: date) -> Mapping[str, tuple[int, int]]:
        """The topics that are not over on a day."""
        today = day.toordinal()
        return {topic: each for topic, each in self.topics.items() if not 0 < each[1] < today}

    def following(self, profile: Profile) -> Subscriber:
        """The same topics with another profile; a trip lasts as long as the one remembered."""
        topics = dict(self.topics)
        if TRIP in topics:
            consent, _ = topics.pop(TRIP)
            if until := trip_until(profile.trip):
                topics[TRIP] = (consent, until)
        return Subscriber(profile.locale, topics, profile.home, profile.audience, profile.trip)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Subscriber)


def unpack(packed: bytes) -> Subscriber:
    """Open a packed subscriber.

    Never fails: who cannot be read asked for nothing, with a line in the log.
    """
    try:
        return _decoder.decode(packed)
    except (msgspec.DecodeError, UnicodeDecodeError):
        _log.error("A subscription cannot be read; did a newer version write it?")
        return Subscriber()


class Subscribers:
    """Subscriptions in Redis. Every method raises :class:`~bot.store.errors.StoreUnavailable`.

    ``clock`` tells seconds since 1970. Where a method takes a ``name``, a change of that name is
    made once in :data:`NAME_KEPT`, however often it is asked for.
    """

    def __init__(self, pipeline: Pipeline, *, clock: Callable[[], float] = time.time) -> None:
        self._redis = pipeline
        self._clock = clock

    async def get(self, chat_id: int) -> Subscriber | None:
        """What a chat asked for, as far as it is not over; ``None`` when nothing is on."""
        packed = await self._packed(chat_id)
        if not packed:
            return None
        found = unpack(packed)
        topics = dict(found.on(self._today()))
        return replace(found, topics=topics) if topics else None

    async def subscribe(
        self,
        chat_id: int,
        topic: str,
        until: int,
        profile: Profile,
        *,
        consent: int,
        name: str = "",
    ) -> None:
        """Note that a person agreed (at ``consent``, Unix seconds) to messages about a topic."""

        def with_topic(found: Subscriber) -> Subscriber:
            topics = {**found.topics, topic: (consent, until)}
            by_age = sorted(topics, key=lambda each: topics[each])
            for oldest in by_age[: max(0, len(topics) - MOST)]:
                del topics[oldest]
            return replace(found, topics=topics).following(profile)

        await self._change(chat_id, with_topic, name=name)

    async def update(self, chat_id: int, profile: Profile, *, name: str = "") -> None:
        """Follow what a subscriber changed about themselves; others stay what they are."""
        await self._change(chat_id, lambda found: found.following(profile), name=name)

    async def unsubscribe(self, chat_id: int, topic: str | None = None, *, name: str = "") -> bool:
        """End one topic, or all of them; false when there was nothing to end.

        Nothing that is sent afterwards reaches the chat: a message that is on its way is waited
        for, :data:`IN_FLIGHT` at most. What a chat got last in 7 days counts as the reason.
        """

        def without(found: Subscriber) -> Subscriber:
            kept = {each: said for each, said in found.topics.items() if topic and each != topic}
            return replace(found, topics=kept)

        ended = await self._change(chat_id, without, name=name, counts=True)
        await self._landed(chat_id)
        return ended

    async def forget(self, chat_id: int, *, name: str = "") -> None:
        """End everything, with what a chat was sent; for one that is erased."""
        await self.unsubscribe(chat_id, name=name)
        await self._redis.run("DEL", keys.pushed(chat_id))

    async def recall(self, chat_id: int, new: Session) -> Session:
        """The new session of a chat with what is kept of it, if it asked for messages."""
        found = await self.get(chat_id)
        return restored(new, found.profile, found.topics) if found else new

    async def page_raw(self, shard: int, after: int, count: int) -> list[tuple[int, bytes]]:
        """The next ``count`` (:data:`PAGE` at most) subscribers of a shard behind a chat id,
        ascending, packed: :func:`unpack` opens one. Topics that are over may be among theirs.

        Whoever stays subscribed while a shard is read is met once; an empty page is the end.
        """
        ids, packed = await self._redis.script(
            _PAGE_DIGEST,
            _PAGE,
            (keys.subscribers(shard), keys.subscriptions(shard)),
            (after, min(count, PAGE)),
        )
        return list(zip(map(int, ids), packed, strict=True))

    async def page(self, shard: int, after: int, count: int) -> list[tuple[int, Subscriber]]:
        """The same, opened."""
        found = await self.page_raw(shard, after, count)
        return [(chat_id, unpack(packed)) for chat_id, packed in found]

    async def drop_past(self, shard: int) -> None:
        """Forget in a shard what is over: an event, a trip, and with the last of them the rest."""
        after, today = 0, self._today()
        while page := await self.page(shard, after, SOME):
            after = page[-1][0]
            for chat_id, found in page:
                if len(found.on(today)) < len(found.topics) or not found.topics:
                    await self._change(chat_id, lambda same: same, name="")

    async def run(self) -> None:
        """Forget what is over, once a day, whichever replica comes to it."""
        while True:
            with contextlib.suppress(StoreUnavailable):
                key = keys.looked_through()
                if await self._redis.run("SET", key, "", "NX", "EX", DAILY):
                    for shard in range(keys.SHARDS):
                        await self.drop_past(shard)
            await asyncio.sleep(HOURLY)

    async def size(self) -> int:
        """How many chats asked for messages."""
        numbers = range(keys.SHARDS)
        sizes = await asyncio.gather(
            *(self._redis.run("ZCARD", keys.subscribers(number)) for number in numbers)
        )
        return sum(sizes)

    async def _packed(self, chat_id: int) -> bytes:
        key = keys.subscriptions(keys.shard(chat_id))
        return await self._redis.run("HGET", key, chat_id) or b""

    async def _change(
        self,
        chat_id: int,
        change: Callable[[Subscriber], Subscriber],
        *,
        name: str,
        counts: bool = False,
    ) -> bool:
        """Change what is stored; false when that made no difference."""
        last = await self._last_push(chat_id) if counts else None
        for _ in range(RACES):
            packed = await self._packed(chat_id)
            found = unpack(packed) if packed else Subscriber()
            changed = change(found)
            topics = dict(changed.on(self._today()))
            new = _encoder.encode(replace(changed, topics=topics)) if topics else b""
            if new == packed and not name:
                return False
            counted = last if last and new != packed else None
            if await self._exchange(chat_id, packed, new, name, counted):
                return new != packed
        raise StoreUnavailable("other replicas keep changing this chat's subscriptions")

    async def _exchange(
        self, chat_id: int, old: bytes, new: bytes, name: str, last: tuple[str, str] | None
    ) -> bool:
        number = keys.shard(chat_id)
        run, language = last or ("", "")
        return bool(
            await self._redis.script(
                _CHANGE_DIGEST,
                _CHANGE,
                (
                    keys.subscribers(number),
                    keys.subscriptions(number),
                    keys.changed_once(chat_id),
                    *((keys.wave_counts(number, run),) if run else ()),
                ),
                (chat_id, old, new, name, NAME_KEPT, f"unsubscribed.{language}"),
            )
        )

    async def _last_push(self, chat_id: int) -> tuple[str, str] | None:
        """Run and language of the last message of a campaign, if it is not long ago."""
        newest = await self._redis.run("LINDEX", keys.pushed(chat_id), 0)
        if newest is None:
            return None
        at, run, language = newest.decode().split(" ")
        return (run, language) if int(at) > self._clock() * 1000 - ATTRIBUTED else None

    async def _landed(self, chat_id: int) -> None:
        """Wait until no message is on its way to the chat."""
        key = keys.pushing(keys.shard(chat_id))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(IN_FLIGHT):
                while await self._redis.run("HEXISTS", key, chat_id):  # noqa: ASYNC110
                    await asyncio.sleep(GLANCE)

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock(), UTC).date()
