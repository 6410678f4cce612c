"""Actions around a trip: the card with tips, what is on there, and the emergency number."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import date
from hashlib import blake2s
from typing import Final, get_args

from bot.actions.contact_page import ContactPage
from bot.actions.event_lines import event_days, event_name
from bot.conversation.days import are_days, show_days
from bot.conversation.messages import Button, Message
from bot.conversation.options import flag
from bot.conversation.session import SlotValue
from bot.conversation.world import Request, Result
from bot.i18n.catalogues import Catalogues
from bot.i18n.markers import N_
from bot.knowledge.events import Event, Events
from bot.knowledge.hotlines import Hotlines
from bot.knowledge.tip_file import Audience, Tip
from bot.knowledge.tips import Tips

AUDIENCES: Final[tuple[Audience, ...]] = get_args(Audience)
COUNT: Final = 3
MOST_EVENTS: Final = 2
REMEMBERED: Final = 60
"""Tips that one person is not told again, by a mark of :data:`MARK` letters each."""
MARK: Final = 4


class Trips:
    """The actions of the flow *tips*."""

    def __init__(
        self, tips: Tips, events: Events, hotlines: Hotlines, catalogues: Catalogues
    ) -> None:
        self._tips = tips
        self._events = events
        self._hotlines = hotlines
        self._catalogues = catalogues

    def show_trip(self, request: Request) -> Result:
        """The card for ``country``: three tips that suit ``days``, ``event`` and ``audience``, what
        is on meanwhile, and the emergency number. Tips that were ``seen`` come last; the slot
        ``tips_seen`` is brought up to date.
        """
        return self._shown(request, self._chosen(request), card=True)

    def show_tips(self, request: Request) -> Result:
        """Three more tips."""
        return self._shown(request, self._chosen(request), card=False)

    def new_trip(self, request: Request) -> Result:  # noqa: ARG002, every action takes a request
        """Forget dates and event of the trip before."""
        return Result(slots={"trip_days": None, "trip_event": None})

    def take_trip(self, request: Request) -> Result:
        """Take ``country``, named before, as where the trip goes."""
        place = request.arguments.get("country")
        return Result(slots={"trip_place": place} if place else {})

    def take_event(self, request: Request) -> Result:
        """Take ``event`` as what the trip is for: its days, its country if there is only one."""
        event = self._event(request)
        if event is None:
            return Result(slots={"trip_event": None})
        slots: dict[str, SlotValue | None] = {
            "trip_days": [event.starts.isoformat(), event.ends.isoformat()],
            "trip_place": None,
        }
        if len(event.hosts) == 1:
            (host,) = event.hosts
            name = request.world.country_name(host.country, request.locale)
            slots["trip_place"] = [host.country, name]
        return Result(slots=slots)

    def remember_trip(self, request: Request) -> Result:
        """Keep ``country`` and ``days`` for next time, since the person asked for it."""
        arguments = request.arguments
        return Result(
            slots={"own_place": arguments.get("country"), "own_days": arguments.get("days")}
        )

    def recall_trip(self, request: Request) -> Result:
        """Take the trip that was kept."""
        arguments = request.arguments
        return Result(
            slots={"trip_place": arguments.get("country"), "trip_days": arguments.get("days")}
        )

    def forget_trip(self, request: Request) -> Result:  # noqa: ARG002, every action takes a request
        """Keep it no longer."""
        return Result(slots={"own_place": None, "own_days": None})

    def card(self, request: Request, tips: Sequence[Tip]) -> Message:
        """The card as one message."""
        country = request.country("country") or ""
        lines = [self._heading(request, country)]
        lines += [self._line(request, event) for event in self._on(request)]
        lines += ["", *self._bullets(request, tips)]
        if country in self._hotlines.codes:
            emergency = self._hotlines.country(country).emergency
            if emergency.known:
                page = ContactPage(request, self._catalogues)
                lines += ["", *page.emergency(emergency, urgent=False)]
        name = request.world.country_name(country, request.locale)
        text = self._say(request, N_("What to do when a child may be at risk in {country}"))
        label = self._say(request, N_("📤 Share"))
        share = Button(label, "share", text.replace("{country}", name), start=f"to_{country}")
        return Message("\n".join(lines), ((share,),))

    def _shown(self, request: Request, tips: Sequence[Tip], *, card: bool) -> Result:
        seen = _marks(request) + "".join(_mark(tip) for tip in tips)
        message = (
            self.card(request, tips) if card else Message("\n".join(self._bullets(request, tips)))
        )
        return Result((message,), slots={"tips_seen": seen[-MARK * REMEMBERED :]})

    def _chosen(self, request: Request) -> Sequence[Tip]:
        on = self._on(request)
        event = self._event(request) or next(iter(on), None)
        marks = _marks(request)
        known = {marks[at : at + MARK] for at in range(0, len(marks), MARK)}
        return self._tips.choose(
            request.country("country") or "",
            event=event.id if event else None,
            event_kind=event.kind if event else None,
            months=_months(_days(request)),
            audience=_audience(request),
            seen=[tip.id for tip in self._tips.all if _mark(tip) in known],
            seed=request.world.now.date().toordinal(),
            count=COUNT,
        )

    def _event(self, request: Request) -> Event | None:
        name = request.arguments.get("event")
        return self._events.get(name) if isinstance(name, str) else None

    def _on(self, request: Request) -> Sequence[Event]:
        """What the trip is for, and what else is on there meanwhile."""
        country, days = request.country("country") or "", _days(request)
        meant = self._event(request)
        found = [meant] if meant else []
        if days:
            found += [each for each in self._events.in_country(country, *days) if each != meant]
        return found[:MOST_EVENTS]

    def _heading(self, request: Request, country: str) -> str:
        place = request.arguments.get("country")
        name = request.world.country_name(country, request.locale)
        if isinstance(place, list) and place[1] != name:
            name = f"{place[1]}, {name}"
        heading = f"{flag(country)} <b>{html.escape(name, quote=False)}</b>"
        days = _days(request)
        if days is None:
            return heading
        shown = show_days([day.isoformat() for day in days], request.locale)
        return f"{heading} · {shown}"

    def _line(self, request: Request, event: Event) -> str:
        name = event_name(event, self._catalogues, request.locale)
        when = event_days(event.starts, event.ends, request.locale)
        return f"🏟 {html.escape(name, quote=False)} · {when}"

    def _bullets(self, request: Request, tips: Sequence[Tip]) -> list[str]:
        texts = [self._catalogues.text(request.locale, "tips", tip.text) for tip in tips]
        return [f"• {html.escape(text, quote=False)}" for text in texts]

    def _say(self, request: Request, text: str) -> str:
        return self._catalogues.text(request.locale, None, text)


def _audience(request: Request) -> Audience:
    said = request.arguments.get("audience")
    return next((known for known in AUDIENCES if known == said), "traveller")


def _days(request: Request) -> tuple[date, date] | None:
    days = request.arguments.get("days")
    if not isinstance(days, list) or not are_days(days):
        return None
    return date.fromisoformat(days[0]), date.fromisoformat(days[1])


def _months(days: tuple[date, date] | None) -> tuple[int, ...]:
    """The months that a trip touches, each once."""
    if days is None:
        return ()
    first, last = (day.year * 12 + day.month - 1 for day in days)
    return tuple(month % 12 + 1 for month in range(first, min(last, first + 11) + 1))


def _marks(request: Request) -> str:
    seen = request.arguments.get("seen")
    return seen if isinstance(seen, str) else ""


def _mark(tip: Tip) -> str:
    """A few letters for a tip: enough to know it again, and little in a session."""
    return blake2s(tip.id.encode(), digest_size=2).hexdigest()[:MARK]
