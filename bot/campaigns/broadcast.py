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
import time
from collections import defaultdict
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bot.campaigns import keys
from bot.campaigns.claims import AGAIN, LOOK, Claims
from bot.campaigns.marks import Mark
from bot.knowledge.quiet_hours import next_decent
from bot.store.errors import StoreUnavailable
from bot.telegram.attempts import origin

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from bot.campaigns.delivery import Delivery, Plan, Result
    from bot.campaigns.held import Held
    from bot.campaigns.marks import Begun, Marks
    from bot.campaigns.runs import Runs
    from bot.telegram.rate_limit import RateLimiter, Slot

AT_ONCE: Final = 25
"""Recipients for whom slots are asked for in one go."""
UNDER_WAY: Final = 192
"""Recipients who are being sent to, at most; fewer than there are connections to Telegram."""
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
        self._claims = Claims(
            run_id, marks, now=runs.now, settle=self._settle, counted=delivery.count
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way = 0

    async def run(self) -> None:
        """Send; raises nothing but what is a fault of the program."""
        try:
            async with asyncio.TaskGroup() as group:
                works = (self._claims.fill(), self._claims.refresh())
                beside = [group.create_task(work) for work in works]
                await self._dispense()
                for task in beside:
                    task.cancel()
        finally:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wind_up(), LAST_SENDS)

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
            return await self._wait()
        chats = [held.taken.chunk.chats[at] for held, at in wanted]
        reserved = await self._limiter.reserve(chats, keys.run(self._run))
        if reserved.state != "sending":
            return True
        given: dict[Held, list[tuple[int, Slot]]] = defaultdict(list)
        for (held, at), slot in zip(wanted, reserved.slots, strict=False):
            if not held.lost:  # meanwhile
                held.waiting.remove(at)
                held.under_way += 1
                self._under_way += 1
                given[held].append((at, slot))
        for held, each in given.items():
            self._spawn(self._send(held, each, plan))
        if not reserved.slots:  # the first chat may have had something a moment ago
            wanted[0][0].waiting.rotate(-1)
        self._claims.want()
        if reserved.wait > 0:
            await asyncio.sleep(reserved.wait)
        return False

    async def _wait(self) -> bool:
        """Wait for somebody to send to; true when there will be nobody."""
        claims = self._claims
        if claims.nothing_left:
            await self._runs.finish(self._run)
            return True
        claims.want()
        claims.news.clear()
        try:
            await asyncio.wait_for(claims.news.wait(), LOOK)
        except TimeoutError:
            return not await self._is_sending()
        return False

    async def _next(self, plan: Plan) -> list[tuple[Held, int]]:
        """Those who come next, as many as there is room for."""
        room = min(AT_ONCE, self._delivery.most(UNDER_WAY) - self._under_way)
        if time.monotonic() < self._delivery.rest_until:
            room = 0
        now = self._runs.now()
        found: list[tuple[Held, int]] = []
        for held in self._claims.held:
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
        self._claims.drop(held)
        return False

    # Begin, send, done

    async def _send(self, held: Held, given: list[tuple[int, Slot]], plan: Plan) -> None:
        begun = await self._start(held, [at for at, _ in given], plan)
        if begun is None:
            self._claims.lose(held)
            held.under_way -= len(given)
            self._under_way -= len(given)
            return
        for (at, slot), answer in zip(given, begun, strict=True):
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
            chats = {held.taken.chunk.chats[mark.position] for mark in marks}
            for chat_id in self._delivery.gone & chats:
                self._spawn(self._delivery.farewell(chat_id))
            if not held.lost:
                held.waiting.extend(mark.position for mark in marks if mark.outcome == "again")
        held.settling = None
        if not held.waiting and held.quiet:
            self._claims.drop(held)
            if not held.lost:
                await self._surely(partial(self._marks.close, held.taken))
        self._claims.news.set()

    async def _surely(self, write: Callable[[], Awaitable[object]]) -> None:
        """Write, when Redis is back at the latest."""
        while True:
            with contextlib.suppress(StoreUnavailable):
                await write()
                return
            await asyncio.sleep(AGAIN)

    # The end

    async def _wind_up(self) -> None:
        """Let end what is under way, and give back what was not begun."""
        while self._tasks:
            await asyncio.wait(self._tasks)
        with contextlib.suppress(
            StoreUnavailable
        ):  # then they are taken over like those of the dead
            for held in self._claims.held:
                if held.quiet:
                    await self._marks.defer(held.taken, self._now())
                self._claims.drop(held)

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
            _log.error("%s: a fault of this program: %s.", self._run, origin(error))
