"""The action that tells the fact of the day, with its source."""

from __future__ import annotations

import html
from urllib.parse import urlsplit

from bot.conversation.messages import Message
from bot.conversation.world import Request, Result
from bot.i18n.catalogues import Catalogues
from bot.i18n.extract import FACT_CONTEXT
from bot.i18n.markers import N_
from bot.knowledge.facts import Facts

TITLE = N_("Fact of the day")


class FactTeller:
    """Tells facts in the language of the chat."""

    def __init__(self, facts: Facts, catalogues: Catalogues) -> None:
        self._facts = facts
        self._catalogues = catalogues

    def show_fact(self, request: Request) -> Result:
        """The fact of today, the year it is about and where it stands; nothing without facts."""
        fact = self._facts.of_day(request.world.now.date())
        if fact is None:
            return Result()
        title = self._catalogues.text(request.locale, None, TITLE)
        text = self._catalogues.text(request.locale, FACT_CONTEXT, fact.text)
        host = (urlsplit(fact.source).hostname or "").removeprefix("www.")
        lines = (
            f"💡 <b>{html.escape(title, quote=False)}</b>",
            html.escape(text, quote=False),
            f'📖 <a href="{html.escape(fact.source)}">{html.escape(host)}</a>, {fact.year}',
        )
        return Result((Message("\n\n".join(lines)),))
