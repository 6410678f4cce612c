"""A report as a PDF of A4 pages, in one language or in two side by side.

The typeface is DejaVu Sans: Latin, Cyrillic, Greek, Arabic, Hebrew, Armenian and Georgian. What it
has no glyph for is shown as □, and the page says so.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from babel.dates import format_date

from bot.i18n.catalogues import direction, language_name
from bot.i18n.markers import N_
from bot.reports.pdf_text import UNKNOWN, printable, reads, wrapped
from bot.reports.summary import mail_link, summary_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fpdf import FPDF

    from bot.conversation.world import Told
    from bot.reports.summary import Translate

UNSENT = N_("This report is with the hotline only once you have sent it there.")
WHERE = N_("Where to send it")
UNSHOWN = N_("□ stands for a character that this page cannot show. The text version has it.")
CUT = N_("[…] stands for the rest of a very long report. The text version has it.")

_MOST: Final = 200
"""Lines of answers, five pages of them: more would keep everybody else waiting."""
_REST: Final = "[…]"

_SIZE: Final = 10.5
_GREY: Final = 105
_BLACK: Final = 25
_RULE: Final = 205
# Millimetres
_MARGIN: Final = 22
_FOOT: Final = 32
_LABELS: Final = 42
_GUTTER: Final = 8
_LINE: Final = 5.8
_GAP: Final = 4.2
_CONTACT: Final = 5 * _LINE + _GAP
"""A name of two lines, phone, page and mail."""
_PAGES: Final = "\ufdd0\ufdd0"
"""Stands for the number of pages until it is known: a character that no text can hold."""


class Version(NamedTuple):
    """The report in one language."""

    locale: str
    title: str
    rows: Sequence[Told]


class Recipient(NamedTuple):
    """Somebody to send the report to; ``phone`` as it is dialled, ``web`` with ``https://``."""

    name: str
    phone: str = ""
    web: str = ""
    email: str = ""


def report_pdf(
    report: Version,
    *,
    day: date,
    translate: Translate,
    other: Version | None = None,
    contacts: Sequence[Recipient] = (),
) -> bytes:
    """The report as a PDF, dated ``day``; the same input gives the same bytes.

    ``other``: the same rows in the language of the hotline, set beside those of the witness.
    ``contacts``: listed at the end, with links; a mail has the report in it, in the language of
    the hotline where there is one.
    """
    versions = (report,) if other is None else (report, other)
    page = _Page(versions, day, translate, contacts)
    if other is None:
        for row in report.rows:
            page.row(row)
    else:
        page.languages()
        for pair in zip(report.rows, other.rows, strict=True):
            page.pair(*pair)
    if contacts:
        in_mail = versions[-1]
        body = summary_text(in_mail.rows, in_mail.locale, translate)
        page.recipients(contacts, partial(mail_link, subject=in_mail.title, body=body))
    return page.finished()


