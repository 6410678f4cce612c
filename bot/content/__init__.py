"""Everything that editors, translators and researchers write, loaded together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from bot.actions import build_actions
from bot.content.languages import offered
from bot.conversation.direction import right_way
from bot.conversation.engine import Turn, advance
from bot.conversation.events import Event
from bot.conversation.flows import FlowSet, load
from bot.conversation.messages import Message
from bot.conversation.session import Session
from bot.conversation.world import Action, Place, Request
from bot.i18n import pofile
from bot.i18n.catalogues import Catalogues, Read
from bot.knowledge.campaigns import Campaigns
from bot.knowledge.events import Events
from bot.knowledge.facts import Facts
from bot.knowledge.hotlines import Hotlines
from bot.knowledge.places import PlaceAnswer, Places
from bot.knowledge.tips import Tips
from bot.knowledge.zones import zone_of
from bot.reports.partners import Partners, load_partners
from bot.reports.reference import new_report_id


def shipped() -> Path:
    """The folder of ``flows/``, ``locales/`` and ``data/`` that came with the program.

    In an installed package it lies beside this file, in a checkout at its root.
    """
    here = Path(__file__).parent
    return here if (here / "flows").is_dir() else here.parents[1]


class Content(Struct, frozen=True):
    """One consistent edition of flows, translations and data; a reload makes a new one."""

    flows: FlowSet
    catalogues: Catalogues
    hotlines: Hotlines
    places: Places
    partners: Partners
    facts: Facts
    events: Events
    tips: Tips
    campaigns: Campaigns
    actions: Mapping[str, Action]

    @classmethod
    def load(
        cls,
        folder: Path,
        places: Places | None = None,
        mail_page: str = "",
        flows: FlowSet | None = None,
        read: Read = pofile.read,
    ) -> Self:
        """Read a content folder.

        Raises :class:`ValueError` (of which :class:`bot.conversation.flows.FlowError` is one) with
        file, line and reason. ``places`` ships with the program and can be handed on;
        ``mail_page`` is the address of the page that opens mails, if there is one; ``flows`` are
        those of the folder, where they have been read already, and ``read`` may know translations.
        """
        flows = flows or load(folder / "flows")
        catalogues = Catalogues.load(folder / "locales", read)
        catalogues = catalogues.only(offered(catalogues, flows))
        hotlines = Hotlines.load(folder / "data" / "hotlines.yaml")
        partners = load_partners(folder / "data" / "partners.yaml")
        facts = Facts.load(folder / "data" / "facts.yaml")
        events = Events.load(folder / "data" / "events.yaml")
        tips = Tips.load(folder / "data" / "tips.yaml")
        campaigns = Campaigns.load(folder / "data" / "campaigns.yaml", events)
        return cls(
            flows=flows,
            catalogues=catalogues,
            hotlines=hotlines,
            places=places or Places.load(),
            partners=partners,
            facts=facts,
            events=events,
            tips=tips,
            campaigns=campaigns,
            actions=build_actions(
                hotlines,
                catalogues,
                partners,
                facts=facts,
                events=events,
                tips=tips,
                campaigns=campaigns,
                mail_page=mail_page,
            ),
        )

    def advance(self, session: Session, event: Event, now: datetime) -> Turn:
        """Take one step of a conversation, with this edition of everything."""
        return advance(self.flows, session, event, _World(self, now))

    def card(self, place: Place | None, locale: str, now: datetime) -> Message:
        """Tips and the emergency number of a place, as a chat about a trip there shows them; of no
        place, tips for everywhere.
        """
        request = Request(
            locale,
            {"country": [place.country, place.name]} if place else {},
            _World(self, now),
            told=lambda _: (),
        )
        (card,) = self.actions["show_trip" if place else "show_tips"](request).messages
        return replace(card, text=right_way(card.text, locale))


class _World(Struct, frozen=True):
    """The engine's view of the content, at one moment."""

    content: Content
    now: datetime

    @property
    def languages(self) -> Sequence[str]:
        return self.content.catalogues.languages

    @property
    def actions(self) -> Mapping[str, Action]:
        return self.content.actions

    def new_report_id(self) -> str:
        return new_report_id()

    def find_place(self, text: str, locale: str) -> PlaceAnswer:
        return self.content.places.find(text, locale)

    def place_at(self, latitude: float, longitude: float, locale: str) -> PlaceAnswer:
        return self.content.places.at(latitude, longitude, locale)

    def country_name(self, code: str, locale: str) -> str:
        return self.content.places.country_name(code, locale)

    def zone_of(self, country: str, place: str) -> tzinfo | None:
        return zone_of(country, place)

    def translate(self, locale: str, context: str, text: str) -> str:
        return self.content.catalogues.text(locale, context, text)
