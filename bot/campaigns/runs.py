"""Runs: waves that have come to their date, the state each is in, and what staff can do with it.

A run is *waiting* (its time has come, and nobody has approved it), *approved* (and not due yet),
*freezing* (its audience is being written down), *sending*, *paused*, *cancelled*, *finished*, or
*missed* (not begun in time). All of that is one hash in Redis, changed by scripts only, so it is
the same for every replica.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from msgspec import Struct

from bot.campaigns import keys
from bot.campaigns.scripts import Script
from bot.store.keys import SHARDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.knowledge.campaigns import Occurrence
    from bot.store.pipeline import Pipeline

    Chats: TypeAlias = "list[int]"  # inside of Runs, list is a method

State = Literal[
    "waiting", "approved", "freezing", "sending", "paused", "cancelled", "finished", "missed"
]
STATES: Final[tuple[State, ...]] = get_args(State)
BEGUN: Final = frozenset({"freezing", "sending", "paused"})
"""States of a run that has begun and is not over."""
OVER: Final = frozenset({"cancelled", "finished", "missed"})

OUTCOMES: Final = ("sent", "blocked", "failed", "unknown", "capped", "stopped", "missed")
"""What may become of a recipient; together they are as many as ``total``."""
ANSWERS: Final = ("sent", "blocked", "failed", "unknown")
"""Those of them to whom it was sent."""
AFTERWARDS: Final = ("unsubscribed", "taps", "conversations")
"""What people did after it."""

_APPROVE = Script("approve")
_TURN = Script("turn")


class Run(Struct, frozen=True):
    """A run as it stands. ``due`` is when its first recipient may get it; ``at_once`` whether staff
    sent it out of its time; ``by`` who approved it or changed it last; ``reason`` why it stands
    still; ``times`` when it came into each state it has been in; ``frozen`` how many of the
    :data:`~bot.store.keys.SHARDS` parts of its audience are written down.
    """

    id: str
    state: State
    due: datetime
    at_once: bool = False
    by: str = ""
    fingerprint: str = ""
    reason: str = ""
    times: Mapping[str, datetime] = {}
    frozen: int = 0
    photo: str = ""
    """Telegram's name for the picture, once it is uploaded."""
    tidied: bool = False
    """Whether what only sending needed is deleted."""

    @property
    def campaign(self) -> str:
        """The id of its campaign."""
        return self.id.split(".")[0]

    @property
    def wave(self) -> str:
        """The id of its wave."""
        return self.id.split(".")[1]

    @property
    def day(self) -> date:
        """The date of its occurrence."""
        return date.fromisoformat(self.id.split(".")[2])


