"""What the bot remembers of one chat between two updates."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, TypeAlias

import msgspec
from babel import Locale, UnknownLocaleError
from msgspec import Struct
from msgspec.structs import replace

SlotValue: TypeAlias = str | list[str]

HISTORY: Final = 20
"""Steps a person can go back; older ones are forgotten."""


class Frame(Struct, frozen=True, array_like=True):
    """A place in the flows: where a call came from, or a step that was passed."""

    flow: str
    node: str


class Step(Struct, frozen=True, array_like=True):
    """A question that was shown, with the calls that were open then, for *Back*."""

    flow: str
    node: str
    stack: tuple[Frame, ...] = ()


class Session(Struct, frozen=True, array_like=True, omit_defaults=True):
    """One chat's state. Immutable: a turn makes a new one, so a lost race leaves no trace.

    ``locale`` the language spoken; ``flow`` and ``node`` the step at which the bot waits;
    ``stack`` the open calls; ``slots`` the answers; ``path`` the questions passed, oldest first;
    ``turn`` counts turns and marks buttons; ``offered`` what the buttons that are live now stand
    for, in their order; ``misses`` unclear answers in a row; ``pressed`` the last press applied and
    ``pressed_at`` when (Unix seconds), to swallow a double tap; ``keyed`` whether the chat shows
    the home keyboard. Sensitive answers are in ``secrets`` only, which the store keeps apart,
    encrypted and not for long; ``expired`` whether there were some that are gone by now;
    ``edition`` of the flows by which the last turn went.
    """

    locale: str = "en"
    flow: str = ""
    node: str = ""
    stack: tuple[Frame, ...] = ()
    slots: dict[str, SlotValue] = {}
    path: tuple[Step, ...] = ()
    turn: int = 0
    offered: tuple[str, ...] = ()
    misses: int = 0
    pressed: str = ""
    pressed_at: int = 0
    keyed: bool = False
    secrets: dict[str, SlotValue] = {}
    expired: bool = False
    edition: str = ""


_encoder = msgspec.msgpack.Encoder()
_session_decoder = msgspec.msgpack.Decoder(Session)
_secrets_decoder = msgspec.msgpack.Decoder(dict[str, SlotValue])


def pack(session: Session) -> tuple[bytes, bytes]:
    """Encode a session as (plain part, sensitive part); the second is empty without secrets."""
    secrets = _encoder.encode(session.secrets) if session.secrets else b""
    expired = session.expired or bool(secrets)  # unless they are there when it is unpacked
    return _encoder.encode(replace(session, secrets={}, expired=expired)), secrets


def unpack(plain: bytes, secrets: bytes = b"") -> Session:
    """Decode what :func:`pack` made.

    A language that nobody knows, which another version or an accident wrote, becomes English.
    Raises :class:`msgspec.DecodeError` when the bytes are no session.
    """
    try:
        session = _session_decoder.decode(plain)
        kept = _secrets_decoder.decode(secrets) if secrets else {}
    except UnicodeDecodeError:
        raise msgspec.DecodeError("no text where text should be") from None
    if not _is_language(session.locale):
        session = replace(session, locale="en")
    if not secrets:
        return session
    return replace(session, secrets=kept, expired=False)


@lru_cache(maxsize=256)
def _is_language(code: str) -> bool:
    try:
        Locale.parse(code)
    except (ValueError, UnknownLocaleError):
        return False
    return True
