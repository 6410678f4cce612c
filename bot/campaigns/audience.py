"""Who gets an occurrence of a campaign, and when each of them does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.knowledge.quiet_hours import next_decent
from bot.knowledge.zones import zone_of, zones_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.conversation.profile import Trip
    from bot.knowledge.campaigns import Campaign, Occurrence, Policy
    from bot.store.subscribers import Subscriber

Zones = tuple["ZoneInfo", ...]


class Target:
    """Whom an occurrence of ``campaign`` is for.

    ``begun`` is when its sending began: nobody is due before that; ``at_once`` whether that is its
    time, whatever the file says. A wave that is no more in the file is for nobody.
    """

    def __init__(
        self,
        campaign: Campaign,
        occurrence: Occurrence,
        policy: Policy,
        *,
        begun: datetime | None = None,
        at_once: bool = False,
    ) -> None:
        self.campaign = campaign
        self.occurrence = occurrence
        self._audience = campaign.audience
        self._policy = policy
        self._begun = begun or datetime.min.replace(tzinfo=UTC)
        self._at_once = at_once
        wave = campaign.wave(occurrence.wave)
        self.wave = wave
        self._ordinal = occurrence.day.toordinal()
        self._iso = occurrence.day.isoformat()
        self._span = campaign.span(occurrence)
        self._hosts = frozenset(campaign.event.countries) if campaign.event else frozenset()
        found = wave.when.trip_day(occurrence.day) if wave else None
        self._trip_day = (found[0], found[1].isoformat()) if found else None
        event = campaign.event
        # Who told of a trip to the event may be told of the event.
        self._by_trip = event is not None and f"event:{event.id}" in campaign.audience.topics
        self._dues: dict[Zones, tuple[int, int, bool]] = {}

    def fits(self, subscriber: Subscriber) -> bool:
        """Whether it is for somebody."""
        wanted, audience, trip = self._audience, self._audience, subscriber.trip
        if not self._asked(subscriber) or self.wave is None:
            return False
        if self._trip_day is not None:
            end, day = self._trip_day
            if trip is None or (trip.first if end == "first" else trip.last) != day:
                return False
        if wanted.languages and subscriber.locale not in wanted.languages:
            return False
        if wanted.homes and subscriber.home not in wanted.homes:
            return False
        if wanted.audiences and (subscriber.audience or "traveller") not in wanted.audiences:
            return False
        if audience.overlap and not self._overlaps(trip):
            return False
        return not wanted.destinations or self._goes(subscriber)

    def zones(self, subscriber: Subscriber) -> Zones:
        """The clocks that somebody may go by on that day: never none.

        Those of the destination while the trip lasts, else those of the country they live in.
        """
        trip = subscriber.trip
        if trip and trip.first <= self._iso <= (trip.last or trip.first):
            zones = _clocks(trip.country, trip.place)
        else:
            zones = _clocks(subscriber.home, "")
        return zones or (self._policy.zone,)

    def due(self, subscriber: Subscriber) -> datetime:
        """The instant in UTC from which on somebody may get it: a decent hour by their clocks."""
        return datetime.fromtimestamp(self.times(self.zones(subscriber))[1] / 1000, UTC)

    def times(self, zones: Zones) -> tuple[int, int, bool]:
        """For people with these clocks: when it is due, the next decent time from then on (both ms
        since 1970), and whether that is later than the wave tolerates.
        """
        found = self._dues.get(zones)
        if found is None:
            found = self._dues[zones] = self._times(zones)
        return found

    def _times(self, zones: Zones) -> tuple[int, int, bool]:
        own = self._begun if self._at_once else self.occurrence.due(zones)
        base = max(own, self._begun)
        decent = next_decent(base, zones, self._policy.quiet)
        late = self.wave is not None and decent > own + self.wave.tolerance
        return _ms(base), _ms(decent), late

    def _asked(self, subscriber: Subscriber) -> bool:
        wanted, today = self._audience.topics, self._ordinal
        for topic, (_, until) in subscriber.topics.items():
            if 0 < until < today:
                continue
            if topic in wanted:
                return True
            if topic == "trip" and self._by_trip and self._overlaps(subscriber.trip):
                return True
        return False

    def _overlaps(self, trip: Trip | None) -> bool:
        if trip is None or self._span is None or not (trip.first and trip.last):
            return False
        if self._hosts and trip.country not in self._hosts:
            return False
        first, last = self._span
        return trip.first <= last.isoformat() and first.isoformat() <= trip.last

    def _goes(self, subscriber: Subscriber) -> bool:
        wanted, trip = self._audience.destinations, subscriber.trip
        if trip is not None and trip.country in wanted:
            return True
        asked = subscriber.on(date.fromordinal(self._ordinal))
        return any(topic[8:] in wanted for topic in asked if topic.startswith("country:"))


@lru_cache(maxsize=4096)
def _clocks(country: str, place: str) -> Zones:
    """The clock of a place, else all clocks of its country."""
    if place and (zone := zone_of(country, place)):
        return (zone,)
    return zones_of(country) if country else ()


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
