"""The bot's name and a place, typed in any chat: cards with tips and contacts to send there."""

from __future__ import annotations

import html
import textwrap
from typing import TYPE_CHECKING, Any, Final

from bot.conversation.options import flag
from bot.telegram.calls import Call
from bot.telegram.markup import plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.content import Content
    from bot.knowledge.places import Place
    from bot.telegram.presentation import Presentation
    from bot.telegram.updates import Inline

MOST_CARDS: Final = 5
DESCRIPTION: Final = 120
"""Characters of the lines below a title that a phone shows."""
CACHED: Final = 300
"""Seconds for which Telegram may answer the same person itself."""


def answer_inline(
    query: Inline, locale: str, content: Content, words: Presentation, *, home: str, now: datetime
) -> Call:
    """The answer to a query: a card for its place, several where it may mean several places, and
    where it names none, one for every country. ``home`` is the bot's public address.
    """
    articles = list(_cards(query.query, locale, content, words, home=home, now=now))
    return Call(
        "answerInlineQuery",
        {
            "inline_query_id": query.inline_query_id,
            "results": articles or [_general(locale, words, home)],
            "cache_time": CACHED,
            "is_personal": True,  # Telegram tells queries apart by their words, not by language
            "button": {"text": words.open_chat(locale), "start_parameter": "inline"},
        },
    )


def _cards(
    text: str, locale: str, content: Content, words: Presentation, *, home: str, now: datetime
) -> Iterator[dict[str, Any]]:
    found = content.places.find(text, locale)
    places = (found.place,) if found.place else found.candidates
    for place in places[:MOST_CARDS]:
        card = content.card(place, locale, now).text
        yield _article(
            f"to_{place.country}",
            f"{flag(place.country)} {words.card_title(locale, _label(place, locale, content))}",
            description=_first_tip(card),
            text=card,
            label=words.open_chat(locale),
            link=f"{home}?start=to_{place.country}",
        )


def _general(locale: str, words: Presentation, home: str) -> dict[str, Any]:
    profile = words.profile(locale)
    name, about = profile.name, profile.short_description
    return _article(
        "home",
        name,
        description=about,
        text=f"<b>{html.escape(name, quote=False)}</b>\n\n{html.escape(about, quote=False)}",
        label=words.open_chat(locale),
        link=home,
    )


def _label(place: Place, locale: str, content: Content) -> str:
    country = content.places.country_name(place.country, locale)
    return country if place.name == country else f"{place.name}, {country}"


def _first_tip(card: str) -> str:
    bullets = (line for line in plain(card).splitlines() if line.startswith("•"))
    return textwrap.shorten(next(bullets, "").lstrip("• "), DESCRIPTION, placeholder="…")


def _article(
    result_id: str, title: str, *, description: str, text: str, label: str, link: str
) -> dict[str, Any]:
    return {
        "type": "article",
        "id": result_id,
        "title": title,
        "description": description,
        "input_message_content": {
            "message_text": text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        },
        "reply_markup": {"inline_keyboard": [[{"text": label, "url": link}]]},
    }