class _Page:
    """Draws the parts of a report one below the other."""

    def __init__(
        self,
        versions: Sequence[Version],
        day: date,
        translate: Translate,
        contacts: Sequence[Recipient],
    ) -> None:
        # Slow to import, and most starts make no PDF.
        from fpdf import FPDF  # noqa: PLC0415

        from bot.reports.pdf_fonts import FAMILY, add_fonts, glyphs  # noqa: PLC0415

        self._versions = versions
        self._contacts = contacts
        self._where = translate(versions[0].locale, None, WHERE)
        self._feet = [translate(version.locale, None, UNSENT) for version in versions]
        self._notes = {
            note: [translate(version.locale, None, note) for version in versions]
            for note in (UNSHOWN, CUT)
        }
        self._written = format_date(day, "long", locale=versions[0].locale)
        feet, draw = self._feet, self._line

        class Paper(FPDF):
            def footer(self) -> None:
                self.set_y(-_FOOT + 8)
                for foot, version in zip(feet, versions, strict=True):
                    draw(foot, direction(version.locale), size=8, grey=True, height=4.2)
                number = f"{self.page_no()} / {_PAGES}"
                self.set_text_shaping(False)
                self.cell(0, 4.2, number, align="C")

        self._pdf: FPDF = Paper(format="A4")
        self._pdf.set_creation_date(datetime.combine(day, time(), UTC))
        self._pdf.set_lang(versions[0].locale.replace("_", "-"))
        self._measure = add_fonts(self._pdf, "".join(self._texts()))
        self._pdf.set_font(FAMILY)
        self._glyphs = glyphs()
        self._pdf.alias_nb_pages(_PAGES)
        self._pdf.set_margins(_MARGIN, 24)
        self._pdf.set_auto_page_break(True, _FOOT)
        self._pdf.add_page()
        self._needed: set[str] = set()
        self._left = _MOST
        self._heading()

    def _texts(self) -> Iterator[str]:
        """All that can come to stand on the page."""
        yield "0123456789 /" + UNKNOWN + _REST
        yield self._written
        yield from (*self._feet, self._where)
        for notes in self._notes.values():
            yield from notes
        for contact in self._contacts:
            yield from contact
        for version in self._versions:
            yield version.title
            yield language_name(version.locale)
            for row in version.rows:
                yield from (row.label, row.answer)

    def _heading(self) -> None:
        self._pdf.set_title(printable(self._versions[0].title, self._glyphs))
        for at, version in enumerate(self._versions):
            size = 13 if at else 19
            way = direction(version.locale)
            self._line(version.title, way, size=size, bold=not at, height=size * 0.48, grey=at > 0)
        self._pdf.ln(1.5)
        self._line(self._written, self._way, size=9, grey=True)
        self._rule()

    @property
    def _way(self) -> str:
        return direction(self._versions[0].locale)

    def row(self, row: Told) -> None:
        """One field: its label in a column of its own, the answer beside it."""
        wide = self._pdf.epw - _LABELS - _GUTTER
        lines = self._lines_of(row.answer, wide)
        self._keep_together(lines)
        rtl = self._way == "rtl"
        left = self._pdf.l_margin
        label_at, answer_at = (left + wide + _GUTTER, left) if rtl else (left, left + _LABELS + 8)
        page, top = self._pdf.page, self._pdf.y
        self._label(row.label, self._way, label_at, _LABELS)
        below = self._pdf.y
        self._pdf.y = top
        self._text(lines, answer_at, wide)
        if self._pdf.page == page:
            self._pdf.y = max(below, self._pdf.y)
        self._pdf.ln(_GAP)

    def languages(self) -> None:
        """The names of the two languages, above their columns."""
        self._columns([language_name(version.locale) for version in self._versions], bold=True)
        self._pdf.ln(_GAP / 2)

    def pair(self, own: Told, other: Told) -> None:
        """One field in two languages; what is the same in both stands once, below both labels."""
        same = own.answer == other.answer
        lines = self._lines_of(own.answer, self._pdf.epw if same else self._half)
        self._keep_together(lines, extra=_LINE)
        self._columns([own.label, other.label])
        if same:
            self._text(lines, self._pdf.l_margin, self._pdf.epw)
        else:
            self._columns([own.answer, other.answer], answer=True)
        self._pdf.ln(_GAP)

    def recipients(self, contacts: Sequence[Recipient], mail: Callable[[str], str]) -> None:
        """To whom the report can be sent; ``mail`` makes a link of an address."""
        self._need(_CONTACT + 4 * _LINE)
        self._rule()
        self._line(self._where, self._way, size=13, bold=True)
        for contact in contacts:
            self._need(_CONTACT)
            self._pdf.ln(_GAP / 2)
            self._line(contact.name, self._way, bold=True)
            for text, link in (
                (
                    contact.phone,
                    "tel:" + "".join(filter("+0123456789".__contains__, contact.phone)),
                ),
                (contact.web, contact.web),
                (contact.email, mail(contact.email)),
            ):
                if text:
                    self._line(text, self._way, link=link)

    def finished(self) -> bytes:
        """The whole document."""
        if self._needed:
            self._rule()
        for note in sorted(self._needed):
            for text, version in zip(self._notes[note], self._versions, strict=True):
                self._line(text, direction(version.locale), size=8, grey=True, height=4.4)
        return bytes(self._pdf.output())

    @property
    def _half(self) -> float:
        return float(self._pdf.epw - _GUTTER) / 2

    def _columns(self, texts: Sequence[str], *, bold: bool = False, answer: bool = False) -> None:
        top = bottom = self._pdf.y
        for at, (text, version) in enumerate(zip(texts, self._versions, strict=True)):
            self._pdf.y = top
            x = self._pdf.l_margin + at * (self._half + _GUTTER)
            way = direction(version.locale)
            if answer:
                self._line(text, way, x=x, width=self._half)
            else:
                self._label(text, way, x, self._half, bold=bold)
            bottom = max(bottom, self._pdf.y)
        self._pdf.y = bottom

    def _label(self, text: str, way: str, x: float, width: float, *, bold: bool = False) -> None:
        self._line(text, way, x=x, width=width, size=8.5, grey=not bold, bold=bold)

    def _lines_of(self, answer: str, width: float) -> Sequence[tuple[str, str]]:
        """The lines of an answer, and the way that each is written."""
        self._pdf.set_font("", "", _SIZE)
        lines = (
            (line, reads(paragraph, self._way))
            for paragraph in self._shown(answer).splitlines()
            for line in self._wrapped(paragraph, width)
        )
        kept = list(islice(lines, self._left))
        self._left -= len(kept)
        if next(lines, None):
            kept.append((_REST, self._way))
            self._needed.add(CUT)
        return kept

    def _text(self, lines: Sequence[tuple[str, str]], x: float, width: float) -> None:
        self._pdf.set_font("", "", _SIZE)
        self._pdf.set_text_color(_BLACK)
        for line, way in lines:
            self._put(line, way, way, x, width, _LINE)

    def _shown(self, text: str) -> str:
        shown = printable(text, self._glyphs)
        if shown.count(UNKNOWN) > text.count(UNKNOWN):
            self._needed.add(UNSHOWN)
        return shown

    def _wrapped(self, paragraph: str, width: float) -> Iterator[str]:
        return wrapped(paragraph, width - 2 * self._pdf.c_margin, self._measure)

    def _line(
        self,
        text: str,
        way: str,
        *,
        x: float | None = None,
        width: float = 0,
        size: float = _SIZE,
        height: float = _LINE,
        bold: bool = False,
        grey: bool = False,
        link: str = "",
    ) -> None:
        self._pdf.set_font("", "B" if bold else "", size)
        self._pdf.set_text_color(_GREY if grey else _BLACK)
        left = self._pdf.l_margin if x is None else x
        wide = width or self._pdf.epw
        for paragraph in self._shown(text).splitlines():
            reading = reads(paragraph, way)
            for line in self._wrapped(paragraph, wide):
                self._put(line, reading, way, left, wide, height, link)

    def _put(  # noqa: PLR0917
        self,
        line: str,
        reading: str,
        way: str,
        x: float,
        width: float,
        height: float,
        link: str = "",
    ) -> None:
        """Draw one line below the last: written the way ``reading``, on the side where ``way``
        begins.
        """
        self._pdf.set_text_shaping(True, direction=reading)
        self._pdf.x = x
        align = "R" if way == "rtl" else "L"
        self._pdf.cell(width, height, line, align=align, new_x="LMARGIN", new_y="NEXT", link=link)

    def _keep_together(self, lines: Sequence[object], extra: float = 0) -> None:
        """Begin a new page when the field fits on one, but not on the rest of this one."""
        self._need(min(extra + _LINE * len(lines), self._pdf.eph / 3))

    def _need(self, height: float) -> None:
        """Begin a new page when this one has less room."""
        if self._pdf.will_page_break(height):
            self._pdf.add_page()

    def _rule(self) -> None:
        self._pdf.ln(2.5)
        self._pdf.set_draw_color(_RULE)
        self._pdf.line(_MARGIN, self._pdf.y, self._pdf.w - _MARGIN, self._pdf.y)
        self._pdf.ln(5)
