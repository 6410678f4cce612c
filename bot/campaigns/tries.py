"""One-time links by which staff get a campaign's message themselves, whenever they want."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from bot.store.keys import tag

if TYPE_CHECKING:
    from bot.store.pipeline import Pipeline

KEPT: Final = 600
"""Seconds for which a link can be opened."""
PREFIX: Final = "try_"
"""How the start payload of such a link begins."""


class Try(Struct, frozen=True, array_like=True):
    """What a link shows: a wave of a campaign."""

    campaign: str
    wave: str


_decoder = msgspec.msgpack.Decoder(Try)


class Tries:
    """The links that were handed out. Raises :class:`~bot.store.errors.StoreUnavailable`."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    async def offer(self, campaign: str, wave: str) -> str:
        """The start payload of a new link."""
        code = secrets.token_hex(8)
        packed = msgspec.msgpack.encode(Try(campaign, wave))
        await self._pipeline.run("SET", _key(code), packed, "EX", KEPT)
        return f"{PREFIX}{code}"

    async def redeem(self, payload: str, update_id: int) -> Try | None:
        """What a link shows; None when it is over, or another update was here before.

        The same update may come again, since Telegram repeats those that met with trouble.
        """
        code = payload.removeprefix(PREFIX)
        if (packed := await self._pipeline.run("GET", _key(code))) is None:
            return None
        opened = _key(f"{code}:opened")
        first = await self._pipeline.run("SET", opened, update_id, "NX", "EX", KEPT)
        if not first and await self._pipeline.run("GET", opened) != str(update_id).encode():
            return None
        return _decoder.decode(packed)


def _key(code: str) -> str:
    """String: what a link shows."""
    return f"{tag(0)}:try:{code}"
