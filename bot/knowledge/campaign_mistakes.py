"""Every mistake in ``data/campaigns.yaml`` that only shows by reading it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from bot.knowledge.campaign_file import (
    FREE_PER_SECOND,
    LONGEST_ID,
    LONGEST_WAVE_ID,
    TIP,
    AudienceEntry,
    CampaignEntry,
    PolicyEntry,
    WaveEntry,
)
from bot.knowledge.data_file import country_codes
from bot.knowledge.quiet_hours import Quiet
from bot.knowledge.tip_file import regions
from bot.knowledge.wave_dates import host_zone, only_day
from bot.knowledge.wave_when import HOST, OWN, TEN, Around, When
from bot.knowledge.wave_words import parse_duration, parse_when, zone_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.knowledge.data_file import Keys, Mistake
    from bot.knowledge.event_file import Event
    from bot.knowledge.events import Events

PAID_PER_SECOND: Final = 1000
"""Messages that Telegram takes in a second when it may charge for them."""
SHORTEST_TOLERANCE: Final = timedelta(minutes=10)

_ANY_DAY: Final = date(2027, 1, 1)
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FILE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.(jpe?g|png)", re.IGNORECASE)
_NODE: Final = re.compile(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*")
_TOPICS: Final = ("all", "days", "trip")


def policy_mistakes(policy: PolicyEntry) -> Iterator[Mistake]:
    """What is wrong in the policy."""
    try:
        quiet = Quiet.parse(policy.quiet)
    except ValueError as error:
        yield ("quiet",), str(error)
    else:
        if quiet.waking < timedelta(hours=1):
            yield ("quiet",), f'"{policy.quiet}" leaves no time to write to anybody.'
        elif TEN in quiet:
            message = f"At {TEN:%H:%M} waves are due that say no time. Leave that hour out."
            yield ("quiet",), message
    if policy.per_week < 1:
        yield ("per_week",), "Write 1 or more; to send nothing, enable no campaign."
    yield from _read(zone_name, policy.zone, "zone")
    yield from _tolerance_mistakes(policy.tolerance)
    yield from _speed_mistakes(policy)


def mistakes(
    entries: Iterable[tuple[int, CampaignEntry]], events: Events, quiet: Quiet
) -> Iterator[Mistake]:
    """What is wrong in campaigns of the right shape, each given with its place in the list."""
    ids: set[str] = set()
    for number, entry in entries:
        for keys, what in (*_of_campaign(entry, events), *_of_waves(entry, events, quiet)):
            yield (number, *keys), what
        if entry.id in ids:
            message = f'Another campaign has the id "{entry.id}", too. Give one another id.'
            yield (number, "id"), message
        ids.add(entry.id)


def _of_campaign(entry: CampaignEntry, events: Events) -> Iterator[Mistake]:
    yield from _of_id(entry.id, LONGEST_ID)
    about = [name for name in ("event", "day", "trip") if getattr(entry, name)]
    if len(about) > 1:
        yield (about[1],), f"A campaign is about one thing: {' or '.join(about)}. Keep one."
    if entry.event and not events.get(entry.event):
        known = [event.id for event in events]
        yield ("event",), _unknown("event of the calendar", entry.event, known)
    if entry.day and entry.day not in (known := [day.id for day in events.days]):
        yield ("day",), _unknown("awareness day of the calendar", entry.day, known)
    if not about and not (entry.title or "").strip():
        yield ("id",), "It needs a title, or an event or a day that has a name."
    yield from _of_audience(entry, events)
    yield from _of_message(entry.message)
    if entry.picture and not _FILE.fullmatch(entry.picture):
        message = f'"{entry.picture}" is no name of a picture. Write one like cup.jpg or cup.png.'
        yield ("picture",), message


def _of_audience(entry: CampaignEntry, events: Events) -> Iterator[Mistake]:
    audience = entry.audience or AudienceEntry()
    for key, names in (("destinations", audience.destinations), ("homes", audience.homes)):
        for index, name in enumerate(names):
            if name not in country_codes() and name not in regions():
                near = _guess(name, regions())
                message = f'"{name}" is no country code and no region.{near} Write two letters: KE.'
                yield ("audience", key, index), message
    for index, topic in enumerate(audience.topics):
        if problem := _of_topic(topic, events):
            yield ("audience", "topics", index), problem
    if audience.overlap and not (entry.event or entry.day):
        message = "Trips can overlap an event or an awareness day; this is about neither."
        yield ("audience", "overlap"), message


def _of_topic(topic: str, events: Events) -> str:
    kind, _, name = topic.partition(":")
    if kind == "event" and name:
        known = [event.id for event in events]
        return "" if name in known else _unknown("event of the calendar", name, known)
    if kind == "country" and name:
        return "" if name in country_codes() else f'"{name}" is no country code, such as KE.'
    if topic in _TOPICS:
        return ""
    guess = _guess(topic, _TOPICS) or " Write all, days, trip, event:<id> or country:KE."
    return f'Nobody can ask for "{topic}".{guess}'


def _of_waves(entry: CampaignEntry, events: Events, quiet: Quiet) -> Iterator[Mistake]:
    if not entry.waves:
        yield ("waves",), "It needs a wave, such as {id: opening, when: opening day}."
    ids: set[str] = set()
    event = events.get(entry.event or "")
    moments: dict[tuple[object, ...], str] = {}
    for number, wave in enumerate(entry.waves):
        where: Keys = ("waves", number)
        for keys, what in _of_wave(entry, wave, events, quiet):
            yield (*where, *keys), what
        if wave.id in ids:
            yield (*where, "id"), f'Another wave has the id "{wave.id}", too. Give one another id.'
        ids.add(wave.id)
        try:
            when = parse_when(wave.when)
        except ValueError:
            continue
        if (first := moments.setdefault(_moment(when, event), wave.id)) != wave.id:
            message = f'"{first}" is due at the same time. Keep one of the two.'
            yield (*where, "when"), message


def _moment(when: When, event: Event | None) -> tuple[object, ...]:
    """What two waves have in common that are due together, whatever words say so."""
    day: object = when.rule
    if only := only_day(when.rule, event):
        day = only
    elif isinstance(when.rule, Around):
        day = when.trip_day(_ANY_DAY) or when.rule.days
    return day, when.time, when.clock


def _of_wave(
    entry: CampaignEntry, wave: WaveEntry, events: Events, quiet: Quiet
) -> Iterator[Mistake]:
    yield from _of_id(wave.id, LONGEST_WAVE_ID)
    yield from _of_message(wave.message)
    if not (wave.message or entry.message):
        yield ("id",), f'"{wave.id}" says nothing. Give it or its campaign a message.'
    if wave.tolerance is not None:
        yield from _tolerance_mistakes(wave.tolerance)
    try:
        when = parse_when(wave.when)
    except ValueError as error:
        yield ("when",), str(error)
        return
    if problem := _misplaced(entry, when):
        yield ("when",), problem
    if when.clock == OWN and when.time != TEN and when.time in quiet:
        yield ("when",), f"At {when.time:%H:%M} nobody is written to, by the policy: choose later."
    if when.clock == HOST:
        event = events.get(entry.event or "")
        if not entry.event:
            message = 'Only an event has a host. Leave out "host", or name the zone: Europe/Paris.'
            yield ("when",), message
        elif event and not host_zone(event):
            message = (
                f'Where "{event.name}" is, clocks differ. Name the zone, such as Europe/Paris.'
            )
            yield ("when",), message


def _misplaced(entry: CampaignEntry, when: When) -> str:
    """Why a wave cannot count from what it counts from; empty when it can."""
    if not isinstance(when.rule, Around):
        return "A campaign for trips counts from a trip: on arrival." if entry.trip else ""
    if when.rule.of_trip and not entry.trip:
        return "This counts from a trip. Write trip: true instead of an event or a day."
    if entry.trip and not when.rule.of_trip:
        return 'Say from which day of the trip it counts: "3 days before departure".'
    if not (entry.event or entry.day or entry.trip):
        return 'This counts from an event or a day. Name one, or write a date: "on 2027-06-14".'
    return ""


def _of_id(name: str, longest: int) -> Iterator[Mistake]:
    if not _ID.fullmatch(name):
        yield ("id",), "An id has small letters, digits and hyphens: cup-2027."
    if len(name) > longest:
        message = f"An id of {len(name)} characters does not fit into a button. Use {longest}."
        yield ("id",), message


def _of_message(message: str | None) -> Iterator[Mistake]:
    if message is not None and message != TIP and not _NODE.fullmatch(message):
        what = f'"{message}" is no message. Write a step as flow/node, or "{TIP}".'
        yield ("message",), what


def _speed_mistakes(policy: PolicyEntry) -> Iterator[Mistake]:
    speed = policy.messages_per_second
    if not 1 <= speed <= PAID_PER_SECOND:
        message = f"Telegram takes {PAID_PER_SECOND} a second at most. Write 1 to that number."
        yield ("messages_per_second",), message
    elif speed > FREE_PER_SECOND and not policy.paid_broadcast:
        message = f"Telegram charges for more than {FREE_PER_SECOND} a second. Write"
        yield ("messages_per_second",), f"{message} paid_broadcast: true, or {FREE_PER_SECOND}."


def _tolerance_mistakes(text: str) -> Iterator[Mistake]:
    try:
        tolerance = parse_duration(text)
    except ValueError as error:
        yield ("tolerance",), str(error)
        return
    if tolerance < SHORTEST_TOLERANCE:
        message = "A restart takes a while: allow 10 minutes or more."
        yield ("tolerance",), message


def _read(reader: Callable[[str], object], text: str, key: str) -> Iterator[Mistake]:
    try:
        reader(text)
    except ValueError as error:
        yield (key,), str(error)


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    return f'There is no {what} "{name}".{_guess(name, known)}'


def _guess(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1)
    return f' Did you mean "{near[0]}"?' if near else ""
