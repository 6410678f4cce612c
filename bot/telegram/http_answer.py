"""The answer of an HTTP server, cut out of what has arrived so far.

Only what a Bot API server says is understood: HTTP/1.1 with a length, in chunks, or up to the end
of the connection.
"""

from __future__ import annotations

from typing import Final

LONGEST_HEAD: Final = 64 * 1024
LONGEST_BODY: Final = 16 * 1024 * 1024
"""Bytes; no answer of a Bot API server comes near."""

_BEGIN: Final = b"HTTP/1."
_END: Final = b"\r\n\r\n"
_NO_BODY: Final = frozenset({204, 304})


def read(data: bytes, *, at_end: bool) -> tuple[int, bytes, bool] | None:
    """Status, body and whether the connection can be kept, of an answer; None if it goes on.

    Raises :class:`ValueError` for anything else than an HTTP answer.
    """
    start = 0
    while True:
        end = data.find(_END, start)
        if end < 0:
            begun = data[start : start + len(_BEGIN)]
            if len(data) - start > LONGEST_HEAD or not _BEGIN.startswith(begun):
                raise ValueError("no HTTP")
            return None
        head = data[start:end].lower() + b"\r\n"
        status = _status(head)
        start = end + len(_END)
        if status >= 200:  # what comes before is only a foretaste
            break
    keep = head.startswith(b"http/1.1") and _field(head, b"\r\nconnection:") != b"close"
    if status in _NO_BODY:
        return status, b"", keep and len(data) == start
    length = _field(head, b"\r\ncontent-length:")
    if b"chunked" in (_field(head, b"\r\ntransfer-encoding:") or b""):
        return _chunked(data, start, status, keep)
    if length is None:
        _within(data, start)
        return (status, data[start:], False) if at_end else None
    size = _number(length, 10)
    if size > LONGEST_BODY:
        raise ValueError("too long")
    if len(data) < start + size:
        return None
    return status, data[start : start + size], keep and len(data) == start + size


def _status(head: bytes) -> int:
    version, _, rest = head.partition(b" ")
    if version not in (b"http/1.1", b"http/1.0") or not rest[:3].isdigit():
        raise ValueError("no HTTP")
    return int(rest[:3])


def _field(head: bytes, name: bytes) -> bytes | None:
    at = head.find(name)
    return None if at < 0 else head[at + len(name) : head.index(b"\r\n", at + len(name))].strip()


def _number(digits: bytes, base: int) -> int:
    if not digits.isalnum():  # int() takes signs, spaces and underscores too
        raise ValueError("no length")
    return int(digits, base)


def _within(data: bytes, start: int) -> None:
    if len(data) - start > LONGEST_BODY:
        raise ValueError("too long")


def _chunked(data: bytes, start: int, status: int, keep: bool) -> tuple[int, bytes, bool] | None:
    body = b""
    _within(data, start)
    while True:
        end = data.find(b"\r\n", start)
        if end < 0:
            return None
        size = _number(data[start:end].partition(b";")[0].strip(), 16)
        start = end + 2
        if size == 0:
            break
        if len(data) < start + size + 2:
            return None
        body += data[start : start + size]
        if data[start + size : start + size + 2] != b"\r\n":
            raise ValueError("no chunk")
        start += size + 2
    if data.startswith(b"\r\n", start):
        return status, body, keep and len(data) == start + 2
    end = data.find(_END, start)  # fields after the body, of no use here
    return None if end < 0 else (status, body, keep and len(data) == end + len(_END))
