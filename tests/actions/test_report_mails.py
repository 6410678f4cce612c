"""Mails that hold the report, on the data that ships."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.mail import LIMIT, Mails
from bot.content import Content, _World, shipped
from bot.conversation.messages import Button, Message
from bot.conversation.session import SlotValue
from bot.conversation.world import Request, Told
from bot.knowledge.contact_schema import Contact
from bot.local.markup import checked_link

PAGE = "https://bot.example.org/mail"
CONTENT = Content.load(shipped(), mail_page=PAGE)
WORLD = _World(CONTENT, datetime(2026, 11, 25, 12, tzinfo=UTC))
LABELS = {"en": "What was seen", "fr": "Ce qui a été vu"}


def request(answer: str, locale: str = "en", **arguments: SlotValue | None) -> Request:
    def told(language: str) -> list[Told]:
        return [
            Told("report_what", LABELS[language], answer),
            Told("report_reach", "Reach", "+33 6 12 34 56 78"),
        ]

    return Request(locale, arguments, WORLD, told)


def messages(action: str, asked: Request) -> tuple[Message, ...]:
    return CONTENT.actions[action](asked).messages


def mails(sent: tuple[Message, ...]) -> list[Button]:
    return [each for message in sent for each in message.buttons if each.label[0] == "✉"]


def opened(button: Button) -> tuple[str, str, dict[str, list[str]]]:
    """Language, address, and what the mail holds."""
    start, _, rest = button.value.partition("#")
    assert start == PAGE
    language, _, link = rest.partition("&")
    parts = urlsplit(link)
    assert parts.scheme == "mailto"
    return language, unquote(parts.path), parse_qs(parts.query)


def test_who_takes_mail_gets_a_button_with_the_report() -> None:
    sent = messages("show_where_to_send", request("Two men, a girl", country="AT"))
    language, address, mail = opened(mails(sent)[0])
    assert (language, address) == ("en", "meldestelle@interpol.at")
    assert mail["subject"] == ["Report of suspected sexual exploitation of a child"]
    assert mail["body"] == ["What was seen: Two men, a girl"]
    assert "A mail shows your address." in sent[0].text


@pytest.mark.parametrize("action", ["show_contacts", "show_home", "show_fallback", "show_support"])
def test_nowhere_else_does_the_report_leave(action: str) -> None:
    assert mails(messages(action, request("Seen", country="AT", home="HU"))) == []


def test_nobody_is_written_to_without_a_report() -> None:
    empty = Request("en", {"country": "AT"}, WORLD, lambda _: ())
    sent = messages("show_where_to_send", empty)
    assert mails(sent) == []
    assert "✉️ opens" not in sent[0].text


@pytest.mark.parametrize(("wants", "told"), [("reach", True), ("anonymous", False), (None, False)])
def test_how_to_be_reached_only_of_those_who_want_it(wants: str | None, told: bool) -> None:
    sent = messages("show_where_to_send", request("Seen", country="AT", contact=wants))
    _, _, mail = opened(mails(sent)[0])
    assert ("+33 6" in mail["body"][0]) is told


def contact(**facts: Any) -> Contact:
    return Contact(
        name="Line (of somebody)",
        kind="report_portal",
        email="a@example.org",
        source="https://example.org",
        checked=WORLD.now.date(),
        **facts,
    )


@pytest.mark.parametrize(
    ("spoken", "label"),
    [
        ((), "Ce qui a été vu"),
        (("en", "fr"), "Ce qui a été vu"),
        (("th", "en"), "What was seen"),
        (("th",), "Ce qui a été vu"),
    ],
)
def test_the_mail_speaks_a_language_that_is_read_there(spoken: tuple[str, ...], label: str) -> None:
    button = Mails(request("Vu", "fr"), CONTENT.catalogues, PAGE).button(contact(languages=spoken))
    assert button is not None
    assert button.label == "✉️ Écrire à Line"
    language, _, mail = opened(button)
    assert language == "fr"
    assert label in mail["body"][0]


@given(answer=st.text(min_size=1, max_size=3000))
def test_the_address_always_fits_on_a_button(answer: str) -> None:
    button = Mails(request(answer), CONTENT.catalogues, PAGE).button(contact())
    assert button is not None
    assert len(button.value) <= LIMIT
    assert button.value.isascii()
    assert checked_link(button.value) == button.value
