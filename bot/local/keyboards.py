"""Checks a ``reply_markup`` the way Telegram does before it shows any button."""

from __future__ import annotations

from typing import Any

from bot.local.errors import bad_request
from bot.local.markup import checked_link

CALLBACK_DATA_BYTES = 64
COPY_TEXT_CHARACTERS = 256
PLACEHOLDER_CHARACTERS = 64
BUTTONS = 100

Markup = dict[str, Any]
Button = dict[str, Any]

_INLINE_KINDS = (
    "url",
    "callback_data",
    "copy_text",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "callback_game",
    "pay",
)


def checked_markup(markup: object) -> Markup | None:
    """The markup as it will be shown; None when there is nothing to show.

    Raises :class:`~bot.local.errors.BotApiError` (400) for what Telegram refuses.
    """
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"], "inline keyboard")
        rows = [[_inline_button(button) for button in row] for row in rows]
        return {"inline_keyboard": rows} if rows else None
    if "keyboard" in markup:
        rows = _rows(markup["keyboard"], "keyboard")
        if len(markup.get("input_field_placeholder") or "") > PLACEHOLDER_CHARACTERS:
            raise bad_request("REPLY_MARKUP_PLACEHOLDER_TOO_LONG")
        return {**markup, "keyboard": [[_reply_button(button) for button in row] for row in rows]}
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return markup
    return None


def _rows(keyboard: object, name: str) -> list[list[Any]]:
    if not isinstance(keyboard, list):
        raise bad_request(f'field "{name.replace(" ", "_")}" of the ReplyMarkup must be an Array')
    if not all(isinstance(row, list) for row in keyboard):
        raise bad_request(f"{name} row must be an Array")
    rows = [row for row in keyboard if row]
    if sum(len(row) for row in rows) > BUTTONS:
        raise bad_request("reply markup is too long")
    return rows


def _inline_button(button: object) -> Button:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: Expected an Object")
    if not str(button.get("text") or "").strip():
        raise bad_request("can't parse inline keyboard button: Text must be non-empty")
    kinds = [kind for kind in _INLINE_KINDS if button.get(kind) is not None]
    if len(kinds) != 1:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if "callback_data" in kinds:
        if not 1 <= len(str(button["callback_data"]).encode()) <= CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif "url" in kinds:
        if checked_link(str(button["url"])) is None:
            raise bad_request(
                f"inline keyboard button URL '{button['url']}' is invalid: Unsupported URL protocol"
            )
    elif "copy_text" in kinds:
        copied = button["copy_text"]
        text = copied.get("text") if isinstance(copied, dict) else None
        if not isinstance(text, str) or not 1 <= len(text) <= COPY_TEXT_CHARACTERS:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return button


def _reply_button(button: object) -> Button:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise bad_request("can't parse keyboard button: Expected an Object or a String")
    if not str(button.get("text") or "").strip():
        raise bad_request("can't parse keyboard button: Text must be non-empty")
    return button


def buttons(markup: Markup | None) -> list[Button]:
    """All buttons, inline or reply, in reading order."""
    rows = (markup or {}).get("inline_keyboard") or (markup or {}).get("keyboard") or []
    return [button for row in rows for button in row]
