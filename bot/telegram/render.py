"""What the bot says, written as calls of the Bot API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.telegram import limits
from bot.telegram.calls import Call
from bot.telegram.markup import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.conversation.messages import Button, Document, Message

Markup = dict[str, Any]


def calls(
    message: Message, chat_id: int, *, home: str, pressed: int | None = None
) -> tuple[Call, ...]:
    """One message as one call, or several when it is longer than Telegram takes.

    ``home`` is the bot's public address (``https://t.me/...``), which *share* buttons pass on.
    ``pressed`` is the id of the message whose button was pressed: a message that asks to stand
    *instead* of it edits it. Buttons stand under the last part. Buttons that Telegram refuses
    where they are (a location under a message, a link in a reply keyboard) are left out. A text
    that is too long to stand below a document goes before it.
    """
    markup = _reply(message) if message.keys == "reply" else _inline(message, home)
    if message.document is not None:
        return tuple(_with_document(message.document, message.text, chat_id, markup))
    parts = split(message.text)
    if message.instead and pressed is not None and len(parts) == 1 and message.keys == "inline":
        params = _params(parts[0], chat_id, markup)
        return (Call("editMessageText", {**params, "message_id": pressed}),)
    last = len(parts) - 1
    return tuple(
        Call("sendMessage", _params(part, chat_id, markup if at == last else None))
        for at, part in enumerate(parts)
    )


def _with_document(
    document: Document, text: str, chat_id: int, markup: Markup | None
) -> Iterator[Call]:
    params: dict[str, Any] = {
        "chat_id": chat_id,
        "document": [document.name, document.media_type, document.content],
    }
    if len(split(text, limits.CAPTION_UNITS)) > 1:
        for part in split(text):
            yield Call("sendMessage", _params(part, chat_id, None))
    elif text:
        params |= {"caption": text, "parse_mode": "HTML"}
    if markup is not None:
        params["reply_markup"] = markup
    yield Call("sendDocument", params)


def _params(text: str, chat_id: int, markup: Markup | None) -> dict[str, Any]:
    params: dict[str, Any] = {
        "chat_id": chat_id,
        "text": text,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if markup is not None:
        params["reply_markup"] = markup
    return params


def _inline(message: Message, home: str) -> Markup | None:
    rows = [[_inline_button(button, home) for button in row] for row in message.rows]
    kept = [shown for row in rows if (shown := [button for button in row if button is not None])]
    return {"inline_keyboard": kept} if kept else None


def _inline_button(button: Button, home: str) -> Markup | None:
    face = {"text": shortened(button.label)}
    match button.kind:
        case "press":
            return {**face, "callback_data": button.value}
        case "url":
            return {**face, "url": button.value}
        case "share":
            link = f"{home}?start={button.start}" if button.start else home
            query = f"url={quote(link, safe='')}&text={quote(button.value, safe='')}"
            return {**face, "url": f"https://t.me/share/url?{query}"}
        case "copy" if len(button.value) <= limits.COPY_TEXT:
            return {**face, "copy_text": {"text": button.value}}
    return None


def _reply(message: Message) -> Markup:
    # A key's label comes back as its text, so it is never shortened.
    rows = [[_key(button) for button in row] for row in message.rows]
    kept = [shown for row in rows if (shown := [key for key in row if key is not None])]
    if not kept:
        return {"remove_keyboard": True}
    return {"keyboard": kept, "resize_keyboard": True, "is_persistent": True}


def _key(button: Button) -> Markup | None:
    match button.kind:
        case "press":
            return {"text": button.label}
        case "location":
            return {"text": button.label, "request_location": True}
    return None


def shortened(label: str) -> str:
    """A label that fits a button: cut behind a whole word where possible, with an ellipsis."""
    if len(label) <= limits.BUTTON_LABEL:
        return label
    cut = label[: limits.BUTTON_LABEL - 1]
    if not label[len(cut)].isspace():
        words = cut.rsplit(maxsplit=1)
        if len(words) == 2 and len(words[0]) > limits.BUTTON_LABEL // 2:
            cut = words[0]
    return cut.rstrip(" ,;:–-") + "…"
