"""Makes a call and says what became of it."""

from __future__ import annotations

import asyncio
import logging
import random
import re
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.telegram.api import wait_asked
from bot.telegram.calls import Call
from bot.telegram.markup import plain
from bot.telegram.request import NotSent, Unanswered

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.telegram.api import Api
    from bot.telegram.rate_limit import Slot

_log = logging.getLogger(__name__)


class Sent(Struct, frozen=True, tag="sent"):
    """Done; ``message_id`` of the message that stands in the chat now, where there is one, and
    ``photo`` Telegram's name for the picture in it.
    """

    message_id: int | None = None
    photo: str = ""


class Gone(Struct, frozen=True, tag="gone"):
    """This chat takes nothing any more: blocked, deactivated, left, never there."""

    reason: str


class Later(Struct, frozen=True, tag="later"):
    """Not done yet, worth making again after so many seconds."""

    seconds: float


class Failed(Struct, frozen=True, tag="failed"):
    """Telegram refuses this call and would do so again."""

    reason: str


class Unknown(Struct, frozen=True, tag="unknown"):
    """Nobody can say whether it was done: the answer never came."""

    reason: str


Outcome: TypeAlias = Sent | Gone | Later | Failed

TRIES: Final = 4
"""Times a call is made when the way to Telegram is disturbed."""

UNANSWERED_TRIES: Final = 2
"""Times a call is made when the answer does not come, in time or since the connection ended. It may
have been carried out: a contact shown twice is better than one not shown, one shown four times is
not. Where a kept connection had been closed just then, the second time is on a new one."""

AFTER_TROUBLE: Final = 5.0
"""Seconds to wait before the next attempt when all of them were in vain."""

AFTER_REFUSED_TOKEN: Final = 60.0
"""Seconds to wait before the next attempt when Telegram does not know the token."""

_QUOTING: Final = re.compile(r"""[:"“«<>{}\[\]=]| '""")
_LONGEST_REASON: Final = 100

_Remedy: TypeAlias = "Callable[[Call, str], Outcome | Call]"


class Sender:
    """Sends calls over one connection.

    ``pause`` is the time in seconds before the second try; it doubles with every further one and
    is jittered by half, so that many chats do not come back at once.
    """

    def __init__(self, api: Api, *, pause: float = 0.3) -> None:
        self._api = api
        self._pause = pause

    async def send(self, call: Call) -> Outcome:
        """Make a call, again where that helps; never raises a :class:`TelegramError`.

        A text whose markup Telegram cannot read is sent without it, a message whose buttons it
        refuses without them, an edit of a message that cannot be edited as a new message.
        """
        failures = unanswered = 0
        while True:
            try:
                return _sent(await self._api.call(call.method, call.params))
            except TelegramError as error:
                verdict = _verdict(call, error)
                if isinstance(verdict, Call):
                    call = verdict
                    continue
                if verdict is not None:
                    return verdict
                failures += 1
                unanswered += _is_unanswered(error)
                if failures >= TRIES or unanswered >= UNANSWERED_TRIES:
                    _log.warning("%s did not get through: %s", call.method, _safe(error))
                    return Later(AFTER_TROUBLE)
                await asyncio.sleep(self._pause * 2 ** (failures - 1) * random.uniform(0.5, 1.5))  # noqa: S311

    async def push(self, call: Call, slot: Slot) -> Outcome | Unknown:
        """Make a call of a campaign at its slot, and never again once it may have been carried out.

        :class:`Later` says that it surely was not. What can be remedied is, as in :meth:`send`,
        at a slot of its own. Never raises a :class:`TelegramError`.
        """
        while True:
            try:
                return _sent(await self._api.call(call.method, call.params, slot=slot))
            except NotSent:
                return Later(AFTER_TROUBLE)
            except TelegramError as error:
                verdict = _verdict(call, error)
                if verdict is None:
                    return Unknown(_safe(error))
                if not isinstance(verdict, Call):
                    return verdict
                call = verdict


