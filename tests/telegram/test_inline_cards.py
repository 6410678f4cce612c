"""Cards for any chat, made from the shipped content."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipped_content import CONTENT

from bot.conversation.events import Start
from bot.conversation.session import Session
from bot.local.inline import InlineAnswer, read_answer
from bot.local.parameters import Parameters
from bot.telegram.inline import answer_inline
from bot.telegram.presentation import Presentation
from bot.telegram.updates import Inline

WORDS = Presentation(CONTENT.catalogues)
NOW = datetime(2027, 6, 20, 12, tzinfo=UTC)
HOME = "https://t.me/example_bot"


def answered(text: str, locale: str = "en") -> dict[str, Any]:
    """The answer as it is sent."""
    query = Inline(1, "8", locale, text)
    call = answer_inline(query, locale, CONTENT, WORDS, home=HOME, now=NOW)
    assert call.method == "answerInlineQuery"
    return call.params


def listed(text: str, locale: str = "en") -> InlineAnswer:
    """What Telegram lists, if it takes the answer at all."""
    return read_answer(Parameters(answered(text, locale)))


def link(result: Any) -> str:
    ((button,),) = result.reply_markup["inline_keyboard"]
    return str(button["url"])


def test_a_place_gives_the_card_that_the_chat_shows() -> None:
    answer = listed("Thailand")
    (card,) = answer.results
    assert card.id == "to_TH"
    assert card.title == "🇹🇭 Thailand: tips and contacts"
    assert link(card) == f"{HOME}?start=to_TH"
    assert answer.is_personal
    heading, _, tip, *_ = card.text.splitlines()
    assert heading == "🇹🇭 Thailand"
    assert tip.removeprefix("• ").startswith(card.description.rstrip("…"))
    assert len(card.description) <= 120
    assert "191" in card.text
    (article,) = answered("Thailand")["results"]
    turn = CONTENT.advance(Session(), Start(card.id), NOW)
    assert article["input_message_content"]["message_text"] in {m.text for m in turn.messages}


def test_the_language_is_the_senders() -> None:
    (card,) = listed("Thaïlande", "fr").results
    assert "Thaïlande" in card.title
    assert card.text.startswith("🇹🇭 Thaïlande\n")
    (everywhere,) = listed("", "fr").results
    assert everywhere.title == "Ne détournez pas le regard"


def test_a_place_within_a_country() -> None:
    (card,) = listed("Fortaleza").results
    assert card.title == "🇧🇷 Fortaleza, Brazil: tips and contacts"
    assert link(card) == f"{HOME}?start=to_BR"


def test_a_name_that_several_places_share_gives_the_choice() -> None:
    cards = listed("San Jose").results
    assert {"to_CR", "to_US", "to_PH"} <= {card.id for card in cards}
    assert len(cards) <= 5


@pytest.mark.parametrize("text", ["", "   ", "what is this", "<b>&"])
def test_without_a_place_there_is_one_card_for_every_country(text: str) -> None:
    answer = listed(text)
    (card,) = answer.results
    assert card.title == "Don't look away"
    assert link(card) == HOME
    assert answer.button == {"text": "Open the chat", "start_parameter": "inline"}


@pytest.mark.parametrize("locale", CONTENT.catalogues.languages)
def test_every_country_has_a_card_that_telegram_takes(locale: str) -> None:
    for country in CONTENT.hotlines.codes:
        cards = listed(CONTENT.places.country_name(country, locale), locale).results
        assert f"to_{country}" in {card.id for card in cards}
        for card in cards:
            assert card.description
            assert card.text.count("• ") == 3


@given(st.text(max_size=256))
def test_any_words_get_an_answer(text: str) -> None:
    assert 1 <= len(listed(text).results) <= 5
