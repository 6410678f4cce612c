"""Actions that show contacts: of a country, of the person's own, for a child, for everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions.contact_page import ContactPage
from bot.conversation.messages import Button, Message
from bot.conversation.world import Request, Result
from bot.i18n.catalogues import Catalogues
from bot.knowledge.contact_schema import Contact
from bot.knowledge.hotlines import Hotlines, Route

HELPLINE = "child_helpline"


class Contacts:
    """The actions that show contacts."""

    def __init__(self, hotlines: Hotlines, catalogues: Catalogues) -> None:
        self._hotlines = hotlines
        self._catalogues = catalogues

    def show_emergency(self, request: Request) -> Result:
        """The emergency numbers of ``country``; when none is known, how to get help anyway."""
        page = ContactPage(request, self._catalogues)
        country = request.country("country") or ""
        route = self._route(country)
        if route is None or not route.emergency.known:
            return Result((page.no_emergency(country),))
        lines = [page.heading(country), *page.emergency(route.emergency, urgent=True)]
        copies = [
            Button(f"📋 {number}", "copy", number)
            for number in dict.fromkeys(route.emergency.numbers.values())
        ]
        return Result((Message("\n".join(lines), (tuple(copies[:4]),)),))

    def show_contacts(self, request: Request) -> Result:
        """Contacts of ``country`` and ``home``; the world's too where ``country`` lacks them."""
        page = ContactPage(request, self._catalogues)
        country = request.country("country") or ""
        route = self._route(country, request.country("home"))
        if route is None:
            return self.show_fallback(request)
        messages = [page.country(route)]
        if route.home and (home := page.home(route)):
            messages.append(home)
        if not route.contacts or not route.emergency.known:
            messages.append(page.fallback(route.fallback))
        return Result(tuple(messages))

    def show_home(self, request: Request) -> Result:
        """The contacts of the person's ``home``, as used from abroad."""
        page = ContactPage(request, self._catalogues)
        home = request.country("home") or ""
        if home not in self._hotlines.codes:
            return Result((page.fallback(self._hotlines.fallback),))
        # Seen from a country that is nobody's home, so that home is always abroad.
        other = "AQ" if home != "AQ" else "FR"
        message = page.home(self._hotlines.route(other, home))
        return Result((message or page.fallback(self._hotlines.fallback),))

    def show_child_help(self, request: Request) -> Result:
        """Helplines for the child who writes: those of ``country``, else the world's list."""
        page = ContactPage(request, self._catalogues)
        country = request.country("country") or ""
        route = self._route(country)
        helplines: Sequence[Contact] = ()
        lines = []
        if route is not None:
            helplines = [each for each in route.contacts if each.kind == HELPLINE]
            lines.append(page.heading(country))
        if not helplines:
            helplines = [each for each in self._hotlines.fallback if each.kind == HELPLINE]
        for contact in helplines[:2]:
            lines += ["", *page.contact(contact, country)]
        if route is not None and route.emergency.known:
            lines += ["", *page.emergency(route.emergency, urgent=False)]
        return Result((Message("\n".join(lines).strip(), page.links(helplines[:2])),))

    def show_fallback(self, request: Request) -> Result:
        """What exists for every country; the person's own country first if it is known."""
        page = ContactPage(request, self._catalogues)
        home = self.show_home(request).messages if request.country("home") else ()
        return Result(tuple(dict.fromkeys((*home, page.fallback(self._hotlines.fallback)))))

    def _route(self, country: str, home: str | None = None) -> Route | None:
        if country not in self._hotlines.codes:
            return None
        return self._hotlines.route(country, home if home in self._hotlines.codes else None)
