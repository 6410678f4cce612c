"""To whom a report can be sent, for its document."""

from __future__ import annotations

from collections.abc import Iterator

from bot.actions.routing import (
    MOST_AT_HOME,
    MOST_FALLBACK,
    MOST_HERE,
    route_home,
    route_of,
    setting_of,
)
from bot.conversation.world import Request
from bot.knowledge.contact_phones import international
from bot.knowledge.contact_schema import Contact
from bot.knowledge.hotlines import Hotlines, phone_from_abroad, reachable_from_abroad
from bot.reports.pdf import Recipient


def recipients(hotlines: Hotlines, request: Request) -> tuple[Recipient, ...]:
    """The first contacts of where it happened and of home; those of the world without any."""
    found = tuple(_found(hotlines, request))
    if found:
        return found
    everywhere = hotlines.everywhere(setting_of(request))[:MOST_FALLBACK]
    return tuple(_recipient(contact, contact.phone or "") for contact in everywhere)


def _found(hotlines: Hotlines, request: Request) -> Iterator[Recipient]:
    here = route_of(hotlines, request)
    if here:
        for contact in here.contacts[:MOST_HERE]:
            if contact.kind != "victim_support":
                phone = international(contact.phone, here.country) if contact.phone else ""
                name = request.world.country_name(here.country, request.locale)
                yield _recipient(contact, phone or contact.phone_abroad or "", name)
    route = here or route_home(hotlines, request, setting_of(request))
    home = route.home if route else None
    if home:
        usable = [each for each in home.contacts if reachable_from_abroad(each, home.country)]
        for contact in usable[:MOST_AT_HOME]:
            phone = phone_from_abroad(contact, home.country) or ""
            name = request.world.country_name(home.country, request.locale)
            yield _recipient(contact, phone, name)


def _recipient(contact: Contact, phone: str, country: str = "") -> Recipient:
    name = f"{contact.name}, {country}" if country else contact.name
    return Recipient(name, phone, contact.web or "", contact.email or "")
