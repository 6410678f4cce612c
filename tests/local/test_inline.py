"""Inline queries: what is typed, what is listed, what is sent."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.error import BadRequest

from bot.local import LocalBotApi, Person

OPEN = InlineKeyboardMarkup([[InlineKeyboardButton("Open", url="https://t.me/a_bot?start=to_TH")]])


async def test_a_result_is_listed_and_sent(server: LocalBotApi, bot: Bot, ana: Person) -> None:
    assert (await bot.get_me()).supports_inline_queries
    asking = asyncio.create_task(ana.ask_inline("Thailand"))
    (update,) = await bot.get_updates(timeout=5)
    query = update.inline_query
    assert query
    assert (query.query, query.from_user.language_code) == ("Thailand", "fr")
    content = InputTextMessageContent("<b>Thailand</b>", "HTML")
    article = InlineQueryResultArticle("to_TH", "Tips", content, OPEN, description="Look")
    await query.answer(
        [article], is_personal=True, button=InlineQueryResultsButton("Chat", start_parameter="x")
    )
    answer = await asking
    assert (answer.cache_time, answer.is_personal) == (300, True)
    assert answer.button == {"text": "Chat", "start_parameter": "x"}
    (listed,) = answer.results
    assert (listed.id, listed.title, listed.description) == ("to_TH", "Tips", "Look")

    group = server.group(-5)
    for chat in (ana.chat, group):
        sent = await ana.choose(listed, chat)
        assert chat.last is sent
        assert not sent.by_bot
    first, second = await bot.get_updates(update.update_id + 1)
    for message, chat_id in ((first.message, 42), (second.message, -5)):
        assert message
        assert message.chat.id == chat_id
        assert message.from_user == query.from_user
        assert message.via_bot
        assert message.via_bot.username == "dont_look_away_bot"
        assert (message.text, message.entities[0].type) == ("Thailand", "bold")
        assert message.reply_markup
        assert message.reply_markup.inline_keyboard[0][0].url == "https://t.me/a_bot?start=to_TH"


async def test_nobody_waits_for_an_answer_to_another_query(bot: Bot, ana: Person) -> None:
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_inline_query("1", [])


ARTICLE: dict[str, Any] = {
    "type": "article",
    "id": "1",
    "title": "Tips",
    "input_message_content": {"message_text": "Look"},
}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in ARTICLE.items() if key != name}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"results": {"a": 1}}, "expected an Array of inline query results"),
        (
            {"results": [1]},
            "can't parse inline query result: Inline query result must be an object",
        ),
        (
            {"results": [without("type")]},
            "can't parse inline query result: Can't find field \"type\"",
        ),
        ({"results": [without("id")]}, "can't parse inline query result: Can't find field \"id\""),
        (
            {"results": [without("title")]},
            "can't parse inline query result: Can't find field \"title\"",
        ),
        (
            {"results": [{**ARTICLE, "title": 7}]},
            'can\'t parse inline query result: Field "title" must be of type String',
        ),
        (
            {"results": [without("input_message_content")]},
            "can't parse inline query result: Input message content is not specified",
        ),
        (
            {"results": [{**ARTICLE, "type": "hologram"}]},
            'can\'t parse inline query result: type "hologram" is unsupported for the inline query '
            "result",
        ),
        (
            {"results": [{**ARTICLE, "input_message_content": {"message_text": "x" * 4097}}]},
            "message is too long",
        ),
        ({"results": [{**ARTICLE, "id": "é" * 33}]}, "RESULT_ID_INVALID"),
        ({"results": [ARTICLE, ARTICLE]}, "RESULT_ID_DUPLICATE"),
        ({"results": [{**ARTICLE, "id": str(n)} for n in range(51)]}, "RESULTS_TOO_MUCH"),
        ({"results": [], "next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
        (
            {"results": [], "button": {"text": "Chat", "start_parameter": "a b"}},
            "START_PARAM_INVALID",
        ),
        ({"results": [], "button": {"text": " ", "start_parameter": "a"}}, "BUTTON_TEXT_EMPTY"),
    ],
)
async def test_what_telegram_refuses(
    http: aiohttp.ClientSession, given: dict[str, Any], reason: str
) -> None:
    async with http.post("answerInlineQuery", json={"inline_query_id": "1", **given}) as response:
        assert response.status == 400
        assert (await response.json())["description"] == f"Bad Request: {reason}"


async def test_broken_markup_is_refused(http: aiohttp.ClientSession) -> None:
    broken = {"message_text": "<b>Look", "parse_mode": "HTML"}
    body = {"inline_query_id": "1", "results": [{**ARTICLE, "input_message_content": broken}]}
    async with http.post("answerInlineQuery", json=body) as response:
        assert "can't parse entities" in (await response.json())["description"]
    tel = {"inline_keyboard": [[{"text": "Call", "url": "tel:112"}]]}
    body = {"inline_query_id": "1", "results": [{**ARTICLE, "reply_markup": tel}]}
    async with http.post("answerInlineQuery", json=body) as response:
        assert "Unsupported URL protocol" in (await response.json())["description"]
