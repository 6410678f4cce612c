"""The action that gives a witness their report as files, to keep, to print or to attach."""

from __future__ import annotations

from datetime import date
from typing import Final

from babel.dates import format_date

from bot.actions.recipients import recipients
from bot.actions.report_rows import rows_to_pass_on
from bot.conversation.messages import Document, Message
from bot.conversation.world import Request, Result
from bot.i18n.catalogues import Catalogues, language_name
from bot.i18n.markers import N_
from bot.knowledge.hotlines import Hotlines
from bot.reports.pdf import Version, report_pdf
from bot.reports.summary import summary_text

TITLE = N_("Report of suspected sexual exploitation of a child")

_MARK: Final = "\ufeff"
"""Without a byte order mark the previews of some phones take UTF-8 for Latin-1."""


class ReportFiles:
    """Makes the files, in the witness's language and in that of the hotline."""

    def __init__(self, hotlines: Hotlines, catalogues: Catalogues) -> None:
        self._hotlines = hotlines
        self._catalogues = catalogues

    def report_files(self, request: Request) -> Result:
        """A text file and a PDF; the ``language`` of the hotline, where given, stands beside.

        The PDF says where to send it, for ``country``, ``home`` and ``setting``.
        """
        language = request.arguments.get("language")
        whom = recipients(self._hotlines, request)
        locales = [request.locale]
        if language in self._catalogues.languages and language != request.locale:
            locales.append(str(language))
        versions = [
            Version(locale, self._text(locale, TITLE), rows_to_pass_on(request, locale))
            for locale in locales
        ]
        if not versions[0].rows:
            nothing = self._text(request.locale, N_("Nothing is written in it yet."))
            return Result((Message(f"📝 {nothing}"),))
        day = request.world.now.date()
        text = Document(
            f"report-{day}.txt", "text/plain", self._plain(versions, day).encode("utf-8")
        )
        pdf = report_pdf(
            versions[0],
            day=day,
            translate=self._catalogues.text,
            other=versions[1] if len(versions) > 1 else None,
            contacts=whom,
        )
        as_text = self._text(request.locale, N_("Your report as a text file."))
        as_pdf = self._text(request.locale, N_("The same as a PDF, to print or to attach."))
        saved = self._text(
            request.locale,
            N_("A file that you save stays on your phone, even after you erase this chat."),
        )
        paper = Document(f"report-{day}.pdf", "application/pdf", pdf)
        return Result(
            (Message(as_text, document=text), Message(f"{as_pdf}\n\n{saved}", document=paper))
        )

    def _text(self, locale: str, sentence: str) -> str:
        return self._catalogues.text(locale, None, sentence)

    def _plain(self, versions: list[Version], day: date) -> str:
        parts = []
        for version in versions:
            written = format_date(day, "long", locale=version.locale)
            rows = summary_text(version.rows, version.locale, self._catalogues.text)
            name = f"[{language_name(version.locale)}]\n" if len(versions) > 1 else ""
            parts.append(f"{name}{version.title}\n{written}\n\n{rows}\n")
        return _MARK + "\n\n".join(parts)