def _verdict(call: Call, error: TelegramError) -> Outcome | Call | None:
    """What Telegram has decided, or the call to make instead; None when the way is disturbed."""
    if isinstance(error, BadRequest):
        remedied = _remedied(call, error.message)
        if isinstance(remedied, Failed):
            _log.error("%s was refused: %s.", call.method, remedied.reason)
        if isinstance(remedied, Call):
            _log.warning("%s was refused (%s): sent reduced.", call.method, _safe(error))
        return remedied
    if isinstance(error, RetryAfter):
        return Later(wait_asked(error))
    if isinstance(error, Forbidden):
        return Gone(_safe(error))
    if isinstance(error, ChatMigrated):
        return Failed("Group became a supergroup")
    if isinstance(error, InvalidToken):
        if "unauthorized" not in error.message.casefold():
            _log.error("This Bot API server has no method %s.", call.method)
            return Failed(_safe(error))
        _log.error("Telegram refuses the token: check TELEGRAM_BOT_TOKEN.")
        return Later(AFTER_REFUSED_TOKEN)
    return None


def _sent(result: object) -> Sent:
    if not isinstance(result, dict):
        return Sent()
    message_id, sizes = result.get("message_id"), result.get("photo")
    photo = sizes[-1]["file_id"] if sizes else ""
    return Sent(message_id if isinstance(message_id, int) else None, photo)


def _is_unanswered(error: TelegramError) -> bool:
    """Whether the call may have been carried out, for all that anybody knows."""
    return isinstance(error, TimedOut | Unanswered) and not isinstance(error, NotSent)


def _safe(error: TelegramError) -> str:
    """An error's text up to where it may quote a message, an address or a name."""
    text = error.message.removeprefix("Forbidden: ")
    return _QUOTING.split(text, maxsplit=1)[0][:_LONGEST_REASON].strip()


def _done(call: Call, _reason: str) -> Outcome:
    """What was wanted is so already, or nobody waits for it any more."""
    message_id = call.params.get("message_id") if call.method == "editMessageText" else None
    return Sent(message_id)


def _gone(_call: Call, reason: str) -> Outcome:
    return Gone(reason)


def _without_markup(call: Call, reason: str) -> Outcome | Call:
    if "parse_mode" not in call.params:
        return Failed(reason)
    words = "caption" if "caption" in call.params else "text"
    params = {key: value for key, value in call.params.items() if key != "parse_mode"}
    return Call(call.method, {**params, words: plain(params[words])})


def _without_buttons(call: Call, reason: str) -> Outcome | Call:
    if "reply_markup" not in call.params:
        return Failed(reason)
    params = {key: value for key, value in call.params.items() if key != "reply_markup"}
    return Call(call.method, params)


def _as_new_message(call: Call, reason: str) -> Outcome | Call:
    if call.method != "editMessageText":
        return Failed(reason)
    params = {key: value for key, value in call.params.items() if key != "message_id"}
    return Call("sendMessage", params)


_REMEDIES: Final[tuple[tuple[str, _Remedy], ...]] = (
    ("can't parse entities", _without_markup),
    ("message is not modified", _done),
    ("query is too old", _done),
    ("query id is invalid", _done),
    ("message to delete not found", _done),
    ("chat not found", _gone),
    ("user not found", _gone),
    ("peer_id_invalid", _gone),
    ("user is deactivated", _gone),
    ("have no rights to send", _gone),
    ("not enough rights to send", _gone),
    ("chat_write_forbidden", _gone),
    ("message can't be edited", _as_new_message),
    ("message to edit not found", _as_new_message),
    ("there is no text in the message to edit", _as_new_message),
    ("message_id_invalid", _as_new_message),
    ("button", _without_buttons),
    ("keyboard", _without_buttons),
    ("reply markup", _without_buttons),
)
"""What a refusal (400) means, by words that Telegram's description contains; the first one counts.
What is not listed is a fault of this program: it is logged and let go."""


def _remedied(call: Call, description: str) -> Outcome | Call:
    described = description.casefold()
    reason = _safe(BadRequest(description))
    for words, remedy in _REMEDIES:
        if words in described:
            return remedy(call, reason)
    return Failed(reason)
