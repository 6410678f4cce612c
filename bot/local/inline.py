"""Checks the answer to an inline query the way Telegram does; of the results, articles only.

What it may hold: https://core.telegram.org/bots/api#answerinlinequery
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from bot.local.autolink import trimmed, with_found_entities
from bot.local.errors import bad_request
from bot.local.keyboards import Markup, checked_markup
from bot.local.markup import Entity, parse_html, utf16_length

if TYPE_CHECKING:
    from bot.local.parameters import Parameters

RESULTS = 50
ID_BYTES = 64
OFFSET_BYTES = 64
MESSAGE_LENGTH = 4096  # UTF-16 code units, after the markup is taken out
CACHE_TIME = 300  # seconds, where the bot does not say
_START = re.compile(r"[A-Za-z0-9_-]{1,64}")


class InlineResult(Struct):
    """One article: how it is listed, and the message that choosing it sends."""

    id: str
    title: str
    description: str
    text: str
    entities: list[Entity]
    reply_markup: Markup | None


class InlineAnswer(Struct):
    """What is listed above the input field; ``cache_time`` in seconds."""

    query_id: str
    results: list[InlineResult]
    cache_time: int
    is_personal: bool
    button: dict[str, Any] | None


def read_answer(call: Parameters) -> InlineAnswer:
    """The parameters of ``answerInlineQuery``. Raises 400 in Telegram's words."""
    listed = call.structure("results")
    if listed is None:
        listed = []
    if not isinstance(listed, list):
        raise bad_request("expected an Array of inline query results")
    results = [_result(result) for result in listed]
    if len(results) > RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    if len({result.id for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    if len(call.text("next_offset").encode()) > OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    return InlineAnswer(
        call.text("inline_query_id"),
        results,
        max(call.integer("cache_time", CACHE_TIME), 0),
        call.boolean("is_personal"),
        _button(call.structure("button")),
    )


def _result(result: object) -> InlineResult:
    if not isinstance(result, dict):
        raise _unreadable("Inline query result must be an object")
    kind = _string(result, "type").lower()
    if kind != "article":
        raise _unreadable(f'type "{kind}" is unsupported for the inline query result')
    result_id = _string(result, "id")
    if not 1 <= len(result_id.encode()) <= ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    text, entities = _message(result.get("input_message_content"))
    markup = checked_markup(result.get("reply_markup"))
    if markup and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    title = _string(result, "title")
    if not title:
        raise bad_request("ARTICLE_TITLE_EMPTY")
    description = _string(result, "description") if "description" in result else ""
    return InlineResult(result_id, title, description, text, entities, markup)


def _message(content: object) -> tuple[str, list[Entity]]:
    if not isinstance(content, dict) or not content.get("message_text"):
        raise _unreadable("Input message content is not specified")
    source = _string(content, "message_text")
    mode = str(content.get("parse_mode") or "").lower()
    if mode not in ("", "html"):
        raise _unreadable("Unsupported parse_mode")
    marked = parse_html(source) if mode else (source, content.get("entities") or [])
    text, entities = trimmed(*marked)
    if not text:
        raise _unreadable("Message text is empty")
    if utf16_length(text) > MESSAGE_LENGTH:
        raise bad_request("message is too long")
    return text, with_found_entities(text, entities)


def _button(button: object) -> dict[str, Any] | None:
    if button is None:
        return None
    if not isinstance(button, dict):
        raise bad_request("inline query results button must be an Object")
    if not _string(button, "text").strip():
        raise bad_request("BUTTON_TEXT_EMPTY")
    if "web_app" not in button and not _START.fullmatch(_string(button, "start_parameter")):
        raise bad_request("START_PARAM_INVALID")
    return button


def _string(fields: dict[str, Any], name: str) -> str:
    if name not in fields:
        raise _unreadable(f'Can\'t find field "{name}"')
    if not isinstance(fields[name], str):
        raise _unreadable(f'Field "{name}" must be of type String')
    return str(fields[name])


def _unreadable(what: str) -> Exception:
    return bad_request(f"can't parse inline query result: {what}")
