"""HTTP at the least cost, so that a load generator does not measure itself.

Plain HTTP/1.1 between programs on one computer: bodies with ``Content-Length``, connections kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast


class _Parser(asyncio.Protocol):
    """Cuts what arrives into heads and bodies."""

    def __init__(self) -> None:
        self._buffer = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Hand on every message that is complete."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            name = head.lower().find(b"\r\ncontent-length:")
            size = int(head[name + 17 :].partition(b"\r\n")[0]) if name >= 0 else 0
            if len(self._buffer) < end + 4 + size:
                return
            self._buffer = self._buffer[end + 4 + size :]
            self.message(head)

    def message(self, head: bytes) -> None:
        """One message has arrived."""
        raise NotImplementedError


class Server(_Parser):
    """Answers each request with the JSON that ``answer`` gives for its path."""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        super().__init__()
        self._answer = answer

    def message(self, head: bytes) -> None:
        """Answer a request at once."""
        body = self._answer(head.split(b" ", 2)[1])
        self.transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (len(body), body)
        )


class Client(_Parser):
    """One connection, one request after the other: ``await client.post(body)``."""

    def __init__(self, path: str, headers: dict[str, str]) -> None:
        super().__init__()
        fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{fields}".encode()
        self._answered: asyncio.Future[int] | None = None
        self.calls = 0
        """Answers that had JSON in them: the call of a method."""

    def message(self, head: bytes) -> None:
        """The answer to the request under way."""
        if self._answered is not None and not self._answered.done():
            self.calls += b"application/json" in head
            self._answered.set_result(int(head.split(b" ", 2)[1]))

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave nobody waiting."""
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(exc or ConnectionResetError("closed by the server"))

    async def post(self, body: bytes) -> int:
        """The status of the answer. Raises :class:`ConnectionError`."""
        self._answered = asyncio.get_running_loop().create_future()
        self.transport.write(b"%sContent-Length: %d\r\n\r\n%s" % (self._head, len(body), body))
        return await self._answered