class Runs:
    """All runs. Coroutines raise :class:`~bot.store.errors.StoreUnavailable`.

    ``clock`` tells seconds since 1970.
    """

    def __init__(self, pipeline: Pipeline, *, clock: Callable[[], float] = time.time) -> None:
        self._redis = pipeline
        self._clock = clock

    def now(self) -> int:
        """The time in ms since 1970."""
        return int(self._clock() * 1000)

    async def list(self) -> list[Run]:
        """All of the last 400 days, the latest first."""
        names = await self._redis.run("ZREVRANGE", keys.WAVES, 0, -1)
        found = await asyncio.gather(*(self.get(name.decode()) for name in names))
        return [run for run in found if run is not None]

    async def get(self, run_id: str) -> Run | None:
        """The run of this id, if it was ever approved or became due."""
        flat = await self._redis.run("HGETALL", keys.run(run_id))
        return _run(run_id, flat) if flat else None

    async def approve(
        self,
        occurrence: Occurrence,
        fingerprint: str,
        by: str,
        *,
        now: bool = False,
        standing: bool = False,
    ) -> Run:
        """Let it go out when it is due, or ``now``; one that is paused goes on, as it is today.

        ``fingerprint`` says what was approved; ``standing`` approves it for all later dates, too
        (the waves of trips have one every day). Raises :class:`ValueError` when it is too late.
        """
        due, moment = int(occurrence.starts.timestamp() * 1000), self.now()
        names = (keys.run(occurrence.run), keys.WAVES)
        args = (occurrence.run, due, fingerprint, by, moment, int(due <= moment), int(now), SHARDS)
        before = await _APPROVE.run(self._redis, names, *args)
        run = await self._known(occurrence.run)
        state = before.decode()
        if state == "missed" and not now:
            raise ValueError(
                f"{run.id} was missed: it is too late for its own time. Send it now, or not at all."
            )
        if state not in ("", "waiting", "approved", "paused", "missed"):
            raise ValueError(f"{run.id} is {state} already.")
        if standing:
            wave = f"{run.campaign}.{run.wave}"
            await self._redis.run("HSET", keys.STANDING, wave, fingerprint)
        return run

    async def end_standing(self, campaign: str, wave: str) -> None:
        """Let every later date of a wave wait for an approval of its own."""
        await self._redis.run("HDEL", keys.STANDING, f"{campaign}.{wave}")

    async def pause(self, run_id: str, by: str, reason: str = "") -> Run:
        """Send nothing more for now. Raises :class:`ValueError` for a run that is not under way."""
        return await self._turn(run_id, "paused", by, reason, ("freezing", "sending"))

    async def resume(self, run_id: str, by: str) -> Run:
        """Go on with a paused run. Raises :class:`ValueError` when it is not paused."""
        return await self._turn(run_id, "resumed", by, "", ("paused",))

    async def cancel(self, run_id: str, by: str, reason: str = "") -> Run:
        """Send nothing more, for good. Raises :class:`ValueError` when it is over already."""
        may = ("waiting", "approved", "freezing", "sending", "paused")
        return await self._turn(run_id, "cancelled", by, reason, may)

    async def finish(self, run_id: str) -> None:
        """Note that everybody is accounted for."""
        args = ("finished", self.now(), "", "", SHARDS, "sending")
        await _TURN.run(self._redis, (keys.run(run_id),), *args)

    async def counts(self, run_id: str) -> dict[str, dict[str, int]]:
        """How many there are of each outcome: outcome -> language -> number.

        Beside :data:`OUTCOMES` and :data:`AFTERWARDS` there is ``total``, the frozen audience.
        """
        wanted = [keys.counts(shard, run_id) for shard in range(SHARDS)]
        found = await asyncio.gather(*(self._redis.run("HGETALL", key) for key in wanted))
        counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for flat in found:
            for name, number in flat.items():
                outcome, _, language = name.decode().partition(".")
                counts[outcome][language] += int(number)
        return {outcome: dict(languages) for outcome, languages in counts.items()}

    async def unknown(self, run_id: str) -> Chats:
        """Chats of which nobody knows whether they got it, in ascending order."""
        wanted = [keys.unknown(shard, run_id) for shard in range(SHARDS)]
        found = await asyncio.gather(*(self._redis.run("SMEMBERS", key) for key in wanted))
        return sorted(int(chat_id) for members in found for chat_id in members)

    async def _turn(
        self, run_id: str, state: str, by: str, reason: str, may: tuple[str, ...]
    ) -> Run:
        key, now = keys.run(run_id), self.now()
        turned = await _TURN.run(self._redis, (key,), state, now, by, reason, SHARDS, *may)
        before = turned.decode()
        if not before:
            raise ValueError(f"There is no run {run_id}.")
        if before not in may:
            raise ValueError(f"{run_id} is {before}: it must be {_either(may)} for that.")
        return await self._known(run_id)

    async def _known(self, run_id: str) -> Run:
        run = await self.get(run_id)
        if run is None:
            raise ValueError(f"There is no run {run_id}.")
        return run


def _either(states: tuple[str, ...]) -> str:
    *others, last = states
    return f"{', '.join(others)} or {last}" if others else last


def _run(run_id: str, flat: Mapping[bytes, bytes]) -> Run | None:
    fields = {name.decode(): value.decode() for name, value in flat.items()}
    state = next((known for known in STATES if known == fields.get("state")), None)
    if state is None:
        return None
    return Run(
        id=run_id,
        state=state,
        due=_moment(fields["due"]),
        at_once=fields.get("at_once") == "1",
        by=fields.get("by", ""),
        fingerprint=fields.get("fingerprint", ""),
        reason=fields.get("reason", ""),
        times={
            name.removesuffix("_at"): _moment(value)
            for name, value in fields.items()
            if name.endswith("_at")
        },
        frozen=int(fields.get("frozen", 0)),
        photo=fields.get("photo", ""),
        tidied=fields.get("tidied") == "1",
    )


def _moment(ms: str) -> datetime:
    return datetime.fromtimestamp(int(ms) / 1000, UTC)
