"""A call of the Bot API as a value: it can be stored, compared and sent later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

from bot.telegram import limits

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence


class Call(Struct, frozen=True, array_like=True, gc=False):
    """One Bot API method with its parameters.

    All of them are plain JSON values but the ``document`` of ``sendDocument`` and the ``photo`` of
    ``sendPhoto``: a file as a list of its name, media type and bytes, or the id of one sent before.
    """

    method: str
    params: dict[str, Any]


Ride: TypeAlias = "Callable[[Call], Awaitable[bool]]"
"""Takes a call along in the response to the update that it answers; false when it does not. Nobody
learns what becomes of it, nor the id of a message that is sent so."""


def answer_press(callback_query_id: str, notice: str = "") -> Call:
    """Stop the little clock that turns on a pressed button, perhaps with a few words on top."""
    params: dict[str, Any] = {"callback_query_id": callback_query_id}
    if notice:
        params["text"] = notice[: limits.NOTICE]
    return Call("answerCallbackQuery", params)


def delete_messages(chat_id: int, message_ids: Sequence[int]) -> tuple[Call, ...]:
    """Delete messages; Telegram passes over those that it no longer deletes (after 48 hours)."""
    return tuple(
        Call(
            "deleteMessages",
            {
                "chat_id": chat_id,
                "message_ids": list(message_ids[at : at + limits.DELETED_AT_ONCE]),
            },
        )
        for at in range(0, len(message_ids), limits.DELETED_AT_ONCE)
    )


def redirect(chat_id: int, text: str, label: str, home: str) -> Call:
    """Ask people in a group to go on in private; ``home`` is the address of the bot."""
    return Call(
        "sendMessage",
        {
            "chat_id": chat_id,
            "text": text,
            "reply_markup": {"inline_keyboard": [[{"text": label, "url": home}]]},
        },
    )
