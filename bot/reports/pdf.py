"""A report as a PDF of A4 pages, in one language or in two side by side.

The typeface is DejaVu Sans: Latin, Cyrillic, Greek, Arabic, Hebrew, Armenian and Georgian. What it
has no glyph for is shown as □, and the page says so.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, time
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import regex
from babel.dates import format_date

from bot.i18n.catalogues import direction, language_name
from bot.i18n.markers import N_
from bot.reports.summary import mail_link, summary_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from fpdf import FPDF

    from bot.conversation.world import Told
    from bot.reports.summary import Translate

UNSENT = N_("This report is with the hotline only once you have sent it there.")
WHERE = N_("Where to send it")
UNSHOWN = N_("□ stands for a character that this page cannot show. The text version has it.")

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
_UNKNOWN: Final = "□"
_JOINERS: Final = "\u200c\u200d"
_PAGES: Final = "\ufdd0"
"""Stands for the number of pages until it is known: a character that no text can hold."""
_GRAPHEME = regex.compile(r"\X")


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


def printable(text: str, glyphs: Collection[int]) -> str:
    """``text`` without control characters, and with □ for each grapheme that has no glyph."""
    lines = "\n".join(text.expandtabs(1).splitlines())
    kept = "".join(
        character
        for character in lines
        if character in "\n" + _JOINERS or unicodedata.category(character)[0] != "C"
    )
    return "".join(
        each if all(map(glyphs.__contains__, _needed(each))) else _UNKNOWN
        for each in _GRAPHEME.findall(kept)
    )


def _needed(grapheme: str) -> Iterable[int]:
    """The code points that need a glyph: no line end, no joiner, no choice of an emoji's style."""
    return (ord(each) for each in grapheme if each not in "\n\ufe0e\ufe0f" + _JOINERS)


def _reads(text: str, otherwise: str) -> str:
    """Which way a line is written: as its first letter is."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return otherwise


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
        self._notes = [translate(version.locale, None, UNSHOWN) for version in versions]
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
        add_fonts(self._pdf, "".join(self._texts()))
        self._pdf.set_font(FAMILY)
        self._glyphs = glyphs()
        self._pdf.alias_nb_pages(_PAGES)
        self._pdf.set_margins(_MARGIN, 24)
        self._pdf.set_auto_page_break(True, _FOOT)
        self._pdf.add_page()
        self._unshown = False
        self._heading()

    def _texts(self) -> Iterator[str]:
        """All that can come to stand on the page."""
        yield "0123456789 /" + _UNKNOWN
        yield self._written
        yield from (*self._feet, *self._notes, self._where)
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
        self._keep_together(row.answer, wide)
        rtl = self._way == "rtl"
        left = self._pdf.l_margin
        label_at, answer_at = (left + wide + _GUTTER, left) if rtl else (left, left + _LABELS + 8)
        page, top = self._pdf.page, self._pdf.y
        self._label(row.label, self._way, label_at, _LABELS)
        below = self._pdf.y
        self._pdf.y = top
        self._text(row.answer, self._way, answer_at, wide)
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
        self._keep_together(own.answer, self._pdf.epw if same else self._half, extra=_LINE)
        self._columns([own.label, other.label])
        if same:
            self._text(own.answer, self._way, self._pdf.l_margin, self._pdf.epw)
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
        if self._unshown:
            self._rule()
            for note, version in zip(self._notes, self._versions, strict=True):
                self._line(note, direction(version.locale), size=8, grey=True, height=4.4)
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

    def _text(self, text: str, otherwise: str, x: float, width: float) -> None:
        """An answer; each of its lines the way it is written."""
        for line in text.splitlines():
            self._line(line, _reads(line, otherwise), x=x, width=width)

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
        shown = printable(text, self._glyphs)
        self._unshown = self._unshown or shown.count(_UNKNOWN) > text.count(_UNKNOWN)
        self._pdf.set_font("", "B" if bold else "", size)
        self._pdf.set_text_color(_GREY if grey else _BLACK)
        self._pdf.set_text_shaping(True, direction=_reads(shown, way))
        self._pdf.x = self._pdf.l_margin if x is None else x
        self._pdf.multi_cell(
            width,
            height,
            shown,
            align="R" if way == "rtl" else "L",
            new_x="LMARGIN",
            new_y="NEXT",
            link=link,
        )

    def _keep_together(self, text: str, width: float, extra: float = 0) -> None:
        """Begin a new page when the field fits on one, but not on the rest of this one."""
        self._pdf.set_font("", "", _SIZE)
        self._pdf.set_text_shaping(False)  # a good guess will do
        shown = printable(text, self._glyphs).splitlines()
        lines = sum(1 + int(self._pdf.get_string_width(line) * 1.05 / width) for line in shown)
        height = extra + _LINE * lines
        self._need(min(height, self._pdf.eph / 3))

    def _need(self, height: float) -> None:
        """Begin a new page when this one has less room."""
        if self._pdf.will_page_break(height):
            self._pdf.add_page()

    def _rule(self) -> None:
        self._pdf.ln(2.5)
        self._pdf.set_draw_color(_RULE)
        self._pdf.line(_MARGIN, self._pdf.y, self._pdf.w - _MARGIN, self._pdf.y)
        self._pdf.ln(5)
