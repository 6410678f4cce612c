"""The answer of an HTTP server, told by httptools as it arrives."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import httptools

LONGEST_HEAD: Final = 64 * 1024
LONGEST: Final = 16 * 1024 * 1024
"""Bytes; no answer of a Bot API server comes near."""


class Garbled(Exception):
    """What arrived is no HTTP answer, or endless."""


class Reply:
    """The answer to one request."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._size = 0
        self._bounded = False
        self.body: list[bytes] = []
        self.status = 0
        self.complete = False
        self.keeps_connection = False

    @property
    def ends_with_connection(self) -> bool:
        """Whether nothing else says where it ends."""
        return self.status >= HTTPStatus.OK and not self._bounded

    def feed(self, data: bytes) -> None:
        """Read on; what stands behind a whole answer is of no use. Raises :class:`Garbled`."""
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            if not self.complete:
                raise Garbled from None
            self.keeps_connection = False
        self._size += len(data)
        if self._size > (LONGEST if self.status else LONGEST_HEAD):
            raise Garbled

    def on_message_begin(self) -> None:
        """Another one may follow only what is a foretaste (1xx)."""
        if self.complete:
            raise ValueError("more than one answer")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note whether the answer says where it ends."""
        field = name.lower()
        self._bounded |= field in (b"content-length", b"transfer-encoding")
        if field == b"content-length" and int(value) > LONGEST:
            raise ValueError("too long")

    def on_headers_complete(self) -> None:
        """What comes before the answer itself is left out."""
        status = self._parser.get_status_code()
        if status >= HTTPStatus.OK:
            self.status = status

    def on_body(self, body: bytes) -> None:
        """A part of it."""
        self.body.append(body)

    def on_message_complete(self) -> None:
        """All of it is there."""
        if self.status:
            self.complete = True
            self.keeps_connection = self._parser.should_keep_alive()
