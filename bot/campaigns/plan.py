"""What is planned: campaigns with the next dates of their waves, and where each date stands."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from bot.campaigns.runs import OVER
from bot.campaigns.schedule import is_late
from bot.knowledge.wave_when import OWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.campaigns.runs import Run
    from bot.knowledge.campaigns import Campaign, Campaigns, Occurrence, Wave

AHEAD: Final = timedelta(days=550)
"""How far ahead dates are looked for."""
AHEAD_OF_TRIPS: Final = timedelta(days=3)
"""The same for waves around trips, which come every day."""
DATES: Final = 3
"""Dates of a wave that are told."""
STILL_ON: Final = timedelta(days=2)
"""How long after a date it may still be that day somewhere, beside what the wave tolerates."""


class Date(Struct, frozen=True):
    """A date of a wave: its run, when the first traveller on Earth may get it, and the state of
    the run (empty: none yet).
    """

    run: str
    day: date
    starts: datetime
    state: str = ""


class WaveLine(Struct, frozen=True):
    """A wave with its next dates, those that are under way first; ``last`` is the latest that is
    over.
    """

    id: str
    when: str
    needs_approval: bool
    dates: list[Date]
    last: Date | None


class CampaignLine(Struct, frozen=True):
    """A campaign with its waves; ``about`` says which event, day or trips it is for."""

    id: str
    title: str
    about: str
    enabled: bool
    waves: list[WaveLine]


class Overview(Struct, frozen=True):
    """All campaigns; ``away`` why their states are not known (empty: they are)."""

    campaigns: list[CampaignLine]
    away: str = ""


class When(Struct, frozen=True):
    """A date in full: by which ``clock``, and when the first and the last traveller on Earth may
    get it.
    """

    run: str
    day: date
    time: str
    clock: str
    starts: datetime
    ends: datetime


class Plan:
    """The campaigns of an edition, and the runs that there are, at a moment."""

    def __init__(self, campaigns: Campaigns, runs: Mapping[str, Run], now: datetime) -> None:
        self._campaigns = campaigns
        self._runs = runs
        self._now = now

    def lines(self) -> list[CampaignLine]:
        """Every campaign, in the order of the file."""
        return [self.line(campaign) for campaign in self._campaigns.all]

    def line(self, campaign: Campaign) -> CampaignLine:
        """A campaign with its waves."""
        waves = [self._wave(campaign, wave) for wave in campaign.waves]
        return CampaignLine(campaign.id, campaign.title, about(campaign), campaign.enabled, waves)

    def next(self, campaign: Campaign, wave: Wave) -> Occurrence | None:
        """The date of a wave that staff decide about: under way, waiting, or the next to come."""
        return next(self._coming(campaign, wave), None)

    def last(self, campaign: Campaign, wave: Wave) -> Occurrence | None:
        """The latest date of a wave that is over."""
        run = self._last(campaign, wave)
        return self._campaigns.occurrence(run.id) if run else None

    def next_wave(self, campaign: Campaign) -> Wave:
        """The wave whose date is under way or comes first; without any, the first one."""
        dated = [
            (not self._under_way(found), found.starts, place, wave)
            for place, wave in enumerate(campaign.waves)
            if (found := self.next(campaign, wave))
        ]
        return min(dated, key=lambda each: each[:3])[3] if dated else campaign.waves[0]

    def _wave(self, campaign: Campaign, wave: Wave) -> WaveLine:
        dates = []
        for found in self._coming(campaign, wave):
            run = self._runs.get(found.run)
            dates.append(Date(found.run, found.day, found.starts, run.state if run else ""))
            if len(dates) == DATES:
                break
        run = self._last(campaign, wave)
        last = Date(run.id, run.day, run.due, run.state) if run else None
        return WaveLine(wave.id, wave.when.words, wave.needs_approval, dates, last)

    def _last(self, campaign: Campaign, wave: Wave) -> Run | None:
        over = [
            run
            for run in self._runs.values()
            if (run.campaign, run.wave) == (campaign.id, wave.id) and run.state in OVER
        ]
        return max(over, key=lambda run: run.day, default=None)

    def _coming(self, campaign: Campaign, wave: Wave) -> Iterator[Occurrence]:
        """Dates that are not over, those of runs that are under way first."""
        begun = [
            occurrence
            for run in self._runs.values()
            if (run.campaign, run.wave) == (campaign.id, wave.id)
            and run.state not in OVER
            and run.state != "approved"
            and (occurrence := self._campaigns.occurrence(run.id))
        ]
        yield from sorted(begun, key=lambda occurrence: occurrence.starts)
        known = {occurrence.run for occurrence in begun}
        ahead = AHEAD_OF_TRIPS if campaign.trip else AHEAD
        first, last = (self._now - STILL_ON - wave.tolerance).date(), (self._now + ahead).date()
        for occurrence in self._campaigns.occurrences(campaign, first, last):
            wanted = occurrence.wave == wave.id and occurrence.run not in known
            if wanted and not self._is_over(occurrence, wave):
                yield occurrence

    def _is_over(self, occurrence: Occurrence, wave: Wave) -> bool:
        if run := self._runs.get(occurrence.run):
            return run.state in OVER
        return is_late(occurrence, wave, self._now)

    def _under_way(self, occurrence: Occurrence) -> bool:
        run = self._runs.get(occurrence.run)
        return run is not None and run.state not in OVER and run.state != "approved"


def about(campaign: Campaign) -> str:
    """What a campaign is for, in a few words."""
    if event := campaign.event:
        return f"{event.name}, {event.starts} to {event.ends}"
    if campaign.day:
        return campaign.day.name
    return "Trips that people told of" if campaign.trip else ""


def clock_of(occurrence: Occurrence, wave: Wave) -> str:
    """By which clock a date goes, in words."""
    if occurrence.zone:
        return f"by the clock of {occurrence.zone.key.replace('_', ' ')}"
    return "by each traveller's own clock" if wave.when.clock == OWN else "by the clock there"
