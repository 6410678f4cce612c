"""Sends a run from this process, beside others that do the same.

Chunks are claimed from the streams of the shards, slots come from the rate limiter, and for the
recipients who got one: mark as begun, send, mark as done. So a ``kill -9`` leaves nobody but those
under way as unknown, and whoever takes over sends to all others. Nothing is sent while Redis is
away; what was sent by then is written down when it is back.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections import defaultdict
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bot.campaigns import keys
from bot.campaigns.held import Held
from bot.campaigns.marks import Mark
from bot.knowledge.quiet_hours import next_decent
from bot.store.errors import StoreUnavailable
from bot.store.keys import SHARDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence

    from bot.campaigns.delivery import Delivery, Plan, Result
    from bot.campaigns.marks import Begun, Marks, Taken
    from bot.campaigns.runs import Runs
    from bot.telegram.rate_limit import RateLimiter, Slot

AT_ONCE: Final = 25
"""Recipients for whom slots are asked for in one go."""
UNDER_WAY: Final = 192
"""Recipients who are being sent to, at most; fewer than there are connections to Telegram."""
READY: Final = 100
"""Recipients in claimed chunks who wait for a slot; the more, the more a death delays."""
REFRESH: Final = 3.0
"""Seconds between two signs that claimed chunks are being sent to."""
AGAIN: Final = 0.5
"""Seconds until Redis is tried again."""
LOOK: Final = 0.25
"""Seconds between two looks for chunks when there were none."""
LONGEST_LOOK: Final = 2.0
"""The same while all that is left waits for its hour."""
LAST_SENDS: Final = 12.0
"""Seconds for which what is under way may end when this process is to stop."""

_log = logging.getLogger(__name__)


class Changed(Exception):
    """What is to be sent is not what was approved; the text says what staff should know."""


class Broadcast:
    """``await Broadcast(...).run()`` sends until the run is over, paused or cancelled.

    ``plan`` tells what is sent, in the edition of today; it may raise :class:`Changed`.
    """

    def __init__(
        self,
        run_id: str,
        *,
        runs: Runs,
        marks: Marks,
        limiter: RateLimiter,
        delivery: Delivery,
        plan: Callable[[], Plan],
    ) -> None:
        self._run = run_id
        self._runs = runs
        self._marks = marks
        self._limiter = limiter
        self._delivery = delivery
        self._plan = plan
        self._held: dict[tuple[int, bytes], Held] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way = 0
        self._hungry = asyncio.Event()
        self._news = asyncio.Event()
        self._nothing_left = False

    async def run(self) -> None:
        """Send; raises nothing but what is a fault of the program."""
        try:
            async with asyncio.TaskGroup() as group:
                beside = [group.create_task(work) for work in (self._fill(), self._refresh())]
                await self._dispense()
                for task in beside:
                    task.cancel()
        except asyncio.CancelledError:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wind_up(), LAST_SENDS)
            raise
        await self._wind_up()

    # Who gets a slot

    async def _dispense(self) -> None:
        while True:
            if reason := self._delivery.trouble:
                await self._pause(reason)
                return
            try:
                if await self._give_slots(self._plan()):
                    return
            except Changed as changed:
                await self._pause(str(changed))
                return
            except StoreUnavailable as error:
                _log.warning("%s waits: %s", self._run, error)
                await asyncio.sleep(AGAIN)

    async def _give_slots(self, plan: Plan) -> bool:
        """Reserve slots for those who come next, and begin; true when there is no more to do."""
        if not await self._delivery.prepare(plan):  # somebody else uploads the picture
            await asyncio.sleep(LOOK)
            return not await self._is_sending()
        wanted = await self._next(plan)
        if not wanted:
            if self._nothing_left:
                await self._runs.finish(self._run)
                return True
            self._hungry.set()
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), LOOK)
            except TimeoutError:
                return not await self._is_sending()
            return False
        chats = [held.taken.chunk.chats[at] for held, at in wanted]
        reserved = await self._limiter.reserve(chats, keys.run(self._run))
        if reserved.state != "sending":
            return True
        slots = iter(reserved.slots)
        given: dict[tuple[int, bytes], list[int]] = defaultdict(list)
        for held, at in wanted[: len(reserved.slots)]:
            held.waiting.remove(at)
            held.under_way += 1
            given[held.taken.name].append(at)
        self._under_way += len(reserved.slots)
        for name, positions in given.items():
            mine = [next(slots) for _ in positions]
            self._spawn(self._send(self._held[name], positions, mine, plan))
        if not reserved.slots:  # the first chat may have had something a moment ago
            wanted[0][0].waiting.rotate(-1)
        if sum(len(held.waiting) for held in self._held.values()) < READY:
            self._hungry.set()
        if reserved.wait > 0:
            await asyncio.sleep(reserved.wait)
        return False

    async def _next(self, plan: Plan) -> list[tuple[Held, int]]:
        """Those who come next, as many as there is room for."""
        room = min(AT_ONCE, self._delivery.most(UNDER_WAY) - self._under_way)
        if time.monotonic() < self._delivery.rest_until:
            room = 0
        now = self._runs.now()
        found: list[tuple[Held, int]] = []
        for held in list(self._held.values()):
            if len(found) >= room:
                break
            if held.waiting and await self._is_time(held, plan, now):
                found += ((held, at) for at in list(held.waiting)[: room - len(found)])
        return found

    async def _is_time(self, held: Held, plan: Plan, now: int) -> bool:
        """Whether it is a decent hour where these people are; if not, put them off."""
        moment = datetime.fromtimestamp(now / 1000, UTC)
        decent = next_decent(moment, held.zones, plan.quiet)
        latest = held.taken.chunk.due + plan.tolerance
        until = int(decent.timestamp() * 1000)
        if until <= latest and decent <= moment:
            return True
        if not held.quiet:  # what is under way is written down first
            return False
        if until > latest:
            missed = [Mark(at, "missed") for at in held.waiting]
            await self._marks.done(held.taken, missed, now)
            self._delivery.count("missed", len(missed))
            held.waiting.clear()
            await self._marks.close(held.taken)
        else:
            await self._marks.defer(held.taken, until)
        self._held.pop(held.taken.name, None)
        return False

    # Begin, send, done

    async def _send(self, held: Held, positions: list[int], slots: list[Slot], plan: Plan) -> None:
        begun = await self._start(held, positions, plan)
        if begun is None:
            self._lose(held)
            held.under_way -= len(positions)
            self._under_way -= len(positions)
            return
        for at, slot, answer in zip(positions, slots, begun, strict=True):
            if isinstance(answer, str):
                if answer != "taken":
                    self._delivery.count(answer)
                held.under_way -= 1
                self._under_way -= 1
            else:
                chat_id = held.taken.chunk.chats[at]
                push = self._delivery.push(chat_id, answer, slot, plan)
                self._spawn(self._answered(held, at, push))
        if held.quiet:
            self._settle(held)

    async def _start(
        self, held: Held, positions: list[int], plan: Plan
    ) -> list[Begun | str] | None:
        again = False
        while True:
            try:
                return await self._marks.start(
                    held.taken,
                    positions,
                    now=self._runs.now(),
                    cap=plan.per_week,
                    records=plan.composer.needs_session,
                    again=again,
                )
            except StoreUnavailable:
                again = True  # nothing was sent, whatever became of the marks
                await asyncio.sleep(AGAIN)

    async def _answered(self, held: Held, at: int, push: Awaitable[Result]) -> None:
        outcome, messages = await push
        held.marks.append(Mark(at, outcome, messages))
        held.under_way -= 1
        self._under_way -= 1
        self._settle(held)

    def _settle(self, held: Held) -> None:
        if held.settling is None:
            held.settling = self._spawn(self._write(held))

    async def _write(self, held: Held) -> None:
        """Write down what was answered, and what is answered meanwhile."""
        while held.marks:
            marks, held.marks = held.marks, []
            await self._surely(partial(self._marks.done, held.taken, marks, self._now()))
            for chat_id in self._delivery.gone & {
                held.taken.chunk.chats[m.position] for m in marks
            }:
                self._spawn(self._delivery.farewell(chat_id))
            if not held.lost:
                held.waiting.extend(mark.position for mark in marks if mark.outcome == "again")
        held.settling = None
        if not held.waiting and held.quiet:
            self._held.pop(held.taken.name, None)
            if not held.lost:
                await self._surely(partial(self._marks.close, held.taken))
        self._news.set()

    async def _surely(self, write: Callable[[], Awaitable[object]]) -> None:
        """Write, when Redis is back at the latest."""
        while True:
            with contextlib.suppress(StoreUnavailable):
                await write()
                return
            await asyncio.sleep(AGAIN)

    # Chunks

    async def _fill(self) -> None:
        """Claim chunks, shard after shard, whenever few are ready."""
        shard = random.randrange(SHARDS)  # noqa: S311 - no secret
        looks: dict[int, tuple[int, int]] = {}
        again = False
        while True:
            if sum(len(held.waiting) for held in self._held.values()) >= READY:
                self._hungry.clear()
                await self._hungry.wait()
                continue
            try:
                look = await self._marks.take(shard, self._now(), 2, again=again)
            except StoreUnavailable:
                again = True
                await asyncio.sleep(AGAIN)
                continue
            again = False
            looks = {} if self._hold(look.taken) else {**looks, shard: (look.left, look.due)}
            shard = (shard + 1) % SHARDS
            if len(looks) < SHARDS:
                continue
            if not self._held and not any(left for left, _ in looks.values()):
                self._nothing_left = True
                self._news.set()
                return
            await asyncio.sleep(self._pause_for(looks))
            looks.clear()

    def _hold(self, taken: Sequence[Taken]) -> bool:
        """Take chunks into the hand; false when there was none that is not there already."""
        new = [each for each in taken if each.name not in self._held]
        for each in new:
            held = self._held[each.name] = Held(each)
            lost = sorted(each.begun - each.done)
            if lost:
                _log.warning("%s: %d messages of a process that died.", self._run, len(lost))
                self._delivery.count("unknown", len(lost))
            held.marks += (Mark(at, "unknown") for at in lost)
            if held.marks or not held.waiting:
                self._settle(held)
        if new:
            self._news.set()
        return bool(new)

    def _pause_for(self, looks: dict[int, tuple[int, int]]) -> float:
        due = [due for _, due in looks.values() if due]
        if self._held or not due:
            return LOOK
        return min(LONGEST_LOOK, max(LOOK, (min(due) - self._now()) / 1000))

    async def _refresh(self) -> None:
        while True:
            await asyncio.sleep(REFRESH)
            shards: dict[int, list[bytes]] = defaultdict(list)
            for shard, entry in self._held:
                shards[shard].append(entry)
            with contextlib.suppress(StoreUnavailable):
                for shard, entries in shards.items():
                    mine = await self._marks.refresh(shard, entries)
                    for entry in set(entries) - mine:
                        if (gone := self._held.get((shard, entry))) is not None:
                            self._lose(gone)

    def _lose(self, held: Held) -> None:
        held.lose()
        self._held.pop(held.taken.name, None)

    # The end

    async def _wind_up(self) -> None:
        """Let end what is under way, and give back what was not begun."""
        while self._tasks:
            await asyncio.wait(self._tasks)
        with contextlib.suppress(
            StoreUnavailable
        ):  # then they are taken over like those of the dead
            for held in list(self._held.values()):
                await self._marks.defer(held.taken, self._now())
        self._held.clear()

    async def _is_sending(self) -> bool:
        run = await self._runs.get(self._run)
        return run is not None and run.state == "sending"

    async def _pause(self, reason: str) -> None:
        _log.error("%s is paused: %s", self._run, reason)
        with contextlib.suppress(ValueError):  # somebody was quicker
            await self._runs.pause(self._run, "", reason)

    def _now(self) -> int:
        return self._runs.now()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("%s: a fault of this program.", self._run, exc_info=error)
