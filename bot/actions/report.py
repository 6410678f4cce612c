"""The action that shows a witness their report, to be looked over and passed on."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from babel import Locale
from babel.languages import get_official_languages

from bot.actions.report_rows import rows_to_pass_on
from bot.conversation.messages import Button, Message
from bot.conversation.world import Request, Result, Told
from bot.i18n.catalogues import Catalogues
from bot.i18n.markers import N_
from bot.knowledge.hotlines import Hotlines
from bot.reports.summary import split_for_copy, summary_text

MOST_COPIES = 6
"""Copy buttons under a report; a longer one is copied from the message itself."""
PIECE = 1900
"""Characters of one answer in one message: with its label under Telegram's 4,096 UTF-16 units."""


class Report:
    """The actions of the report flow."""

    def __init__(self, hotlines: Hotlines, catalogues: Catalogues) -> None:
        self._hotlines = hotlines
        self._catalogues = catalogues

    def take_place(self, request: Request) -> Result:
        """Take the place ``country``, named before, as the one where it happened."""
        place = request.arguments.get("country")
        return Result(slots={"report_place": place} if place else {})

    def take_setting(self, request: Request) -> Result:
        """Take ``setting`` as the kind of place, which was said before it was asked for."""
        setting = request.arguments.get("setting")
        return Result(slots={"report_setting": setting} if setting else {})

    def find_language(self, request: Request) -> Result:
        """Fill ``report_language`` with the language of whoever gets a report from ``country``, if
        the bot speaks it; leave it unset when they speak the witness's own.
        """
        spoken = self._spoken(request.country("country") or "")
        language = next((code for code in spoken if code in self._catalogues.languages), None)
        if request.locale in spoken:
            language = None
        return Result(slots={"report_language": language})

    def _spoken(self, country: str) -> Sequence[str]:
        """By the first contact; where that is not known, officially in the country (CLDR)."""
        if country not in self._hotlines.codes:
            return ()
        contacts = self._hotlines.route(country).contacts
        if contacts and contacts[0].languages:
            return contacts[0].languages
        return get_official_languages(country, de_facto=True)

    def show_report(self, request: Request) -> Result:
        """Everything that was answered, as one text to copy; in ``language``, if that is set."""
        language = str(request.arguments.get("language"))
        if language not in self._catalogues.languages:
            language = request.locale
        rows = rows_to_pass_on(request, language)
        title = self._say(request, N_("Your report"))
        heading = f"📝 <b>{title}</b>"
        if language != request.locale:
            name = Locale.parse(request.locale).languages.get(language, language)
            heading = self._say(request, N_("🌐 <b>In {language}</b>, for the hotline there"))
            heading = heading.replace("{language}", name)
        if not rows:
            nothing = self._say(request, N_("Nothing is written in it yet."))
            return Result((Message(f"{heading}\n\n{nothing}"),))
        messages = [Message(text) for text in _pages(heading, rows)]
        pieces = split_for_copy(summary_text(rows, language, self._catalogues.text))
        if 0 < len(pieces) <= MOST_COPIES:
            label = self._say(request, N_("Copy"))
            of = f"/{len(pieces)}" if len(pieces) > 1 else ""
            copies = tuple(
                Button(f"📋 {label} {number}{of}" if of else f"📋 {label}", "copy", piece)
                for number, piece in enumerate(pieces, 1)
            )
            shown = tuple(copies[at : at + 3] for at in range(0, len(copies), 3))
            messages[-1] = Message(messages[-1].text, shown)
        return Result(tuple(messages))

    def _say(self, request: Request, text: str) -> str:
        return self._catalogues.text(request.locale, None, text)


def _pages(heading: str, rows: Sequence[Told]) -> Iterator[str]:
    """Messages of at most Telegram's length, never cut within a label or a tag."""
    page = heading
    for row in rows:
        label = f"<b>{html.escape(row.label, quote=False)}</b>\n"
        for start in range(0, len(row.answer), PIECE):
            piece = html.escape(row.answer[start : start + PIECE], quote=False)
            shown = f"{'' if start else label}{piece}"
            if len(page) + len(shown) > PIECE:
                yield page
                page = shown
            else:
                page += f"\n\n{shown}"
    yield page
