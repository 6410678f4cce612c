"""Campaigns: who is told what on which day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.knowledge.campaign_file import (
    AudienceEntry,
    CampaignEntry,
    CampaignFile,
    PolicyEntry,
    WaveEntry,
)
from bot.knowledge.campaign_mistakes import mistakes, policy_mistakes
from bot.knowledge.data_file import DataFile
from bot.knowledge.event_file import Day, Event
from bot.knowledge.events import Events
from bot.knowledge.quiet_hours import Quiet
from bot.knowledge.tip_file import regions
from bot.knowledge.wave_dates import (
    days_of,
    earliest_instant,
    host_zone,
    instant,
    latest_instant,
    span_of,
)
from bot.knowledge.wave_when import HOST, OWN, When
from bot.knowledge.wave_words import parse_duration, parse_when

if TYPE_CHECKING:
    from pathlib import Path


class Policy(Struct, frozen=True):
    """What holds for every campaign."""

    quiet: Quiet
    per_week: int
    """Pushes for one person in seven days."""
    zone: ZoneInfo
    """The clock of people of whom nobody knows where they are."""
    tolerance: timedelta
    """How late a wave may begin."""
    messages_per_second: int
    paid_broadcast: bool


class Audience(Struct, frozen=True):
    """Whom a campaign is for. What is empty holds for everybody, except ``topics``."""

    topics: frozenset[str]
    """One of these must have been asked for: all, days, trip, event:<id>, country:CC."""
    destinations: frozenset[str]
    """Codes of countries; regions are written out."""
    languages: frozenset[str]
    homes: frozenset[str]
    """Codes of countries; regions are written out."""
    audiences: frozenset[str]
    overlap: bool
    """Only people whose trip overlaps what the campaign is about."""


class Wave(Struct, frozen=True):
    """A message of a campaign, on one day or on several."""

    id: str
    when: When
    message: str
    """``flow/node``, or :data:`bot.knowledge.campaign_file.TIP`."""
    needs_approval: bool
    tolerance: timedelta
    """How late it may begin."""


class Campaign(Struct, frozen=True):
    """One campaign, with everything that the file leaves out filled in."""

    id: str
    title: str
    enabled: bool
    event: Event | None
    day: Day | None
    trip: bool
    audience: Audience
    picture: str
    """A file in ``data/pictures``, empty for none."""
    picture_digest: str
    """:func:`picture_digest` of what is in it; empty where there is none."""
    waves: tuple[Wave, ...]

    def wave(self, wave_id: str) -> Wave | None:
        """The wave of this id."""
        return next((wave for wave in self.waves if wave.id == wave_id), None)

    def span(self, occurrence: Occurrence) -> tuple[date, date] | None:
        """The first and the last day of the event, or twice the awareness day, that an occurrence
        is about; None when it is about neither."""
        wave = self.wave(occurrence.wave)
        return span_of(wave.when.rule, self.event or self.day, occurrence.day) if wave else None


class Occurrence(Struct, frozen=True):
    """A wave on one of its days; ``zone`` is None when each traveller's own clock counts."""

    campaign: str
    wave: str
    day: date
    time: time
    zone: ZoneInfo | None = None

    @property
    def run(self) -> str:
        """The id of its run: ``campaign.wave.2027-06-14``."""
        return f"{self.campaign}.{self.wave}.{self.day}"

    @property
    def starts(self) -> datetime:
        """The instant in UTC at which the first traveller on Earth may get it."""
        if self.zone:
            return instant(self.day, self.time, self.zone)
        return earliest_instant(self.day, self.time)

    def due(self, zones: Sequence[tzinfo]) -> datetime:
        """The instant in UTC at which somebody gets it who goes by one of these clocks.

        The latest, where several are possible: never too early. ``zones`` is not empty.
        """
        clocks = (self.zone,) if self.zone else tuple(zones)
        return latest_instant(self.day, self.time, clocks)


