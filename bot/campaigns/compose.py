"""What somebody reads: the message of a wave in their language, about their trip."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.lists import format_list
from msgspec import Struct
from msgspec.structs import replace

from bot.actions.event_lines import CONTEXT, event_days, event_name
from bot.conversation.days import show_days
from bot.conversation.events import Push
from bot.conversation.session import Session
from bot.knowledge.campaign_file import TIP, step_of
from bot.telegram import limits
from bot.telegram.calls import Call
from bot.telegram.markup import split
from bot.telegram.render import calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from bot.content import Content
    from bot.conversation.messages import Message
    from bot.conversation.profile import Trip
    from bot.knowledge.campaigns import Campaign, Occurrence, Wave
    from bot.store.subscribers import Subscriber

CACHED: Final = 1000
"""Texts of a run that are kept; many more only where everybody has another trip."""
GIVEN: Final = ("campaign", "push_event", "push_place", "push_days", "push_left")
"""Slots that a push fills in: the run (``run~CC`` for a trip); the event or the awareness day; the
place; its days; how long it is until it begins, such as *100 days*."""

_SLOT: Final = re.compile(r"\{(\w+)\}")


class _Where(Struct, frozen=True):
    country: str
    name: str


class Composer:
    """Composes the messages of one occurrence, each text once.

    ``home`` is the bot's public address. What differs from person to person is the language, the
    trip, and for texts that name other slots (``needs_session``) the session.
    """

    def __init__(
        self, content: Content, campaign: Campaign, occurrence: Occurrence, home: str
    ) -> None:
        self.content = content
        self._campaign = campaign
        self._occurrence = occurrence
        self._home = home
        wave = campaign.wave(occurrence.wave)
        self._target = step_of(wave.message) if wave else ""
        self._is_tip = wave is not None and wave.message == TIP
        self._texts: dict[tuple[str, ...], tuple[Call, ...]] = {}
        self._names: dict[tuple[str, str], str] = {}
        node = content.flows.node(content.flows.resolve(self._target))
        said = _SLOT.findall(node.say) if node else ()
        self.needs_session = not set(said) <= set(GIVEN)

    def calls(
        self,
        subscriber: Subscriber,
        session: Session | None,
        now: datetime,
        chat_id: int,
        photo: str | list[object] | None = None,
    ) -> tuple[Call, ...]:
        """The message for somebody, as calls; none when the message is no more in the flows.

        ``photo`` stands above it: Telegram's name for it, or the file as name, type and bytes.
        """
        about = self._about(subscriber)
        if self.needs_session and session is not None:
            found = self._compose(subscriber, session, about, now)
        else:
            key = (subscriber.locale, *about.values())
            if key not in self._texts:
                if len(self._texts) >= CACHED:
                    self._texts.clear()
                self._texts[key] = self._compose(subscriber, Session(), about, now)
            found = self._texts[key]
        mine = tuple(Call(call.method, {**call.params, "chat_id": chat_id}) for call in found)
        return tuple(_with_photo(mine, photo)) if photo else mine

    def _compose(
        self, subscriber: Subscriber, session: Session, about: Mapping[str, str], now: datetime
    ) -> tuple[Call, ...]:
        locale = subscriber.locale
        paid = self.content.campaigns.policy.paid_broadcast
        found = []
        for message in self._messages(subscriber, replace(session, locale=locale), about, now):
            for call in calls(message, 0, home=self._home):
                extra = {"allow_paid_broadcast": True} if paid else {}
                found.append(Call(call.method, {**call.params, **extra}))
        return tuple(found)

    def _messages(
        self, subscriber: Subscriber, session: Session, about: Mapping[str, str], now: datetime
    ) -> tuple[Message, ...]:
        said = self.content.advance(session, Push(self._target, about), now).messages
        if not self._is_tip:
            return said
        tip = self.content.card(self._where(subscriber), session.locale, now)
        return tuple(
            replace(below, text=f"{tip.text}\n\n{below.text}", rows=(*tip.rows, *below.rows))
            for below in said
        )

    def _about(self, subscriber: Subscriber) -> dict[str, str]:
        """What fills the message in, and tells one text from another."""
        locale = subscriber.locale
        trip = subscriber.trip if self._campaign.trip else None
        run = self._occurrence.run
        if self._is_tip:
            where = self._where(subscriber)
            about = f"{run}~{where.country}" if where else run
            return {"campaign": about, "push_place": where.name if where else ""}
        return {
            "campaign": f"{run}~{trip.country}" if trip else run,
            "push_event": self._name("event", locale),
            "push_place": self._trip_place(trip, locale) if trip else self._name("place", locale),
            "push_days": _trip_days(trip, locale) if trip else self._name("days", locale),
            "push_left": self._name("left", locale, trip.first if trip else ""),
        }

    def _name(self, what: str, locale: str, first: str = "") -> str:
        """A value that is the same for all who speak a language."""
        key = (f"{what}:{first}", locale)
        if key not in self._names:
            if len(self._names) >= CACHED:
                self._names.clear()
            ways: Mapping[str, Callable[[str], str]] = {
                "event": self._event,
                "place": self._place,
                "days": self._days,
                "left": lambda locale: self._left(locale, first),
            }
            self._names[key] = ways[what](locale)
        return self._names[key]

    def _event(self, locale: str) -> str:
        if self._campaign.event:
            return event_name(self._campaign.event, self.content.catalogues, locale)
        if self._campaign.day:
            return self.content.catalogues.text(locale, CONTEXT, self._campaign.day.name)
        return ""

    def _place(self, locale: str) -> str:
        event = self._campaign.event
        hosts = event.countries if event else ()
        names = [self.content.places.country_name(code, locale) for code in hosts]
        return format_list(names, locale=Locale.parse(locale)) if names else ""

    def _days(self, locale: str) -> str:
        span = self._campaign.span(self._occurrence)
        if span is None:
            return ""
        if span[0] == span[1]:
            return format_date(span[0], "long", locale=Locale.parse(locale))
        return event_days(*span, locale)

    def _left(self, locale: str, first: str) -> str:
        span = self._campaign.span(self._occurrence)
        begins = date.fromisoformat(first) if first else span[0] if span else None
        days = (begins - self._occurrence.day).days if begins else 0
        if days <= 0:
            return ""
        left = timedelta(days=days)
        return format_timedelta(left, "day", threshold=1000, locale=Locale.parse(locale))

    def _trip_place(self, trip: Trip, locale: str) -> str:
        return trip.place or self.content.places.country_name(trip.country, locale)

    def _where(self, subscriber: Subscriber) -> _Where | None:
        """The place that a tip is for: of their trip, of the event, or that they asked about."""
        if trip := subscriber.trip:
            return _Where(trip.country, self._trip_place(trip, subscriber.locale))
        hosts = self._campaign.event.countries if self._campaign.event else ()
        asked = [
            topic.partition(":")[2]
            for topic in sorted(subscriber.topics)
            if topic.startswith("country:")
        ]
        wanted = self._campaign.audience.destinations
        country = next((code for code in (*hosts, *asked, *sorted(wanted))), "")
        if not country:
            return None
        return _Where(country, self.content.places.country_name(country, subscriber.locale))


def compose(  # noqa: PLR0917 - all that a text depends on
    content: Content,
    campaign: Campaign,
    occurrence: Occurrence,
    subscriber: Subscriber,
    session: Session | None,
    now: datetime,
    chat_id: int,
    home: str,
    *,
    pictures: Path | None = None,
) -> tuple[Call, ...]:
    """The message of an occurrence for one person.

    ``pictures`` is the folder of pictures, when it is to have its own. Raises :class:`OSError`.
    """
    photo = read_picture(pictures, campaign) if pictures else None
    composer = Composer(content, campaign, occurrence, home)
    return composer.calls(subscriber, session, now, chat_id, photo)


def read_picture(pictures: Path, campaign: Campaign) -> list[Any] | None:
    """The picture of a campaign as a file to upload. Raises :class:`OSError`."""
    name = campaign.picture
    if not name:
        return None
    media_type = mimetypes.guess_type(name)[0] or "image/jpeg"
    return [name, media_type, (pictures / name).read_bytes()]


def fingerprint(content: Content, campaign: Campaign, wave: Wave) -> str:
    """What staff approve, as a few letters: audience, texts in every language, picture.

    When one of them changes, it is another one.
    """
    flows = content.flows
    node = flows.node(flows.resolve(step_of(wave.message)))
    said = [node.say, *(choice.label for choice in node.choices)] if node else []
    audience = campaign.audience
    what = (
        [sorted(part) for part in (audience.topics, audience.destinations, audience.languages)],
        [sorted(part) for part in (audience.homes, audience.audiences)],
        (audience.overlap, campaign.trip, campaign.picture, campaign.picture_digest, wave.message),
        (campaign.event.id if campaign.event else "", campaign.day.id if campaign.day else ""),
        said,
        [choice.goto or "" for choice in node.choices] if node else [],
        [
            content.catalogues.text(locale, context, text)
            for locale in content.catalogues.languages
            for context, text in _sentences(content, wave)
        ],
    )
    return hashlib.sha256(msgspec.json.encode(what)).hexdigest()[:16]


def _sentences(content: Content, wave: Wave) -> Iterator[tuple[str, str]]:
    """Every sentence of a message with its context for translators."""
    at = content.flows.resolve(step_of(wave.message))
    node = content.flows.node(at)
    if node is None:
        return
    here = f"{at.flow}.{at.node}"
    yield f"{here}.say", node.say
    for choice in node.choices:
        yield f"{here}.choices.{choice.key}", choice.label


def _trip_days(trip: Trip, locale: str) -> str:
    return show_days([trip.first, trip.last], locale) if trip.first and trip.last else ""


def _with_photo(found: tuple[Call, ...], photo: str | list[object]) -> Iterator[Call]:
    """The same with a picture above; the text is its caption where it is short enough."""
    first, *rest = found
    params = dict(first.params)
    if first.method != "sendMessage":
        yield from found
        return
    params.pop("link_preview_options", None)
    text = params.pop("text")
    if len(split(text, limits.CAPTION_UNITS)) > 1:
        words = ("parse_mode", "reply_markup")
        bare = {name: value for name, value in params.items() if name not in words}
        yield Call("sendPhoto", {**bare, "photo": photo})
        yield from found
        return
    yield Call("sendPhoto", {**params, "photo": photo, "caption": text})
    yield from rest
