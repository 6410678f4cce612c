"""Recipients of one shard who share their clocks: what is frozen, queued and sent together.

In Redis a chunk is one string: the ordinal of its first recipient, how many there are, and the
rest in msgpack (``100:37:…``). The scripts read the two numbers, which name bits of two bitmaps.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final, Self

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST: Final = 100
"""Recipients in one chunk."""


class _Body(Struct, frozen=True, array_like=True):
    chats: bytes  # 8 each
    languages: tuple[str, ...]
    spoken: bytes  # 1 each: which of the languages
    zones: tuple[str, ...]
    due: int


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Body).decode


class Chunk(Struct, frozen=True):
    """``at`` is the ordinal of the first of the ``chats``; ``languages`` has one for each.

    ``zones`` are the names of the clocks they may go by; ``due`` in ms since 1970.
    """

    at: int
    chats: Sequence[int]
    languages: Sequence[str]
    zones: tuple[str, ...]
    due: int

    def encode(self) -> bytes:
        """As it is kept in Redis."""
        known = tuple(sorted(set(self.languages)))
        place = {language: number for number, language in enumerate(known)}
        spoken = bytes(map(place.__getitem__, self.languages))
        chats = array("q", self.chats).tobytes()
        body = _Body(chats, known, spoken, self.zones, self.due)
        return b"%d:%d:%b" % (self.at, len(self.chats), _encode(body))

    @classmethod
    def decode(cls, stored: bytes) -> Self:
        """Read what :meth:`encode` made."""
        at, _, rest = stored.split(b":", 2)
        body = _decode(rest)
        languages = [body.languages[number] for number in body.spoken]
        return cls(int(at), array("q", body.chats), languages, body.zones, body.due)
