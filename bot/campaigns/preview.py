"""What a wave would be: who gets it, when, what they read, and what it costs. Nothing is sent."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from bot.campaigns.freeze import FIRST
from bot.campaigns.plan import WaveLine, When
from bot.campaigns.progress import Status
from bot.i18n.catalogues import direction, language_name
from bot.knowledge.campaign_file import FREE_PER_SECOND
from bot.knowledge.zones import zones_of
from bot.store.keys import SHARDS
from bot.store.subscribers import unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.campaigns.audience import Target
    from bot.knowledge.campaigns import Occurrence, Policy
    from bot.store.subscribers import Subscribers
    from bot.telegram.calls import Call

PAGE: Final = 250
"""Subscribers looked at in one go: some ms, so that nobody who chats waits for it."""
PACED: Final = 0.985
"""The share of the limit that is used (bot/telegram/rate_limit.py)."""
STARS: Final = 0.1
"""Stars for a message above the free 30 a second (https://core.telegram.org/bots/faq)."""
LAST_CLOCK: Final = timezone(timedelta(hours=-12))
"""Where on Earth a day begins last."""
SHOWN: Final = 12
"""Countries of which the local time is told."""


class Audience(Struct, frozen=True):
    """Who would get it as things stand: how many, by language, home country and destination
    (codes; empty for those who did not say). ``missed`` are those whose quiet hours last longer
    than the wave tolerates.
    """

    total: int
    languages: dict[str, int]
    homes: dict[str, int]
    destinations: dict[str, int]
    missed: int


class Cost(Struct, frozen=True):
    """How long the sending takes at the limit, and how many Telegram Stars at most."""

    minutes: float
    per_second: int
    stars: float


class Local(Struct, frozen=True):
    """When people at home in a country get it, by their clocks and in UTC."""

    country: str
    local: str
    utc: str


class Key(Struct, frozen=True):
    """A button: *press*, *url* or *copy*."""

    label: str
    kind: str


class Shown(Struct, frozen=True):
    """One message: Telegram's HTML, buttons in rows."""

    text: str
    rows: list[list[Key]]


class Text(Struct, frozen=True):
    """What people read who speak a language; ``direction`` is ltr or rtl. ``translated`` is False
    while they read it in English.
    """

    language: str
    name: str
    direction: str
    translated: bool
    messages: list[Shown]


class Preview(Struct, frozen=True):
    """What the next date of a wave would be; ``date`` is None when it has none.

    ``every_date``: an approval is for that date and all later ones. ``audience`` and ``cost`` are
    None while Redis is ``away``. ``why_not`` says why it cannot be approved (empty: it can),
    ``fingerprint`` what an approval would be for; ``state`` and ``by`` are of its run, or
    ``approved`` when it goes out by itself; ``runs`` those of this wave, the latest first.
    """

    campaign: str
    title: str
    about: str
    enabled: bool
    picture: str
    wave: str
    when: str
    needs_approval: bool
    every_date: bool
    waves: list[WaveLine]
    date: When | None
    locals: list[Local]
    texts: list[Text]
    audience: Audience | None
    cost: Cost | None
    warnings: list[str]
    why_not: str
    state: str
    by: str
    fingerprint: str
    runs: list[Status]
    away: str


async def count(subscribers: Subscribers, target: Target) -> tuple[Audience, Counter[datetime]]:
    """Count an audience page by page; nobody of it is held. The second are those who are not
    missed, by the instant from which on they may get it.

    Raises :class:`~bot.store.errors.StoreUnavailable`.
    """
    languages: Counter[str] = Counter()
    homes: Counter[str] = Counter()
    destinations: Counter[str] = Counter()
    dues: Counter[datetime] = Counter()
    missed = 0
    for shard in range(SHARDS):
        after = FIRST
        while page := await subscribers.page_raw(shard, after, PAGE):
            for _, packed in page:
                if not target.fits(found := unpack(packed)):
                    continue
                languages[found.locale] += 1
                homes[found.home] += 1
                destinations[found.trip.country if found.trip else ""] += 1
                if target.times(target.zones(found))[2]:
                    missed += 1
                else:
                    dues[target.due(found)] += 1
            after = page[-1][0]
            await asyncio.sleep(0)
    if set(destinations) <= {""}:
        destinations.clear()
    audience = Audience(
        total=languages.total(),
        languages=_ordered(languages),
        homes=_ordered(homes),
        destinations=_ordered(destinations),
        missed=missed,
    )
    return audience, dues


def cost(total: int, policy: Policy) -> Cost:
    """What it takes to send to so many."""
    seconds = total / (policy.messages_per_second * PACED)
    paid = policy.paid_broadcast and policy.messages_per_second > FREE_PER_SECOND
    return Cost(round(seconds / 60, 1), policy.messages_per_second, total * STARS if paid else 0)


def warnings(
    missed: int,
    due: Mapping[datetime, int],
    occurrence: Occurrence,
    policy: Policy,
    tolerance: timedelta,
) -> list[str]:
    """Why not everybody gets it on its day; empty when they do. Numbers as from :func:`count`."""
    awake = _until_quiet(occurrence, policy)
    morning = awake + timedelta(days=1) - policy.quiet.waking
    rate = policy.messages_per_second * PACED
    remedy = "Choose an earlier time, more messages a second, or a smaller audience."
    found = []
    if missed:
        found.append(
            f"{_people(missed)} would not get it: it is night where they are for longer than the"
            f" {_hours(tolerance)} that this wave tolerates."
        )
    if not (late := _later_than(due, min(awake, tolerance), rate)):
        return found
    takes = f"sending to everybody takes longer than until {policy.quiet.start:%H:%M}"
    if morning <= tolerance:
        found.append(
            f"{_people(late)} would have to wait until the next morning: {takes}. {remedy}"
        )
    elif awake < tolerance:
        found.append(f"{_people(late)} would not get it: {takes}. {remedy}")
    else:
        longer = f"sending to everybody takes longer than the {_hours(tolerance)} that it tolerates"
        found.append(f"{_people(late)} would not get it: {longer}. {remedy}")
    return found


def locals_of(occurrence: Occurrence, audience: Audience | None, policy: Policy) -> list[Local]:
    """Local times for the home countries of most people; of nobody's when nobody is known."""
    homes = list(audience.homes)[:SHOWN] if audience else []
    return [_local(occurrence, home, policy) for home in homes]


def last_due(occurrence: Occurrence) -> datetime:
    """The instant at which the last traveller on Earth may get it."""
    return occurrence.due([LAST_CLOCK])


def texts(
    languages: Sequence[str],
    say: Callable[[str], Sequence[Call]],
    translated: Callable[[str], bool],
) -> list[Text]:
    """What people read in each language; ``say`` composes the message in one."""
    return [
        Text(
            language=code,
            name=language_name(code),
            direction=direction(code),
            translated=translated(code),
            messages=[_shown(call) for call in say(code)],
        )
        for code in languages
    ]


def _shown(call: Call) -> Shown:
    params = call.params
    board: Mapping[str, list[list[dict[str, object]]]] = params.get("reply_markup") or {}
    rows = [
        [Key(str(key["text"]), _kind(key)) for key in row]
        for row in board.get("inline_keyboard", [])
    ]
    return Shown(params["text"], rows)


def _kind(key: Mapping[str, object]) -> str:
    return next((kind for kind in ("url", "copy_text") if kind in key), "press").split("_")[0]


def _later_than(due: Mapping[datetime, int], allowed: timedelta, rate: float) -> int:
    """How many get it later than so long after it was due, one after the other at this rate."""
    late, free = 0, datetime.min.replace(tzinfo=UTC)
    for moment, people in sorted(due.items()):
        begins = max(free, moment)
        free = begins + timedelta(seconds=people / rate)
        over = (free - (moment + allowed)).total_seconds()
        late += min(people, max(0, round(over * rate)))
    return late


def _until_quiet(occurrence: Occurrence, policy: Policy) -> timedelta:
    """How long after its time people may still be written to, on the clock that counts."""
    day = date(2000, 1, 1)
    at = datetime.combine(day, occurrence.time)
    return (datetime.combine(day, policy.quiet.start) - at) % timedelta(days=1)


def _local(occurrence: Occurrence, country: str, policy: Policy) -> Local:
    zones = zones_of(country) or (policy.zone,)
    due = occurrence.due(zones)
    seen = sorted({due.astimezone(zone).replace(tzinfo=None) for zone in zones})
    local = " to ".join(f"{at:%H:%M}" for at in dict.fromkeys((seen[0], seen[-1])))
    return Local(country, f"{seen[0]:%d %b} {local}", f"{due:%d %b %H:%M}")


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _people(number: int) -> str:
    return f"{number:,} {'person' if number == 1 else 'people'}"


def _hours(length: timedelta) -> str:
    hours = length.total_seconds() / 3600
    return f"{hours:g} hour{'s' * (hours != 1)}"
