"""One chat's record, and how it is written as one string.

The string is a head of five bytes (format, revision) followed by a msgpack array. The commit script
compares heads only, so Redis never has to look inside. Update ids are written as differences, which
take one to three bytes each instead of five. What is sensitive (secrets of the session, texts not
yet delivered) is encrypted, bound to the chat and to its place in the record.
"""

from __future__ import annotations

import logging
import random
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from bot.store.keyring import Keyring

REMEMBERED_UPDATES: Final = 16
"""Telegram sends texts and presses of a chat in two queues; 16 ids cover their disorder."""

_log = logging.getLogger(__name__)
_FORMAT = b"\x01"
_HEAD = 5


class Chat(Struct, frozen=True, gc=False):
    """A chat's record, opened.

    ``revision`` the head of the stored string, empty when there is none; ``applied`` the last
    update ids, oldest first; ``session`` and ``secret`` the packed session and its sensitive part;
    ``secret_until`` when the latter is forgotten; ``gone`` whether the person blocked the bot;
    ``delivered`` how many effects were ever delivered, which numbers them: ``effects`` are those
    still to deliver, the first of them has number ``delivered``; ``owner`` who delivers them
    (nobody when empty) and ``until`` when that right ends. Times are ms since 1970.
    """

    revision: bytes = b""
    applied: tuple[int, ...] = ()
    session: bytes = b""
    secret: bytes = b""
    secret_until: int = 0
    gone: bool = False
    delivered: int = 0
    effects: tuple[bytes, ...] = ()
    owner: bytes = b""
    until: int = 0

    @property
    def due(self) -> int | None:
        """When somebody must look after this chat (ms), if ever."""
        times = [self.until] if self.effects else []
        if self.secret:
            times.append(self.secret_until)
        return min(times, default=None)

    def with_update(self, update_id: int) -> Chat:
        """The same, with an update more among the applied ones."""
        return replace(self, applied=(*self.applied, update_id)[-REMEMBERED_UPDATES:])

    def delivered_up_to(self, number: int) -> Chat:
        """The same, without the effects numbered below ``number``; the lease ends with the last."""
        done = number - self.delivered
        if done <= 0:
            return self
        rest = self.effects[done:]
        lease = (self.owner, self.until) if rest else (b"", 0)
        return replace(self, delivered=number, effects=rest, owner=lease[0], until=lease[1])


class _Body(Struct, frozen=True, array_like=True, gc=False):
    applied: tuple[int, ...]
    session: bytes
    secret: bytes
    secret_until: int
    gone: bool
    delivered: int
    effects: bytes
    owner: bytes
    until: int


_encoder = msgspec.msgpack.Encoder()
_body_decoder = msgspec.msgpack.Decoder(_Body)
_effects_decoder = msgspec.msgpack.Decoder(tuple[bytes, ...])


def next_revision(revision: bytes) -> bytes:
    """A head that follows another one.

    It is drawn, not counted: after a failover that lost the last writes, a count would come again
    for another record, which somebody who remembers the lost one would overwrite.
    """
    following = revision
    while following == revision:
        following = _FORMAT + random.randbytes(_HEAD - 1)  # noqa: S311 - nobody need not guess it
    return following


def encode(chat: Chat, chat_id: int, keyring: Keyring) -> bytes:
    """The string to store, headed by ``chat.revision``."""
    effects = _encoder.encode(chat.effects) if chat.effects else b""
    body = _Body(
        applied=chat.applied[:1] + tuple(b - a for a, b in pairwise(chat.applied)),
        session=chat.session,
        secret=keyring.seal(chat.secret, _context("secret", chat_id)),
        secret_until=chat.secret_until if chat.secret else 0,
        gone=chat.gone,
        delivered=chat.delivered,
        effects=keyring.seal(effects, _context("effects", chat_id)),
        owner=chat.owner,
        until=chat.until,
    )
    return chat.revision + _encoder.encode(body)


def decode(stored: bytes, chat_id: int, keyring: Keyring) -> Chat:
    """Read a stored string.

    Never fails: what cannot be read is lost, with a line in the log, and the person starts anew.
    """
    revision = stored[:_HEAD]
    try:
        if revision[:1] != _FORMAT:
            raise msgspec.DecodeError("unknown format")
        body = _body_decoder.decode(stored[_HEAD:])
    except msgspec.DecodeError:
        _log.error("A chat record cannot be read and is dropped; did a newer version write it?")
        return Chat(revision=revision)
    secret = keyring.open(body.secret, _context("secret", chat_id))
    effects = keyring.open(body.effects, _context("effects", chat_id))
    if secret is None or effects is None:
        _log.error("Encrypted data of a chat is lost: its key is not among SECRET_KEYS any more.")
    return Chat(
        revision=revision,
        applied=tuple(accumulate(body.applied)),
        session=body.session,
        secret=secret or b"",
        secret_until=body.secret_until if secret else 0,
        gone=body.gone,
        delivered=body.delivered,
        effects=_effects_decoder.decode(effects) if effects else (),
        owner=body.owner,
        until=body.until,
    )


def _context(what: str, chat_id: int) -> bytes:
    return f"{what}:{chat_id}".encode()
