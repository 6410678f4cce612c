"""Buttons that open a mail with the report in it.

Telegram opens no ``mailto:`` link. A button therefore leads to a page of the bot, which opens it;
everything stands in the part of the address after ``#``, which a browser sends to nobody.
"""

from __future__ import annotations

import textwrap
from typing import Final

from bot.actions.report_files import TITLE
from bot.actions.report_rows import rows_to_pass_on
from bot.conversation.messages import Button
from bot.conversation.world import Request
from bot.i18n.catalogues import Catalogues
from bot.i18n.markers import N_
from bot.knowledge.contact_schema import Contact
from bot.reports.summary import mail_link, summary_text

LIMIT: Final = 2000
"""Characters of an address on a button."""
MOST_OF_NAME: Final = 40
"""Characters of a contact's name on a button."""


class Mails:
    """Mails with the report of one request; none without a page that opens them."""

    def __init__(self, request: Request, catalogues: Catalogues, page: str) -> None:
        self._request = request
        self._catalogues = catalogues
        self._page = page
        self._written = bool(rows_to_pass_on(request, request.locale))

    def button(self, contact: Contact) -> Button | None:
        """A button that opens a mail to ``contact``, if it takes mail and there is a report."""
        if not (self._page and self._written and contact.email):
            return None
        language = self._language(contact)
        rows = rows_to_pass_on(self._request, language)
        start = f"{self._page}#{self._request.locale}&"
        link = mail_link(
            contact.email,
            self._catalogues.text(language, None, TITLE),
            summary_text(rows, language, self._catalogues.text),
            LIMIT - len(start),
        )
        name = textwrap.shorten(contact.name.partition(" (")[0], MOST_OF_NAME, placeholder="…")
        label = self._catalogues.text(self._request.locale, None, N_("Write to {name}"))
        return Button(f"✉️ {label.replace('{name}', name)}", "url", start + link)

    def _language(self, contact: Contact) -> str:
        """The witness's language where it is read there, else one that is, else the witness's."""
        own = self._request.locale
        if own.partition("_")[0] in contact.languages:
            return own
        spoken = self._catalogues.languages
        return next((each for each in contact.languages if each in spoken), own)
