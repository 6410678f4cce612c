"""What editors write in ``data/campaigns.yaml``."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from bot.knowledge.tip_file import Audience as Kind

Approval = Literal["needed", "no"]

TIP: Final = "tip"
"""The message that is a tip for the trip or the country."""
TIP_STEP: Final = "campaign/tip"
"""The step whose sentence and buttons stand below that tip."""
LONGEST_ID: Final = 20
LONGEST_WAVE_ID: Final = 14
"""Characters. The button under a push carries both, in 64 bytes."""
FREE_PER_SECOND: Final = 30
"""Messages that Telegram takes in a second (https://core.telegram.org/bots/faq)."""


def step_of(message: str) -> str:
    """The step of the flows, as ``flow/node``, that a message is made from."""
    return TIP_STEP if message == TIP else message


class PolicyEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds for every campaign."""

    quiet: str = "21:00-08:00"
    """Hours in which nobody is written to, by each traveller's own clock; what falls into them
    waits for their end."""
    per_week: int = 2
    """How many pushes one person gets in seven days, at most."""
    zone: str = "Europe/Brussels"
    """The clock of people of whom nobody knows where they are."""
    tolerance: str = "12 hours"
    """How late a wave may begin. One that could not begin in time is reported, not sent."""
    messages_per_second: int = FREE_PER_SECOND
    """All pushes of all campaigns together. Telegram takes 30; up to 1000 with `paid_broadcast`."""
    paid_broadcast: bool = False
    """Whether Telegram may charge for what exceeds 30 a second. Read its conditions first."""


class AudienceEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who gets it, among those who asked for pushes. Everything that is written must hold."""

    topics: tuple[str, ...] = ()
    """What people asked for, one of these: `all`, `days`, `trip`, `event:<id>`, `country:KE`.
    Without it that which fits the campaign: `all`, and the event and the countries where it is (and
    whoever told of a trip there on its days), or `days`, or `trip`."""
    destinations: tuple[str, ...] = ()
    """Countries that people travel to, or asked about: codes such as KE, or regions as in
    tips.yaml."""
    languages: tuple[str, ...] = ()
    """Languages in which people use the bot, such as fr."""
    homes: tuple[str, ...] = ()
    """Countries where people live: codes such as BE, or regions as in tips.yaml."""
    audiences: tuple[Kind, ...] = ()
    """Who people said they are; those who said nothing are travellers."""
    overlap: bool = False
    """Only people who told of a trip that is on during the event, in a country where it is; or
    that is on at the awareness day."""


class WaveEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One message of a campaign, on one day or on several."""

    id: str
    """Small letters, digits and hyphens; at most 14. One that has been sent stays."""
    when: str
    """`100 days before`, `a week before`, `opening day at 09:00`, `last day`, `2 days after`,
    `every 18 October`, `every first Friday from June to August`, `on 2027-06-14 at 18:00
    Europe/Paris`; of a trip `3 days before departure`, `on arrival`, `2 days after the return`.
    Without a time it is 10:00; without a clock, each traveller's own; `host` is that of the
    event."""
    message: str | None = None
    """What is sent, instead of the message of the campaign."""
    approval: Approval = "needed"
    """`no`: it is sent without being approved by somebody each time."""
    tolerance: str | None = None
    """How late it may begin, such as `3 hours`, instead of that of the policy."""


class CampaignEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A campaign: its audience, and when it says what."""

    id: str
    """Small letters, digits and hyphens; at most 20. One that has been sent stays."""
    title: str | None = None
    """For staff. Without it the name of the event or the awareness day."""
    enabled: bool = False
    """Nothing is sent before it is `true`."""
    event: str | None = None
    """Id of an event of events.yaml: its days count."""
    day: str | None = None
    """Id of an awareness day of events.yaml."""
    trip: bool = False
    """The days of each traveller's own trip count."""
    audience: AudienceEntry | None = None
    """Who gets it; without it everybody who asked for this event, for awareness days, or for
    messages about their trip."""
    message: str | None = None
    """What is sent: a step with `push: true`, as `flow/node`, or `tip`."""
    picture: str | None = None
    """A JPEG or PNG file in data/pictures/, 10 MB at most. The message becomes its caption."""
    waves: tuple[WaveEntry, ...]
    """What is sent when."""
    note: str | None = None
    """For editors."""


class CampaignFile(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    policy: PolicyEntry = PolicyEntry()
    """What holds for every campaign."""
    campaigns: tuple[CampaignEntry, ...] = ()
    """All campaigns."""
