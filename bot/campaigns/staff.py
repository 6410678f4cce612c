"""What staff do with campaigns: the same for the command line and the studio."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from bot.campaigns import keys
from bot.campaigns.audience import Target
from bot.campaigns.compose import fingerprint
from bot.campaigns.names import Impossible, Unknown, find_campaign, find_wave
from bot.campaigns.plan import Overview, Plan, When, about, clock_of
from bot.campaigns.preview import Preview, cost, count, last_due, locals_of, texts, warnings
from bot.campaigns.progress import Progress, Status
from bot.campaigns.runs import OVER, Run, Runs
from bot.campaigns.trial import translated, trial
from bot.campaigns.tries import Tries
from bot.store.errors import StoreUnavailable
from bot.store.subscribers import Subscribers

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Awaitable, Callable, Mapping

    from bot.campaigns.preview import Audience, Text
    from bot.content import Content
    from bot.knowledge.campaigns import Campaign, Occurrence, Wave
    from bot.store.pipeline import Pipeline

AWAY: Final = "Redis cannot be reached: who would get it and what was sent is not known now."
"""Why a preview or an overview says less than it could."""

RUNS: Final = 10
"""Runs of a wave that are shown with it; one around trips has a run every day."""


class Staff:
    """Everything that staff do. ``content`` gives today's edition, ``clock`` Unix seconds.

    Coroutines raise :class:`Unknown`, :class:`Impossible`, and
    :class:`~bot.store.errors.StoreUnavailable` where nothing else is said of that.
    """

    def __init__(
        self,
        content: Callable[[], Content],
        pipeline: Pipeline,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._content = content
        self._redis = pipeline
        self._clock = clock
        self._runs = Runs(pipeline, clock=clock)
        self._tries = Tries(pipeline)
        self._subscribers = Subscribers(pipeline, clock=clock)
        self._progress = Progress(pipeline, self._runs, clock=clock)
        self._counting = asyncio.Lock()

    # Looking

    async def overview(self) -> Overview:
        """Every campaign in the order of the file; also while Redis is away."""
        runs, away = await self._known_runs()
        return Overview(self._plan(runs).lines(), away)

    async def preview(self, campaign_id: str, wave_id: str = "") -> Preview:
        """What a wave would be, by default the one that comes next; also while Redis is away."""
        content, (runs, away) = self._content(), await self._known_runs()
        plan = self._plan(runs)
        campaign = self._campaign(campaign_id)
        wave = find_wave(campaign, wave_id) if wave_id else plan.next_wave(campaign)
        at = plan.next(campaign, wave)
        said = at or plan.last(campaign, wave)
        run = runs.get(at.run) if at else None
        policy, found = content.campaigns.policy, fingerprint(content, campaign, wave)
        audience, troubles = None, []
        if at and not away:
            audience, due = await self._counted(campaign, at)
            troubles = warnings(audience.missed, due, at, policy, wave.tolerance)
        standing = not away and await self._is_standing(campaign, wave, found)
        state = run.state if run else "approved" if standing else ""
        return Preview(
            campaign=campaign.id,
            title=campaign.title,
            about=about(campaign),
            enabled=campaign.enabled,
            picture=campaign.picture,
            wave=wave.id,
            when=wave.when.words,
            needs_approval=wave.needs_approval,
            every_date=campaign.trip,
            waves=plan.line(campaign).waves,
            date=_when(at, wave) if at else None,
            locals=locals_of(at, audience, policy) if at else [],
            texts=self._texts(campaign, wave, said) if said else [],
            audience=audience,
            cost=cost(audience.total, policy) if audience else None,
            warnings=troubles,
            why_not=away or _why_not(campaign, at, run, found),
            state=state,
            by=run.by if run else "",
            fingerprint=found,
            runs=await self._statuses(runs, campaign.id, wave.id, most=RUNS),
            away=away,
        )

    async def status(self, run_id: str) -> Status:
        """How far a run is."""
        run = await self._runs.get(run_id)
        if run is None:
            raise Unknown(f'There is no run "{run_id}". All of them: dontlookaway campaign status')
        return await self._progress.of(run)

    async def statuses(self, campaign_id: str = "", wave_id: str = "") -> list[Status]:
        """All runs, or those of a campaign or of one of its waves, the latest first."""
        if campaign_id:
            campaign = self._campaign(campaign_id)
            if wave_id:
                find_wave(campaign, wave_id)
        runs = {run.id: run for run in await self._runs.list()}
        return await self._statuses(runs, campaign_id, wave_id)

    async def unknown(self, run_id: str) -> list[int]:
        """Chats of which nobody knows whether they got it."""
        return await self._runs.unknown(run_id)

    # Doing

    async def offer_test(self, campaign_id: str, wave_id: str) -> str:
        """The start payload that sends the message to whoever opens it, once."""
        campaign = self._campaign(campaign_id)
        wave = find_wave(campaign, wave_id)
        return await self._tries.offer(campaign.id, wave.id)

    async def approve(
        self,
        campaign_id: str,
        wave_id: str,
        by: str,
        *,
        run: str = "",
        seen: str = "",
        now: bool = False,
    ) -> Status:
        """Let the next date of a wave go out at its time, or ``now``.

        ``run`` and the fingerprint ``seen`` say what somebody looked at; both may be left out.
        """
        content, runs = self._content(), {each.id: each for each in await self._runs.list()}
        campaign = self._campaign(campaign_id)
        wave = find_wave(campaign, wave_id)
        missed = now and run in runs and runs[run].state == "missed"
        at = content.campaigns.occurrence(run) if missed else self._plan(runs).next(campaign, wave)
        found = fingerprint(content, campaign, wave)
        begun = runs.get(at.run) if at and not missed else None
        refused = _why_not(campaign, at, begun, found)
        if refused or at is None:
            raise Impossible(refused)
        if (run or at.run, seen or found) != (at.run, found):
            raise Impossible("It was changed since you looked at it. Please look at it again.")
        standing = campaign.trip and not now
        try:
            approved = await self._runs.approve(at, found, by, now=now, standing=standing)
        except ValueError as error:
            raise Impossible(str(error)) from None
        return await self._progress.of(approved)

    async def withdraw(self, campaign_id: str, wave_id: str) -> bool:
        """Let every later date of a wave wait for an approval; false when none was approved."""
        campaign = self._campaign(campaign_id)
        wave = find_wave(campaign, wave_id)
        found = await self._redis.run("HEXISTS", keys.STANDING, f"{campaign.id}.{wave.id}")
        await self._runs.end_standing(campaign.id, wave.id)
        return bool(found)

    async def pause(self, run_id: str, by: str) -> Status:
        """Send nothing more of a run for now."""
        return await self._turned(self._runs.pause(run_id, by))

    async def resume(self, run_id: str, by: str) -> Status:
        """Go on with a paused run."""
        return await self._turned(self._runs.resume(run_id, by))

    async def cancel(self, run_id: str, by: str) -> Status:
        """End a run for good; of a wave around trips, its later dates wait for approval again."""
        status = await self._turned(self._runs.cancel(run_id, by))
        await self._runs.end_standing(status.campaign, status.wave)
        return status

    # What is named

    def wave(self, campaign_id: str, wave_id: str) -> str:
        """The id of a wave; where none is named, of the only one."""
        return find_wave(self._campaign(campaign_id), wave_id).id

    async def under_way(self, campaign_id: str, wave_id: str = "") -> str:
        """The only run of a campaign that is not over."""
        found = [
            each.run for each in await self.statuses(campaign_id, wave_id) if each.state not in OVER
        ]
        if not found:
            raise Impossible(f"Of {campaign_id} nothing is under way.")
        if len(found) > 1:
            raise Unknown(
                f"Several runs of {campaign_id} are under way. Say which: {', '.join(found)}."
            )
        return found[0]

    # Inside

    def _campaign(self, campaign_id: str) -> Campaign:
        return find_campaign(self._content().campaigns, campaign_id)

    def _plan(self, runs: Mapping[str, Run]) -> Plan:
        return Plan(self._content().campaigns, runs, datetime.fromtimestamp(self._clock(), UTC))

    async def _known_runs(self) -> tuple[dict[str, Run], str]:
        """All runs by their id, and why they are not known."""
        try:
            return {run.id: run for run in await self._runs.list()}, ""
        except StoreUnavailable:
            return {}, AWAY

    async def _counted(
        self, campaign: Campaign, at: Occurrence
    ) -> tuple[Audience, Counter[datetime]]:
        policy = self._content().campaigns.policy
        async with self._counting:  # one at a time: a large one takes seconds
            return await count(self._subscribers, Target(campaign, at, policy))

    async def _is_standing(self, campaign: Campaign, wave: Wave, found: str) -> bool:
        if not campaign.trip:
            return False
        kept = await self._redis.run("HGET", keys.STANDING, f"{campaign.id}.{wave.id}")
        return bool(kept == found.encode())

    async def _statuses(
        self, runs: Mapping[str, Run], campaign_id: str, wave_id: str, most: int | None = None
    ) -> list[Status]:
        wanted = [
            run
            for run in runs.values()
            if campaign_id in ("", run.campaign) and wave_id in ("", run.wave)
        ]
        return list(await asyncio.gather(*map(self._progress.of, wanted[:most])))

    async def _turned(self, turn: Awaitable[Run]) -> Status:
        try:
            return await self._progress.of(await turn)
        except ValueError as error:
            raise Impossible(str(error)) from None

    def _texts(self, campaign: Campaign, wave: Wave, at: Occurrence) -> list[Text]:
        content, now = self._content(), datetime.fromtimestamp(self._clock(), UTC)
        wanted = campaign.audience.languages
        languages = [each for each in content.catalogues.languages if not wanted or each in wanted]
        return texts(
            languages,
            say=lambda locale: trial(content, campaign, at, locale, now),
            translated=lambda locale: translated(content, wave, locale),
        )


def _when(at: Occurrence, wave: Wave) -> When:
    return When(at.run, at.day, f"{at.time:%H:%M}", clock_of(at, wave), at.starts, last_due(at))


def _why_not(campaign: Campaign, at: Occurrence | None, run: Run | None, found: str) -> str:
    """Why a date cannot be approved; empty when it can."""
    if not campaign.enabled:
        return (
            "This is an example. To use it, set enabled: true for it in data/campaigns.yaml first."
        )
    if at is None:
        return "There is no date ahead: nothing can be sent."
    if run and run.state in ("freezing", "sending"):
        return "It is being sent."
    if run and run.state == "paused" and run.fingerprint == found:
        return "It is paused, and as it was approved: it can be resumed."
    if run and run.state in OVER:
        return f"{run.id} is {run.state}: there is nothing to approve."
    return ""
