"""What a chat asked to be told, and what of its answers shapes that.

The chat's own record is what people talk about; what is sent by is kept elsewhere, for longer. Here
is the one place that keeps the two alike: whatever flow changed a language or a trip,
:func:`followed` adds to the turn what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from bot.conversation.days import are_days
from bot.conversation.effects import Erase, Follow, Subscribe, Unsubscribe
from bot.conversation.engine import Turn
from bot.conversation.profile import Profile, Trip, trip_until
from bot.conversation.session import Session, SlotValue

ON: Final = "reminders"
"""The slot of what a chat asked to be told."""
MOST: Final = 20
"""Topics of one chat; the one agreed to first goes first."""
HOME: Final = "home_country"
AUDIENCE: Final = "tips_audience"
PLACE: Final = "own_place"
DAYS: Final = "own_days"

TRIP: Final = "trip"
DATES: Final = "days"
ALL: Final = "all"
EVENT: Final = "event:"
COUNTRY: Final = "country:"


def topics_on(session: Session) -> list[str]:
    """What a chat asked to be told."""
    on = session.slots.get(ON)
    return list(on) if isinstance(on, list) else []


def profile_of(session: Session) -> Profile:
    """What the answers of a chat say about the person, as far as it shapes messages."""
    slots = session.slots
    return Profile(
        session.locale,
        home=_text(slots.get(HOME)),
        audience=_text(slots.get(AUDIENCE)),
        trip=trip_of(slots.get(PLACE), slots.get(DAYS)),
    )


def trip_of(place: SlotValue | None, days: SlotValue | None) -> Trip | None:
    """A trip, from the answers that say where it goes and when."""
    if not isinstance(place, list) or len(place) != 2:
        return None
    first, last = days if isinstance(days, list) and are_days(days) else ("", "")
    return Trip(place[0], place[1], first, last)


def followed(before: Session, turn: Turn) -> Turn:
    """The turn with what follows from it for messages that the chat asked for.

    Whoever begins to get some gets them by their present answers; whoever gets some and changes an
    answer goes on by the new one; a trip that is not remembered any more is no reason to write.
    """
    after, effects = turn.session, turn.effects
    if any(isinstance(effect, Erase) for effect in effects):
        return turn
    profile = profile_of(after)
    effects = tuple(
        replace(effect, profile=profile) if isinstance(effect, Subscribe) else effect
        for effect in effects
    )
    on = topics_on(after)
    if TRIP in on and not trip_until(profile.trip):
        after = with_topics(after, (topic for topic in on if topic != TRIP))
        effects = (*effects, Unsubscribe(TRIP))
    if topics_on(after) and profile != profile_of(before):
        effects = (*effects, Follow(profile))
    return replace(turn, session=after, effects=effects)


def with_topics(session: Session, topics: Iterable[str]) -> Session:
    """The session of a chat that asked to be told just these."""
    slots = {name: value for name, value in session.slots.items() if name != ON}
    if on := list(topics):
        slots[ON] = on
    return replace(session, slots=slots)


def restored(session: Session, profile: Profile, topics: Iterable[str]) -> Session:
    """A new session that knows again what is kept for somebody who asked to be told things."""
    slots: dict[str, SlotValue] = {}
    if profile.home:
        slots[HOME] = profile.home
    if profile.audience:
        slots[AUDIENCE] = profile.audience
    if trip := profile.trip:
        slots[PLACE] = [trip.country, trip.place]
        if trip.last:
            slots[DAYS] = [trip.first, trip.last]
    restored = replace(session, locale=profile.locale, slots={**session.slots, **slots})
    return with_topics(restored, topics)


def _text(value: SlotValue | None) -> str:
    return value if isinstance(value, str) else ""
