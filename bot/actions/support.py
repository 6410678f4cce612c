"""The action for a witness who needs to talk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.actions.contact_page import ContactPage
from bot.conversation.messages import Message
from bot.conversation.world import Request, Result
from bot.i18n.catalogues import Catalogues
from bot.i18n.markers import N_
from bot.knowledge.contact_schema import Contact
from bot.knowledge.hotlines import Hotlines, phone_from_abroad

MOST_LINES: Final = 2
"""Lines of one country."""

TITLE: Final = N_("Somebody to talk to")
FOR_CHILDREN: Final = N_(
    "I know of no line made for witnesses there. These are for children, and also take calls from"
    " adults who worry about a child. You can say that it weighs on you."
)
NONE: Final = N_("I know of no reliable line for witnesses there.")
SHORT: Final = N_("A short number works only inside its country.")
OTHERS: Final = N_(
    "Others can listen too: a friend, a doctor, your embassy, or the assistance line of your travel"
    " insurance; its number is on your policy."
)


class Support:
    """Finds a line that listens to adults, and says so where there is none."""

    def __init__(self, hotlines: Hotlines, catalogues: Catalogues) -> None:
        self._hotlines = hotlines
        self._catalogues = catalogues

    def show_support(self, request: Request) -> Result:
        """Lines of ``home``, where the person lives, and of ``country``, where they may be."""
        page = ContactPage(request, self._catalogues)
        home, here = request.country("home"), request.country("country")
        lines = [f"💛 <b>{self._say(request, TITLE)}</b>"]
        shown: list[Contact] = []
        short = False
        for code in dict.fromkeys((home, here)):
            found = self._lines(code, request.locale)
            if code is None or not found:
                continue
            lines += ["", page.heading(code)]
            for contact in found:
                away = code != here and phone_from_abroad(contact, code) is not None
                lines += ["", *page.contact(contact, code, away=away)]
                short = short or (code != here and not away and contact.phone is not None)
            shown += found
        if not shown:
            lines += ["", self._say(request, NONE)]
        elif not any(contact.kind == "victim_support" for contact in shown):
            lines[1:1] = ["", self._say(request, FOR_CHILDREN)]
        if short:
            lines += ["", self._say(request, SHORT)]
        lines += ["", self._say(request, OTHERS)]
        return Result((Message("\n".join(lines), page.links(shown)),))

    def _lines(self, country: str | None, locale: str) -> Sequence[Contact]:
        """Lines for people after a crime; where there is none, helplines that adults may call."""
        if country not in self._hotlines.codes:
            return ()
        contacts = self._hotlines.route(str(country), locale=locale).contacts
        for_witnesses = [each for each in contacts if each.kind == "victim_support"]
        for_adults = [each for each in contacts if each.kind == "child_helpline" and each.adults]
        return (for_witnesses or for_adults)[:MOST_LINES]

    def _say(self, request: Request, sentence: str) -> str:
        return self._catalogues.text(request.locale, None, sentence)
