"""Contacts as messages: short, the number first, with what one needs to know before calling."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable, Iterable

from babel import Locale, UnknownLocaleError

from bot.actions.hours import spoken_hours
from bot.actions.mail import MOST_OF_NAME
from bot.actions.reasons import FOR_CHILDREN, reason
from bot.actions.routing import MOST_AT_HOME, MOST_FALLBACK, MOST_HERE
from bot.conversation.messages import Button, Message, Rows
from bot.conversation.options import flag
from bot.conversation.world import Request
from bot.i18n.catalogues import Catalogues
from bot.i18n.markers import N_
from bot.knowledge.contact_phones import international
from bot.knowledge.contact_schema import Contact, Emergency
from bot.knowledge.hotlines import Route, phone_from_abroad, reachable_from_abroad
from bot.knowledge.ranking import speaks

MOST_LANGUAGES = 6
OLD_YEARS = 1
"""Whole years after which a contact says how long ago it was checked."""

SERVICES = {
    "general": N_("Emergency"),
    "police": N_("Police"),
    "ambulance": N_("Ambulance"),
    "tourist_police": N_("Tourist police"),
}


def no_mail(_: Contact) -> None:
    """Nobody is written to while nothing is reported."""


class ContactPage:
    """Contacts as text, in one person's language, on one day.

    ``mail`` gives a button that writes to a contact, or None.
    """

    def __init__(
        self,
        request: Request,
        catalogues: Catalogues,
        mail: Callable[[Contact], Button | None] = no_mail,
    ) -> None:
        self._mail = mail
        self._locale = request.locale
        self._world = request.world
        self._today = request.world.now.date()
        self._catalogues = catalogues

    def country(self, route: Route) -> Message:
        """Emergency and contacts of the country where it happened."""
        lines = [self.heading(route.country)]
        if route.emergency.known:
            lines += self.emergency(route.emergency, urgent=False)
        else:
            lines.append(self._say(N_("I have no reliable emergency number here.")))
        shown = route.contacts[:MOST_HERE]
        for contact in shown:
            lines += ["", *self.contact(contact, route.country)]
        if route.responsible:
            state = self._world.country_name(route.responsible.country, self._locale)
            answerable = self._say(N_("From {state}, which is responsible:"), state=state)
            lines += ["", f"<b>{answerable}</b>"]
            for contact in route.responsible.contacts[:MOST_AT_HOME]:
                lines += ["", *self.contact(contact, route.responsible.country, away=True)]
            shown = (*shown, *route.responsible.contacts[:MOST_AT_HOME])
        return Message("\n".join(lines), self.links(shown))

    def home(self, route: Route) -> Message | None:
        """Contacts of the person's own country; None when none can be reached from abroad."""
        if route.home is None:
            return None
        code = route.home.country
        usable = [each for each in route.home.contacts if reachable_from_abroad(each, code)]
        law = route.home.extraterritorial
        if not usable:
            return None
        lines = [f"🏠 {self.heading(code)}", self._say(N_("From abroad, you can also turn to:"))]
        for contact in usable[:MOST_AT_HOME]:
            lines += ["", *self.contact(contact, code, away=True)]
        if law and law.applies:
            text = N_("Offences against children abroad can be prosecuted at home.")
            lines += ["", self._say(text)]
        return Message("\n".join(lines), self.links(usable[:MOST_AT_HOME]))

    def fallback(self, contacts: Iterable[Contact]) -> Message:
        """The international contacts."""
        shown = tuple(contacts)[:MOST_FALLBACK]
        heading = self._say(N_("For every country"))
        lines = [f"🌐 <b>{heading}</b>"]
        for contact in shown:
            lines += ["", *self.contact(contact, "")]
        return Message("\n".join(lines), self.links(shown))

    def no_emergency(self, country: str) -> Message:
        """What to do where no emergency number is known."""
        lines = [self.heading(country)] if country else []
        lines += [
            self._say(N_("I have no reliable emergency number here.")),
            self._say(
                N_(
                    "Ask the hotel desk, a shop or your guide to call the police now. Or use the"
                    " emergency call on the lock screen of your phone."
                )
            ),
        ]
        return Message("\n".join(lines))

    def heading(self, country: str) -> str:
        """Flag and name."""
        name = self._world.country_name(country, self._locale)
        return f"{flag(country)} <b>{html.escape(name, quote=False)}</b>"

    def emergency(self, emergency: Emergency, *, urgent: bool) -> list[str]:
        """The numbers, one a line when it is urgent."""
        services: dict[str, list[str]] = {}
        for service, number in emergency.numbers.items():
            services.setdefault(number, []).append(self._say(SERVICES[service]))
        pair = N_("{service}: <b>{number}</b>")
        pairs = [
            self._say(pair, service=" / ".join(names), number=number)
            for number, names in services.items()
        ]
        lines = [f"📞 {pair}" for pair in pairs] if urgent else ["🆘 " + " · ".join(pairs)]
        if emergency.advice:
            lines.append(self._data(emergency.advice))
        if emergency.as_of and self._today.year - emergency.as_of > OLD_YEARS:
            lines.append(self._age(self._today.year - emergency.as_of))
        return lines

    def contact(
        self, contact: Contact, country: str, *, away: bool = False, to_child: bool = False
    ) -> list[str]:
        """One contact: name, why it is here, numbers, what to know before calling."""
        why = self._say(FOR_CHILDREN if to_child else reason(contact))
        name, bracket, rest = html.escape(contact.name, quote=False).partition(" (")
        lines = [f"<b>{name}</b>{bracket}{rest}", f"<i>{why}</i>"]
        if contact.only_in:
            area = self._catalogues.text(self._locale, "hotlines", contact.only_in)
            only = self._say(N_("only in {area}"), area=area)
            lines[1] = f"<i>{why} · {only}</i>"
        if phones := self._phones(contact, country, away=away):
            lines.append("📞 " + phones)
        if contact.whatsapp:
            lines.append(f"💬 WhatsApp: {html.escape(contact.whatsapp, quote=False)}")
        if contact.email:
            lines.append(f"✉️ {html.escape(contact.email, quote=False)}")
        if facts := self._facts(contact, away=away):
            lines.append(facts)
        if contact.advice:
            lines.append(self._data(contact.advice))
        age = contact.years_since_confirmed(self._today)
        if age > OLD_YEARS or (age == OLD_YEARS and contact.as_of is None):
            lines.append(self._age(age))
        return lines

    def links(self, contacts: Iterable[Contact]) -> Rows:
        """Buttons for the page of each and for a mail; only addresses that Telegram opens."""
        rows = []
        for contact in contacts:
            if contact.web and contact.web.startswith(("https://", "http://")):
                # What stands in brackets is for the text; a button has room for one line.
                name = contact.name.partition(" (")[0]
                name = textwrap.shorten(name, MOST_OF_NAME, placeholder="…")
                rows.append((Button(f"🌐 {name}", "url", contact.web),))
            if button := self._mail(contact):
                rows.append((button,))
        return tuple(rows)

    def _phones(self, contact: Contact, country: str, *, away: bool) -> str:
        if away:
            return html.escape(phone_from_abroad(contact, country) or "", quote=False)
        if not contact.phone:
            return html.escape(contact.phone_abroad or "", quote=False)
        shown = contact.phone
        full = international(contact.phone, country) if country else contact.phone
        if full.startswith("+") and full != contact.phone:
            shown += f" ({full})"
        return html.escape(shown, quote=False)

    def _facts(self, contact: Contact, *, away: bool) -> str:
        facts = []
        if contact.languages:
            facts.append("🗣 " + self._languages(contact))
        if contact.opening_hours:
            always = self._say(N_("day and night"))
            facts.append("🕐 " + spoken_hours(contact.opening_hours, self._locale, always))
        elif contact.hours_note:
            facts.append("🕐 " + self._data(contact.hours_note))
        if contact.free and not away:
            facts.append(self._say(N_("free of charge")))
        if contact.anonymous:
            facts.append(self._say(N_("no name needed")))
        elif contact.anonymous is False:
            facts.append(self._say(N_("asks for your name")))
        return html.escape(" · ".join(facts), quote=False)

    def _languages(self, contact: Contact) -> str:
        """The person's own first, said as a sentence, since much depends on it."""
        own = self._locale.partition("_")[0]
        others = ", ".join(
            self._language(code) for code in contact.languages[:MOST_LANGUAGES] if code != own
        )
        if not speaks(contact, self._locale):
            return others
        mine = self._say(N_("speaks {language}"), language=self._language(own))
        return f"{mine}, {others}" if others else mine

    def _language(self, code: str) -> str:
        try:
            return Locale.parse(self._locale).languages.get(code) or code
        except (ValueError, UnknownLocaleError):
            return code

    def _age(self, years: int) -> str:
        if years <= 1:
            return "⚠️ " + self._say(N_("Checked more than a year ago; it may have changed."))
        text = N_("Last confirmed {years} years ago; it may have changed.")
        return "⚠️ " + self._say(text, years=str(years))

    def _say(self, text: str, **values: str) -> str:
        said = self._catalogues.text(self._locale, None, text)
        for name, value in values.items():
            said = said.replace("{" + name + "}", html.escape(value, quote=False))
        return said

    def _data(self, text: str) -> str:
        return html.escape(self._catalogues.text(self._locale, "hotlines", text), quote=False)