class Campaigns:
    """The policy and all campaigns, in the order of the file."""

    def __init__(
        self,
        file: CampaignFile | None = None,
        events: Events | None = None,
        pictures: Path | None = None,
    ) -> None:
        file, events = file or CampaignFile(), events or Events()
        self.policy = _policy(file.policy)
        self.all = tuple(
            _campaign(entry, events, self.policy, pictures) for entry in file.campaigns
        )
        self._by_id = {campaign.id: campaign for campaign in self.all}

    @classmethod
    def load(cls, path: Path, events: Events) -> Self:
        """Read the file; no file means no campaigns.

        Raises :class:`ValueError` with ``file:line:column`` and the reason, a line for each.
        """
        if not path.exists():
            return cls()
        source = DataFile(path)
        file = source.convert(CampaignFile)
        source.refuse((("policy", *keys), what) for keys, what in policy_mistakes(file.policy))
        quiet = Quiet.parse(file.policy.quiet)
        found = mistakes(enumerate(file.campaigns), events, quiet)
        source.refuse((("campaigns", *keys), what) for keys, what in found)
        return cls(file, events, path.parent / "pictures")

    def get(self, campaign_id: str) -> Campaign | None:
        """The campaign of this id."""
        return self._by_id.get(campaign_id)

    def occurrences(self, campaign: Campaign, first: date, last: date) -> list[Occurrence]:
        """Everything that is due between two days, both included, by day and time.

        The days are those on the clock that counts. Waves around trips are due every day, for
        those of whose trip :meth:`When.trip_day` speaks.
        """
        about = campaign.event or campaign.day
        found = [
            _occurrence(campaign, wave, day)
            for wave in campaign.waves
            for day in days_of(wave.when.rule, about, first, last)
        ]
        return sorted(found, key=lambda each: (each.day, each.time))

    def occurrence(self, run: str) -> Occurrence | None:
        """The occurrence of a run; None when its campaign or its wave is no more."""
        campaign_id, _, rest = run.partition(".")
        wave_id, _, written = rest.partition(".")
        campaign = self.get(campaign_id)
        wave = campaign.wave(wave_id) if campaign else None
        try:
            day = date.fromisoformat(written)
        except ValueError:
            return None
        return _occurrence(campaign, wave, day) if campaign and wave else None


def _occurrence(campaign: Campaign, wave: Wave, day: date) -> Occurrence:
    return Occurrence(campaign.id, wave.id, day, wave.when.time, _zone(wave.when, campaign.event))


def _zone(when: When, event: Event | None) -> ZoneInfo | None:
    if when.clock == OWN:
        return None
    if when.clock == HOST:
        return host_zone(event) if event else None
    return ZoneInfo(when.clock)


def _policy(entry: PolicyEntry) -> Policy:
    return Policy(
        quiet=Quiet.parse(entry.quiet),
        per_week=entry.per_week,
        zone=ZoneInfo(entry.zone),
        tolerance=parse_duration(entry.tolerance),
        messages_per_second=entry.messages_per_second,
        paid_broadcast=entry.paid_broadcast,
    )


def picture_digest(content: bytes) -> str:
    """A few letters that are others for another picture."""
    return hashlib.sha256(content).hexdigest()[:16]


def _campaign(
    entry: CampaignEntry, events: Events, policy: Policy, pictures: Path | None
) -> Campaign:
    event = events.get(entry.event) if entry.event else None
    day = next((each for each in events.days if each.id == entry.day), None)
    named = event or day
    return Campaign(
        id=entry.id,
        title=entry.title or (named.name if named else entry.id),
        enabled=entry.enabled,
        event=event,
        day=day,
        trip=entry.trip,
        audience=_audience(entry.audience or AudienceEntry(), _topics(entry, event)),
        picture=entry.picture or "",
        picture_digest=_digest(pictures / entry.picture) if pictures and entry.picture else "",
        waves=tuple(_wave(wave, entry.message or "", policy) for wave in entry.waves),
    )


def _digest(picture: Path) -> str:
    try:
        return picture_digest(picture.read_bytes())
    except OSError:
        return ""


def _audience(entry: AudienceEntry, topics: frozenset[str]) -> Audience:
    return Audience(
        topics=topics,
        destinations=_countries(entry.destinations),
        languages=frozenset(entry.languages),
        homes=_countries(entry.homes),
        audiences=frozenset(entry.audiences),
        overlap=entry.overlap,
    )


def _topics(entry: CampaignEntry, event: Event | None) -> frozenset[str]:
    """The subscriptions that a campaign is for."""
    audience = entry.audience or AudienceEntry()
    if audience.topics:
        return frozenset(audience.topics)
    topics = {"all"}
    if event:
        topics |= {f"event:{event.id}", *(f"country:{code}" for code in event.countries)}
    if entry.day:
        topics.add("days")
    if entry.trip or audience.overlap:
        topics.add("trip")
    return frozenset(topics)


def _countries(names: Iterable[str]) -> frozenset[str]:
    """Codes of countries, for codes and regions."""
    return frozenset(code for name in names for code in regions().get(name, (name,)))


def _wave(entry: WaveEntry, message: str, policy: Policy) -> Wave:
    return Wave(
        id=entry.id,
        when=parse_when(entry.when),
        message=entry.message or message,
        needs_approval=entry.approval == "needed",
        tolerance=parse_duration(entry.tolerance) if entry.tolerance else policy.tolerance,
    )
