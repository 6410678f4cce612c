"""Which calls ride back in the response to the update that they answer.

That spares a call to Telegram, and its round trip to the person who waits. But nobody learns
whether it was carried out, nor the id of a new message, so that "Erase everything" cannot delete
it; and when the response does not get through, only this process knows that the answer is still to
be given. So by default nothing rides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.conversation.messages import Message
    from bot.telegram.calls import Call, Ride

_MADE_ANEW: Final = frozenset({"editMessageText", "answerCallbackQuery", "answerInlineQuery"})
RIDING: Final = {
    "none": frozenset[str](),
    "edits": _MADE_ANEW,
    "all": _MADE_ANEW | {"sendMessage"},
}
"""Methods that may ride, by the setting ``WEBHOOK_REPLIES``."""

_GRAVE: Final = ("urgent", "child", "report")


def grave(messages: Iterable[Message]) -> bool:
    """Whether one of these must not get lost unnoticed: a child may be in danger, or a report."""
    return any(message.flow.startswith(_GRAVE) for message in messages)


def allowed(ride: Ride | None, setting: str, at_once: Callable[[int], bool]) -> Ride | None:
    """A ride for what may take it by the setting.

    ``at_once`` says whether a message to a chat may leave now, and counts it then.
    """
    methods = RIDING[setting]
    if ride is None or not methods:
        return None

    async def take(call: Call) -> bool:
        if call.method not in methods:
            return False
        if call.method == "sendMessage" and not at_once(call.params["chat_id"]):
            return False
        return await ride(call)

    return take
