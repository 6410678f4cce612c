"""The action that lists the big events ahead."""

from __future__ import annotations

import html
from typing import Final

from bot.actions.event_lines import EventLines
from bot.conversation.messages import Message
from bot.conversation.world import Request, Result
from bot.i18n.catalogues import Catalogues
from bot.i18n.markers import N_
from bot.knowledge.events import Events

MOST: Final = 8
"""Events in one message."""

AHEAD: Final = N_("Big events ahead")
AHEAD_THERE: Final = N_("{country}: big events ahead")
NONE: Final = N_("I know of no big event ahead.")
NONE_THERE: Final = N_("{country}: I know of no big event ahead.")


class EventList:
    """Says what draws crowds next. It never says that an event brings harm: no data show it."""

    def __init__(self, events: Events, catalogues: Catalogues) -> None:
        self._events = events
        self._catalogues = catalogues

    def show_events(self, request: Request) -> Result:
        """The next events anywhere, or in ``country``, a line each."""
        country = request.country("country")
        coming = self._events.upcoming(request.world.now.date(), MOST, country)
        if not coming:
            return Result((Message(self._say(request, NONE_THERE if country else NONE)),))
        world = request.world
        lines = EventLines(request.locale, self._catalogues, world.country_name, world.find_place)
        heading = self._say(request, AHEAD_THERE if country else AHEAD)
        texts = [html.escape(lines.line(event, country), quote=False) for event in coming]
        return Result((Message("\n\n".join([f"📅 <b>{heading}</b>", *texts])),))

    def _say(self, request: Request, sentence: str) -> str:
        text = self._catalogues.text(request.locale, None, sentence)
        country = request.country("country")
        if country is None:
            return text
        name = request.world.country_name(country, request.locale)
        return text.replace("{country}", html.escape(name, quote=False))
