"""The PDF of a report, opened again by a reader of another make."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from bot.conversation.world import Told
from bot.reports import pdf, pdf_fonts
from bot.reports.pdf import Recipient, Version, report_pdf

DAY = date(2026, 11, 25)


def translate(locale: str, context: str | None, text: str) -> str:
    return text


def version(*answers: str, locale: str = "en") -> Version:
    rows = [Told("report_what", "What was seen", answer) for answer in answers]
    return Version(locale, "Report", rows)


def read(document: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(document)).pages)


def made(*answers: str, locale: str = "en") -> str:
    return read(report_pdf(version(*answers, locale=locale), day=DAY, translate=translate))


def test_a_report_says_what_it_is_and_that_it_is_not_sent() -> None:
    text = made("A grey car", "Near the beach")
    for part in ("Report", "25", "2026", "A grey car", "Near the beach", "1 / 1", "once you have"):
        assert part in text


def test_ukrainian_and_arabic_can_be_read_again() -> None:
    assert "Дівчинка" in made("Дівчинка, червона футболка", locale="uk")
    text = made("فندق", locale="ar")
    assert "فندق" in text or "قدنف" in text  # readers differ in the order of what they give back


def test_two_languages_stand_on_one_page() -> None:
    own, other = version("Plage", "gris", locale="fr"), version("Beach", "gris")
    text = read(report_pdf(own, day=DAY, translate=translate, other=other))
    assert "Plage" in text
    assert "Beach" in text
    assert text.count("gris") == 1


def test_a_long_report_goes_on_over_pages() -> None:
    text = made(*(f"Answer number {number}. " + "word " * 90 for number in range(20)))
    assert "1 / 1\n" not in text
    assert all(f"number {number}." in text for number in range(20))
    assert text.count("word") == 20 * 90


@pytest.mark.parametrize("answer", ["🏨 hotel", "北京 hotel", "\x00\x1b\u202ehotel", "\ud800hotel"])
def test_whatever_was_typed_can_be_printed_and_is_not_logged(
    answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert "hotel" in made(answer)
    assert not caplog.records


@pytest.mark.parametrize(
    "answer",
    ["a\n" * 2048, "." * 4096, "\u200d" * 4096, "e" + "\u0301" * 4095, "😀" * 2048, " " * 4096],
    ids=["lines", "dots", "joiners", "accents", "emoji", "spaces"],
)
def test_junk_neither_breaks_a_page_nor_makes_a_book(answer: str) -> None:
    document = report_pdf(version(*[answer] * 11, "hotel"), day=DAY, translate=translate)
    pages = PdfReader(BytesIO(document)).pages
    assert len(pages) <= 8
    text = read(document)
    assert ("hotel" in text) != ("the rest of a very long report" in text)


def test_what_cannot_be_shown_is_admitted() -> None:
    assert "stands for a character" in made("北京")
    assert "stands for a character" not in made("Beijing")


def test_the_same_report_gives_the_same_bytes() -> None:
    first, second = (report_pdf(version("x"), day=DAY, translate=translate) for _ in range(2))
    assert first == second


def test_the_library_is_loaded_only_when_a_pdf_is_made() -> None:
    code = "import bot.reports.pdf, sys; sys.exit('fpdf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_fonts_are_cut_to_no_less_than_what_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: set[str] = set()
    given: set[str] = set()
    line, add_fonts = pdf._Page._line, pdf_fonts.add_fonts

    def noted_line(page: pdf._Page, text: str, *args: Any, **options: Any) -> None:
        drawn.update(text)
        line(page, text, *args, **options)

    def noted_fonts(document: Any, letters: str) -> Any:
        given.update(letters)
        return add_fonts(document, letters)

    monkeypatch.setattr(pdf._Page, "_line", noted_line)
    monkeypatch.setattr(pdf_fonts, "add_fonts", noted_fonts)
    own, other = version("Дівчинка 北京", "gris", locale="uk"), version("Girl", "gris", locale="fr")
    text = read(report_pdf(own, day=DAY, translate=translate, other=other))
    assert "stands for a character" in text
    assert drawn <= given
    assert set("0123456789 /") <= given  # the number of the page
    assert not set("QŻ") & given


def test_letters_join_as_their_neighbours_ask() -> None:
    glyphs = {}
    for word in ("ههه", "ه ه ه"):
        document = report_pdf(version(word, locale="ar"), day=DAY, translate=translate)
        fonts = PdfReader(BytesIO(document)).pages[0]["/Resources"]["/Font"].values()
        files = [
            each.get_object()["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile2"].get_data()
            for each in fonts
        ]
        glyphs[word] = max(len(TTFont(BytesIO(file)).getGlyphOrder()) for file in files)
    assert glyphs["ههه"] == glyphs["ه ه ه"] + 2  # first, middle and last in place of one alone


CONTACTS = (
    Recipient("Police unit", phone="+43 1 24836 985", email="unit@example.org"),
    Recipient("Ребёнок 116", phone="116 111"),
    Recipient("Portal", web="https://example.org/report"),
)


def links(document: bytes) -> list[str]:
    found = []
    for page in PdfReader(BytesIO(document)).pages:
        for each in page.get("/Annots", ()):
            found.append(str(each.get_object()["/A"]["/URI"]))
    return found


def test_where_to_send_it_stands_at_the_end_with_links() -> None:
    document = report_pdf(version("A car"), day=DAY, translate=translate, contacts=CONTACTS)
    text = read(document)
    assert text.index("A car") < text.index("Where to send it") < text.index("Police unit")
    for part in ("+43 1 24836 985", "unit@example.org", "Ребёнок 116", "https://example.org"):
        assert part in text
    assert links(document) == [
        "tel:+43124836985",
        "mailto:unit@example.org?subject=Report&body=What%20was%20seen%3A%20A%20car",
        "tel:116111",
        "https://example.org/report",
    ]


def test_the_mail_is_in_the_language_of_the_hotline() -> None:
    own, other = version("gris", locale="fr"), version("grey")
    document = report_pdf(own, day=DAY, translate=translate, other=other, contacts=CONTACTS)
    assert links(document)[1].endswith("%3A%20grey")


def test_no_contact_is_torn_over_two_pages() -> None:
    long = version("word " * 600)
    many = [Recipient(f"Line {n}", "116", "https://example.org", "a@b.org") for n in range(30)]
    document = report_pdf(long, day=DAY, translate=translate, contacts=many)
    for page in PdfReader(BytesIO(document)).pages:
        text = page.extract_text()
        assert text.count("Line ") == text.count("116") == text.count("a@b.org")


def test_without_contacts_there_is_no_such_part() -> None:
    assert "Where to send it" not in made("A car")
