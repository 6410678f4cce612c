"""Actions around messages that somebody asks for: what they would be about, yes, no, no more."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import blake2s
from typing import Final

from bot.actions.event_lines import EventLines, event_name
from bot.conversation.days import show_days
from bot.conversation.effects import Subscribe, Unsubscribe
from bot.conversation.messages import Button, Message
from bot.conversation.options import flag
from bot.conversation.profile import Trip, trip_until
from bot.conversation.push import LINK
from bot.conversation.subscription import ALL, COUNTRY, DATES, EVENT, MOST, TRIP, trip_of
from bot.conversation.world import Request, Result
from bot.i18n.catalogues import Catalogues
from bot.i18n.markers import N_
from bot.knowledge.events import Event, Events

AFTER_EVENT: Final = 7
"""Days after its end on which an event is still a reason to write."""
MOST_EVENTS: Final = 8
"""Events to choose from in one message."""
KINDS: Final = ("trip", "event", "country", "days", "all")
"""What flows offer reminders of."""
LABEL: Final = 60
"""Characters of a name on a button."""

ON: Final = N_("🔔 <b>Your reminders</b>")
OFF: Final = N_("🔕 No reminders are on: I send none unless you ask for them.")
WHICH: Final = N_("🏟 <b>Which event?</b>")
NO_EVENT: Final = N_("I know of no other big event there.")
# translators: {trip} is where it goes and when, such as "Fortaleza, Brazil · Jun 20 – Jul 3, 2027"
YOUR_TRIP: Final = N_("Your trip: {trip}")
ALL_NAME: Final = N_("Everything: your trip, big events and awareness days")
DAYS_NAME: Final = N_("Awareness days")

WHAT: Final = {
    TRIP: N_(
        "tips before you leave, big events there meanwhile, whom to call when you arrive, "
        "a question after your return"
    ),
    EVENT: N_("what to look out for before and during the event, and whom to tell"),
    COUNTRY: N_("a few words when many people travel there, and whom to tell"),
    DATES: N_("a few words on days that are about protecting children"),
    ALL: N_(
        "a few words around a trip that I am to remember, before big events, and on days that are "
        "about protecting children"
    ),
}
"""What is sent about each kind of topic."""


class Reminders:
    """The actions of the flow *reminders*.

    A topic is "all", "days", "trip", "event:<id>" or "country:CC". Buttons carry a mark in its
    place, eight letters however long the id.
    """

    def __init__(self, events: Events, catalogues: Catalogues) -> None:
        self._events = events
        self._catalogues = catalogues

    def show_reminders(self, request: Request) -> Result:
        """What is ``on``, with a button to end each; what is over is left out, and taken off."""
        on = list(self._lasting(request, _topics(request, "on")))
        names = [self._name(request, topic) for topic in on]
        lines = [self._say(request, ON), *(f"• {_plain(name)}" for name in names)]
        if not on:
            lines = [self._say(request, OFF)]
        rows = tuple(
            (Button(f"🔕 {name}"[:LABEL], "press", f"{LINK}reminders/end_one:{_mark(topic)}"),)
            for topic, name in zip(on, names, strict=True)
        )
        return Result((Message("\n".join(lines), rows),), slots={"reminders": on or None})

    def list_events(self, request: Request) -> Result:
        """The next events that are not ``on``, anywhere or in ``country``, each a button."""
        on, country = _topics(request, "on"), request.country("country")
        world = request.world
        ahead = self._events.upcoming(world.now.date(), len(self._events), country)
        coming = [event for event in ahead if EVENT + event.id not in on][:MOST_EVENTS]
        if not coming:
            return Result((Message(self._say(request, NO_EVENT)),))
        lines = EventLines(request.locale, self._catalogues, world.country_name, world.find_place)
        texts = [_plain(lines.line(event, country)) for event in coming]
        rows = tuple((self._pick(request, event),) for event in coming)
        return Result((Message("\n".join([self._say(request, WHICH), "", *texts]), rows),))

    def offer_reminder(self, request: Request) -> Result:
        """Prepare the question whether to write about something of a ``kind``: ``trip`` (``place``,
        ``days``), ``event`` (an ``id``, or the mark of a button), ``country``, ``days`` or ``all``.

        ``reminder_state`` tells how that stands: *new*, *on*, *undated* (a trip without days),
        *over*, or *unknown*.
        """
        topic = self._topic(request)
        state = self._state(request, topic)
        slots = {"reminder_topic": topic or None, "reminder_state": state}
        if state == "unknown":
            return Result(slots=slots)
        what = self._say(request, WHAT[_kind(topic)])
        return Result(
            slots={**slots, "reminder_name": self._name(request, topic), "reminder_what": what}
        )

    def subscribe(self, request: Request) -> Result:
        """The person agreed to hear about ``topic``, besides what is ``on``."""
        topic, on = request.arguments.get("topic"), _topics(request, "on")
        agreed = self._lasting(request, [topic] if isinstance(topic, str) else [])
        return Result(
            slots={"reminders": [*(each for each in on if each not in agreed), *agreed][-MOST:]},
            effects=_consent(request, agreed),
        )

    def end_reminder(self, request: Request) -> Result:
        """End the one whose ``mark`` a button carries, of those that are ``on``."""
        on = _topics(request, "on")
        mark = request.arguments.get("mark")
        ended = [topic for topic in on if _mark(topic) == mark]
        return Result(
            slots={"reminders": [topic for topic in on if topic not in ended] or None},
            effects=tuple(Unsubscribe(topic) for topic in ended),
        )

    def stop_reminders(self, request: Request) -> Result:
        """End all of them at once, whatever this chat knows of them."""
        on = _topics(request, "on")
        slots = {"reminders": None, "reminder_state": "stopped" if on else "none"}
        return Result(
            slots={**slots, **({"reminders_off": on} if on else {})}, effects=(Unsubscribe(),)
        )

    def resume_reminders(self, request: Request) -> Result:
        """The person agreed to have again what was turned ``off``."""
        off = self._lasting(request, _topics(request, "off"))
        return Result(
            slots={
                "reminders": list(off) or None,
                "reminders_off": None,
                "reminder_state": "on" if off else "over",
            },
            effects=_consent(request, off),
        )

    def _topic(self, request: Request) -> str:
        kind, said = str(request.arguments.get("kind") or ""), request.arguments.get("id")
        country = request.country("country")
        if kind == "country":
            return COUNTRY + country if country else ""
        if kind == "event":
            topics = [EVENT + event.id for event in self._events]
            return next((each for each in topics if said in (each[len(EVENT) :], _mark(each))), "")
        return kind

    def _state(self, request: Request, topic: str) -> str:
        trip, on, today = _trip(request), _topics(request, "on"), request.world.now.date()
        if not topic or (topic == TRIP and trip is None):
            return "unknown"
        if topic == TRIP and trip is not None and not trip.last:
            return "undated"
        if topic == TRIP and trip is not None and trip.last < today.isoformat():
            return "over"
        if self._until(topic, trip, today) is None:
            return "over"
        return "on" if topic in on else "new"

    def _until(self, topic: str, trip: Trip | None, today: date) -> int | None:
        """The last day (ordinal) a topic is good for, 0 without end; None when it is over."""
        until = 0
        if topic == TRIP:
            until = trip_until(trip) or 1
        elif topic.startswith(EVENT):
            event = self._events.get(topic.removeprefix(EVENT))
            until = event.ends.toordinal() + AFTER_EVENT if event else 1
        return None if 0 < until < today.toordinal() else until

    def _lasting(self, request: Request, topics: Sequence[str]) -> dict[str, int]:
        """Those of the topics that are not over, with the last day (ordinal) of each."""
        trip, today = _trip(request), request.world.now.date()
        last = {topic: self._until(topic, trip, today) for topic in topics}
        return {topic: until for topic, until in last.items() if until is not None}

    def _pick(self, request: Request, event: Event) -> Button:
        name = event_name(event, self._catalogues, request.locale)
        data = f"{LINK}reminders/pick:{_mark(EVENT + event.id)}"
        return Button(f"🔔 {name}"[:LABEL], "press", data)

    def _name(self, request: Request, topic: str) -> str:
        """What a topic is called, as plain text."""
        if topic == TRIP:
            return self._say(request, YOUR_TRIP).replace("{trip}", self._trip_line(request))
        if topic.startswith(COUNTRY):
            code = topic.removeprefix(COUNTRY)
            return f"{flag(code)} {request.world.country_name(code, request.locale)}"
        event = self._events.get(topic.removeprefix(EVENT))
        if event is not None:
            return event_name(event, self._catalogues, request.locale)
        return self._say(request, DAYS_NAME if topic == DATES else ALL_NAME)

    def _trip_line(self, request: Request) -> str:
        trip = _trip(request)
        if trip is None:
            return ""
        country = request.world.country_name(trip.country, request.locale)
        where = country if trip.place in ("", country) else f"{trip.place}, {country}"
        days = show_days([trip.first, trip.last], request.locale) if trip.last else ""
        return f"{where} · {days}" if days else where

    def _say(self, request: Request, text: str) -> str:
        return self._catalogues.text(request.locale, None, text)


def _consent(request: Request, topics: Mapping[str, int]) -> tuple[Subscribe, ...]:
    """What follows from an agreement to topics, each with its last day."""
    now = int(request.world.now.timestamp())
    return tuple(Subscribe(topic, now, until) for topic, until in topics.items())


def _topics(request: Request, name: str) -> list[str]:
    value = request.arguments.get(name)
    return value if isinstance(value, list) else []


def _trip(request: Request) -> Trip | None:
    return trip_of(request.arguments.get("place"), request.arguments.get("days"))


def _kind(topic: str) -> str:
    return next((kind for kind in (EVENT, COUNTRY) if topic.startswith(kind)), topic)


def _mark(topic: str) -> str:
    """A few letters for a topic: a button has room for 64 bytes."""
    return blake2s(topic.encode(), digest_size=4).hexdigest()


def _plain(text: str) -> str:
    return html.escape(text, quote=False)
