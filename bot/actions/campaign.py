"""The action by which a message of a campaign leads on into a conversation."""

from __future__ import annotations

from typing import Final

from bot.conversation.session import SlotValue
from bot.conversation.world import Request, Result
from bot.knowledge.campaigns import Campaign, Campaigns
from bot.knowledge.events import Events

TRIP: Final = "~"
"""Stands between a run and the country of a trip."""


class CampaignReader:
    """Knows what a message was about by the run that its buttons keep."""

    def __init__(self, campaigns: Campaigns, events: Events) -> None:
        self._campaigns = campaigns
        self._events = events

    def take_campaign(self, request: Request) -> Result:
        """Take what ``campaign`` was about as the trip to talk of: the event, or the country of a
        trip; with ``place`` and ``days`` of one's own trip where it goes there.

        An old message, or one whose campaign is no more, still tells of its country.
        """
        about = request.arguments.get("campaign")
        run, _, country = str(about or "").partition(TRIP)
        campaign = self._campaigns.get(run.partition(".")[0])
        event = campaign.event if campaign else None
        if event is not None and event.ends < request.world.now.date():
            event = None
        name = request.world.country_name(country, request.locale)
        countries = (country,) if name not in ("", country) else _countries(campaign)
        slots: dict[str, SlotValue | None] = {
            "trip_event": event.id if event else None,
            "trip_place": None,
            "trip_days": [event.starts.isoformat(), event.ends.isoformat()] if event else None,
        }
        own, own_days = request.arguments.get("place"), request.arguments.get("days")
        if isinstance(own, list) and own[0] in countries:
            slots["trip_place"] = own
            slots["trip_days"] = own_days or slots["trip_days"]
        elif len(countries) == 1:
            name = request.world.country_name(countries[0], request.locale)
            slots["trip_place"] = [countries[0], name]
        return Result(slots=slots)


def _countries(campaign: Campaign | None) -> tuple[str, ...]:
    """Where what a campaign is about takes place."""
    if campaign is None:
        return ()
    if campaign.event:
        return campaign.event.countries
    return tuple(sorted(campaign.audience.destinations))
