"""Campaigns as one thing to start: the schedule, freezing, sending, tidying up, and figures."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import Counter, Gauge

from bot.campaigns import keys
from bot.campaigns.audience import Target
from bot.campaigns.broadcast import Broadcast, Changed
from bot.campaigns.compose import Composer, fingerprint, read_picture
from bot.campaigns.delivery import Delivery, Plan, tolerance_ms
from bot.campaigns.freeze import Freezer
from bot.campaigns.marks import Marks
from bot.campaigns.runs import ANSWERS, BEGUN, OUTCOMES, STATES, Runs
from bot.campaigns.schedule import EVERY, Schedule
from bot.campaigns.tidy import tidy
from bot.knowledge.campaigns import picture_digest
from bot.store.errors import StoreUnavailable
from bot.telegram.attempts import origin

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from pathlib import Path

    from prometheus_client import CollectorRegistry

    from bot.campaigns.runs import Run
    from bot.content import Content
    from bot.store.keyring import Keyring
    from bot.store.pipeline import Pipeline
    from bot.store.subscribers import Subscribers
    from bot.telegram.rate_limit import RateLimiter
    from bot.telegram.sender import Sender

LOOK: Final = 0.5
"""Seconds between two looks at what runs there are to work at."""
TIDY_EVERY: Final = 30.0
COUNT_EVERY: Final = 15.0
"""Seconds between two looks at how many recipients wait."""
RECENT: Final = timedelta(days=45)
"""Runs that were due longer ago are not worked at any more."""
AFTER_FAULT: Final = 5.0
"""Seconds before a run is worked at again when that failed."""

_log = logging.getLogger(__name__)


class CampaignService:
    """Sends campaigns until :meth:`run` is cancelled; any number of processes may do so together.

    ``content`` is that of today; ``home`` the bot's public address; ``pictures`` the folder of
    pictures; ``left`` is told of chats that take nothing any more.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        keyring: Keyring,
        subscribers: Subscribers,
        sender: Sender,
        limiter: RateLimiter,
        *,
        content: Callable[[], Content],
        home: Callable[[], str],
        pictures: Path,
        left: Callable[[int], Awaitable[None]],
        registry: CollectorRegistry,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._redis = pipeline
        self._keyring = keyring
        self._sender = sender
        self._limiter = limiter
        self._content = content
        self._home = home
        self._pictures = pictures
        self._left = left
        self._clock = clock
        self._me = secrets.token_hex(8)
        self.runs = Runs(pipeline, clock=clock)
        self._schedule = Schedule(pipeline, content, clock=clock)
        self._freezer = Freezer(pipeline, subscribers, self.runs)
        self._working: dict[str, asyncio.Task[None]] = {}
        self._plans: dict[str, tuple[Content, Run, Plan]] = {}
        self._pushes = Counter(
            "dontlookaway_pushes", "Messages of campaigns.", ["outcome"], registry=registry
        )
        self._waiting = Gauge(
            "dontlookaway_pushes_waiting",
            "Recipients of runs under way who are not accounted for yet.",
            registry=registry,
        )
        self._states = Gauge(
            "dontlookaway_campaign_runs", "Runs by state.", ["state"], registry=registry
        )

    async def run(self) -> None:
        """Work for ever."""
        self._limiter.busy = True  # till a look says otherwise
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._repeat(self._schedule.look, EVERY))
                group.create_task(self._repeat(self._look, LOOK))
                group.create_task(self._repeat(self._tidy, TIDY_EVERY))
                group.create_task(self._repeat(self._count, COUNT_EVERY))
        finally:
            self._limiter.busy = False
            for task in self._working.values():
                task.cancel()
            await asyncio.gather(*self._working.values(), return_exceptions=True)

    async def _repeat(self, work: Callable[[], Awaitable[object]], seconds: float) -> None:
        while True:
            try:
                await work()
            except StoreUnavailable as error:
                _log.debug("Campaigns wait: %s", error)
            await asyncio.sleep(seconds)

    async def _look(self) -> None:
        """Work at every run that is under way."""
        runs = await self._recent()
        # Before the first push, too: what has left in the last second counts beside it.
        self._limiter.busy = any(run.state in ("freezing", "sending") for run in runs)
        for run in runs:
            if run.state in ("freezing", "sending") and run.id not in self._working:
                work = self._freeze(run) if run.state == "freezing" else self._send(run)
                self._working[run.id] = asyncio.create_task(self._work(run, work))
        under_way = {run.id for run in runs if run.state in BEGUN}
        self._plans = {name: plan for name, plan in self._plans.items() if name in under_way}

    async def _recent(self) -> list[Run]:
        since = int((self._now() - RECENT).timestamp() * 1000)
        names = await self._redis.run("ZRANGEBYSCORE", keys.WAVES, since, "+inf")
        states = await asyncio.gather(
            *(self._redis.run("HGET", keys.run(name.decode()), "state") for name in names)
        )
        begun = [
            name.decode()
            for name, state in zip(names, states, strict=True)
            if state and state.decode() in BEGUN
        ]
        found = await asyncio.gather(*(self.runs.get(name) for name in begun))
        return [run for run in found if run is not None]

    async def _work(self, run: Run, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except StoreUnavailable as error:
            _log.warning("%s waits: %s", run.id, error)
        except Exception as error:
            _log.error("%s: %s; it is tried again.", run.id, origin(error))
            await asyncio.sleep(AFTER_FAULT)
        finally:
            del self._working[run.id]

    async def _freeze(self, run: Run) -> None:
        try:
            target = self._plan(run).target
        except Changed as changed:
            await self._pause(run, str(changed))
        else:
            await self._freezer.freeze(run.id, target)

    async def _known(self, run: Run) -> None:
        """Until all replicas know that a run is being sent, so that their answers take slots."""
        since = run.times.get("sending")
        ahead = since + timedelta(seconds=2 * LOOK) - self._now() if since else timedelta()
        await asyncio.sleep(min(max(ahead.total_seconds(), 0.0), 2 * LOOK))

    async def _send(self, run: Run) -> None:
        await self._known(run)
        counts = await self.runs.counts(run.id)
        delivery = Delivery(
            run.id,
            self._redis,
            self._keyring,
            self._sender,
            left=self._left,
            counted=lambda outcome, number: self._pushes.labels(outcome).inc(number),
            now=self._now,
            answered=sum(sum(counts.get(outcome, {}).values()) for outcome in ANSWERS),
        )
        await Broadcast(
            run.id,
            runs=self.runs,
            marks=Marks(self._redis, run.id, self._me),
            limiter=self._limiter,
            delivery=delivery,
            plan=lambda: self._plan(run),
        ).run()

    async def _pause(self, run: Run, reason: str) -> None:
        _log.error("%s is paused: %s", run.id, reason)
        with contextlib.suppress(ValueError):  # somebody was quicker
            await self.runs.pause(run.id, "", reason)

    async def _end(self, run: Run, reason: str) -> None:
        with contextlib.suppress(ValueError):  # somebody was quicker
            await self.runs.cancel(run.id, "", reason)

    def _plan(self, run: Run) -> Plan:
        """What a run sends; made once for every edition of the content. Raises :class:`Changed`."""
        content = self._content()
        known = self._plans.get(run.id)
        if known is not None and known[0] is content and known[1] == run:
            return known[2]
        plan = self._new_plan(run, content)
        self._plans[run.id] = content, run, plan
        return plan

    def _new_plan(self, run: Run, content: Content) -> Plan:
        campaigns = content.campaigns
        campaign, occurrence = campaigns.get(run.campaign), campaigns.occurrence(run.id)
        wave = campaign.wave(run.wave) if campaign else None
        if campaign is None or wave is None or occurrence is None:
            raise Changed("It is no more in data/campaigns.yaml.")
        if not campaign.enabled:
            raise Changed("The campaign is not enabled any more.")
        if fingerprint(content, campaign, wave) != run.fingerprint:
            raise Changed(
                "Its message or its audience was changed after it was approved; look at it and"
                " approve it again."
            )
        try:
            picture = read_picture(self._pictures, campaign)
        except OSError as error:
            raise Changed(f"Its picture cannot be read ({error.strerror}).") from None
        if picture and picture_digest(picture[2]) != campaign.picture_digest:
            raise Changed("Its picture was changed; look at it and approve it again.")
        begun = run.times.get("freezing", run.due)
        return Plan(
            Target(campaign, occurrence, campaigns.policy, begun=begun, at_once=run.at_once),
            Composer(content, campaign, occurrence, self._home()),
            campaigns.policy.quiet,
            campaigns.policy.per_week,
            tolerance_ms(wave.tolerance),
            picture,
        )

    async def _tidy(self) -> None:
        runs, now = await self.runs.list(), self._now()
        for run in runs:
            if run.state in BEGUN and run.due < now - RECENT:
                await self._end(run, "It was not finished in time.")
        await tidy(self._redis, runs, now)

    async def _count(self) -> None:
        runs = await self.runs.list()
        for state in STATES:
            self._states.labels(state).set(sum(run.state == state for run in runs))
        waiting = 0
        for run in runs:
            if run.state in BEGUN:
                counts = await self.runs.counts(run.id)
                accounted = (counts.get(outcome, {}) for outcome in OUTCOMES)
                waiting += sum(counts.get("total", {}).values())
                waiting -= sum(sum(languages.values()) for languages in accounted)
        self._waiting.set(waiting)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)
