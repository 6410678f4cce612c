"""Actions that show contacts: of a country, of the person's own, for a child, for everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from bot.actions.contact_page import ContactPage
from bot.actions.mail import Mails
from bot.actions.routing import route_home, route_of, setting_of
from bot.conversation.messages import Button, Message
from bot.conversation.world import Request, Result
from bot.i18n.catalogues import Catalogues
from bot.i18n.markers import N_
from bot.knowledge.contact_schema import Contact
from bot.knowledge.hotlines import Hotlines, Route

HELPLINE = "child_helpline"
MAIL_NOTE = N_(
    "✉️ opens your mail program with your report in it. A long one is cut; paste the rest. Nothing"
    " goes until you press send there. A mail shows your address."
)


class Contacts:
    """The actions that show contacts.

    ``mail_page`` is the address of the page that opens mails, empty when the bot has none.
    """

    def __init__(self, hotlines: Hotlines, catalogues: Catalogues, mail_page: str = "") -> None:
        self._hotlines = hotlines
        self._catalogues = catalogues
        self._mail_page = mail_page

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
        """Contacts of ``country`` and ``home``; the world's too where ``country`` lacks them.

        ``setting`` is the kind of place where it happened, which ranks them.
        """
        return Result(self._contacts(request, ContactPage(request, self._catalogues)))

    def show_where_to_send(self, request: Request) -> Result:
        """The same for a report that is written, with mails that hold it; also without a country.

        ``contact`` says whether the witness wants to be reached.
        """
        mails = Mails(request, self._catalogues, self._mail_page)
        page = ContactPage(request, self._catalogues, mails.button)
        messages = list(self._contacts(request, page))
        writable = [at for at, each in enumerate(messages) if _has_mail(each)]
        if writable:
            note = self._catalogues.text(request.locale, None, MAIL_NOTE)
            last = messages[writable[-1]]
            messages[writable[-1]] = replace(last, text=f"{last.text}\n\n{note}")
        return Result(tuple(messages))

    def show_home(self, request: Request) -> Result:
        """The contacts of the person's ``home``, as used from abroad."""
        page = ContactPage(request, self._catalogues)
        home = self._home(request, page, None)
        return Result((home or page.fallback(self._hotlines.fallback),))

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
            lines += ["", *page.contact(contact, country, to_child=True)]
        if route is not None and route.emergency.known:
            lines += ["", *page.emergency(route.emergency, urgent=False)]
        return Result((Message("\n".join(lines).strip(), page.links(helplines[:2])),))

    def show_fallback(self, request: Request) -> Result:
        """What exists for every country; the person's own country first if it is known."""
        return Result(self._everywhere(request, ContactPage(request, self._catalogues)))

    def _contacts(self, request: Request, page: ContactPage) -> tuple[Message, ...]:
        route = route_of(self._hotlines, request)
        if route is None:
            return self._everywhere(request, page)
        messages = [page.country(route)]
        if route.home and (home := page.home(route)):
            messages.append(home)
        if not route.contacts or not route.emergency.known:
            messages.append(page.fallback(route.fallback))
        return tuple(messages)

    def _everywhere(self, request: Request, page: ContactPage) -> tuple[Message, ...]:
        setting = setting_of(request)
        home = self._home(request, page, setting)
        fallback = page.fallback(self._hotlines.everywhere(setting))
        return (home, fallback) if home else (fallback,)

    def _home(self, request: Request, page: ContactPage, setting: str | None) -> Message | None:
        route = route_home(self._hotlines, request, setting)
        return page.home(route) if route else None

    def _route(self, country: str) -> Route | None:
        return self._hotlines.route(country) if country in self._hotlines.codes else None


def _has_mail(message: Message) -> bool:
    return any(button.label.startswith("✉️") for button in message.buttons)
