"""The files of a report, read again with other programs' eyes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from pypdf import PdfReader
from shipped_content import CONTENT

from bot.actions.report_files import ReportFiles
from bot.conversation.messages import Document, Message
from bot.conversation.world import Request, Told

FILES = ReportFiles(CONTENT.hotlines, CONTENT.catalogues)
WORLD: Any = SimpleNamespace(
    now=datetime(2026, 11, 25, 23, 40, tzinfo=UTC), country_name=CONTENT.places.country_name
)
LABELS = {"en": ("Seen", "Reach"), "fr": ("Vu", "Joindre")}


def told(locale: str) -> Sequence[Told]:
    seen, reach = LABELS.get(locale, LABELS["en"])
    return (
        Told("report_what", seen, "un garçon & <b>Дівчинка</b>"),
        Told("report_reach", reach, "+33 6 00 00 00 00"),
    )


def made(locale: str = "fr", **arguments: Any) -> tuple[Message, ...]:
    return FILES.report_files(Request(locale, arguments, WORLD, told)).messages


def documents(messages: tuple[Message, ...]) -> list[Document]:
    return [message.document for message in messages if message.document]


def pdf_text(document: Document) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(document.content)).pages)


def test_a_text_file_and_a_pdf() -> None:
    messages = made()
    text, pdf = documents(messages)
    assert (text.name, text.media_type) == ("report-2026-11-25.txt", "text/plain")
    assert (pdf.name, pdf.media_type) == ("report-2026-11-25.pdf", "application/pdf")
    assert text.content.decode("utf-8") == (
        "\ufeffSignalement d’un soupçon d’exploitation sexuelle d’un enfant\n"
        "25 novembre 2026\n\n"
        "Vu\u00a0: un garçon & <b>Дівчинка</b>\n"
    )
    for part in ("Signalement", "25 novembre 2026", "Vu", "un garçon", "Дівчинка"):
        assert part in pdf_text(pdf)
    assert all(message.text for message in messages)


def test_the_hotlines_language_stands_below_and_beside() -> None:
    text, pdf = documents(made(language="en", contact="reach"))
    own, other = text.content.decode("utf-8-sig").split("\n\n\n")
    assert own.startswith("[Français]\nSignalement")
    assert other.startswith("[English]\nReport of suspected sexual exploitation of a child\n")
    assert "Vu\u00a0: un garçon" in own
    assert "Seen: un garçon" in other
    for part in ("Français", "English", "Vu", "Seen", "Joindre", "Reach"):
        assert part in pdf_text(pdf)


def test_one_language_is_enough_where_there_is_no_other() -> None:
    assert made() == made(language=None) == made(language="fr") == made(language="xx")
    assert made() == made(language=["KE", "Kenya"])


def test_how_to_be_reached_is_in_it_only_where_that_is_wanted() -> None:
    for contact, there in (("reach", True), ("anonymous", False), ("–", False), (None, False)):
        text, pdf = documents(made(contact=contact))
        assert ("+33 6" in text.content.decode()) == there
        assert ("+33 6" in pdf_text(pdf)) == there


def test_a_report_without_a_word_makes_no_file() -> None:
    (message,) = FILES.report_files(Request("en", {}, WORLD, lambda _: ())).messages
    assert message.document is None
    assert "Nothing is written" in message.text


def test_the_pdf_says_where_to_send_it() -> None:
    _, pdf = documents(made("en", country=["AT", "Wien"], home="FR", setting="hotel"))
    text = " ".join(pdf_text(pdf).split())
    here, home = text.index("nicht-wegsehen.at"), text.index("119 - Allo Enfance en Danger, France")
    assert text.index("Where to send it") < here < home
    assert "+33 1 53 06 38 94" in text
    links = [
        str(each.get_object()["/A"]["/URI"])
        for page in PdfReader(BytesIO(pdf.content)).pages
        for each in page.get("/Annots", ())
    ]
    assert any(link.startswith("mailto:meldestelle@interpol.at?subject=Report") for link in links)
    assert "Opfer-Notruf" not in text  # support for the witness takes no report


def test_without_a_place_the_pdf_names_who_is_there_for_every_country() -> None:
    _, pdf = documents(made("en"))
    assert "dontlookaway.report" in pdf_text(pdf)
    _, pdf = documents(made("en", home="HU", setting="online"))
    assert "Internet Hotline (NMHH), Hungary" in pdf_text(pdf)
