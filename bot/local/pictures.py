"""What a picture is and how large, read from its own bytes."""

from __future__ import annotations

import struct

from msgspec import Struct

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # JPEG segments that tell the size


class Picture(Struct, frozen=True):
    """``width`` and ``height`` in pixels."""

    media_type: str
    width: int
    height: int


def read_picture(content: bytes) -> Picture | None:
    """A PNG or JPEG picture; ``None`` for anything else, also for a beginning of one."""
    try:
        if content.startswith(_PNG) and content[12:16] == b"IHDR":
            return Picture("image/png", *struct.unpack(">II", content[16:24]))
        if content.startswith(_JPEG):
            return _jpeg(content)
    except struct.error:
        return None
    return None


def _jpeg(content: bytes) -> Picture | None:
    at = 2
    while content[at : at + 1] == b"\xff":
        marker, length = struct.unpack(">BH", content[at + 1 : at + 4])
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return Picture("image/jpeg", width, height)
        at += 2 + length
    return None
