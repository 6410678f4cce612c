"""What an error may say of an answer that is no success.

Between the bot and Telegram stand proxies and firewalls that answer with pages of their own. Those
like to quote what they were asked: the address, which holds the token, and the body, which holds
what people write. python-telegram-bot puts all of a body that it cannot read into its error's text,
and that text ends in a log.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct
from telegram.error import NetworkError

LONGEST: Final = 200
"""Characters of a description that are kept; those of Telegram are shorter."""
LEFT_OUT: Final = "…"

_LONGEST_WAIT: Final = 10**9
_SHORTEST_SECRET: Final = 6


class _Parameters(Struct, omit_defaults=True):
    retry_after: Annotated[int, Meta(ge=0, le=_LONGEST_WAIT)] = 0
    migrate_to_chat_id: int = 0


class _Refusal(Struct, omit_defaults=True):
    description: str = ""
    parameters: _Parameters = msgspec.field(default_factory=_Parameters)


_decode = msgspec.json.Decoder(_Refusal).decode
_encode = msgspec.json.Encoder().encode


def fit_to_tell(status: int, payload: bytes, path: str) -> bytes:
    """The body of an answer as it may be told; that of a success as it came.

    Of a refusal the description is kept, without the token and in one short line, and what Telegram
    adds for programs. ``path`` is that of the call, ``/bot<token>/<method>``, or its whole address.

    Raises :class:`telegram.error.NetworkError` for a refusal that says nothing: Telegram's do, and
    whoever took the 403 of a firewall for one of them would end what people asked for.
    """
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return payload
    try:
        refusal = _decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        refusal = _Refusal()
    if not refusal.description:
        raise NetworkError(f"Something else than Telegram answered, with status {status}.")
    refusal.description = _one_line(_without_token(refusal.description, path)[:LONGEST])
    return _encode(refusal)


def _without_token(text: str, path: str) -> str:
    """The text without the token, of which only what is behind the colon is secret."""
    token = path.rpartition("/")[0].rpartition("/")[2].removeprefix("bot")
    for part in (token, token.partition(":")[2]):
        if len(part) >= _SHORTEST_SECRET:
            text = re.sub(re.escape(part), LEFT_OUT, text, flags=re.IGNORECASE)
    return text


def _one_line(text: str) -> str:
    """The text without what could pass for another line of a log."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
