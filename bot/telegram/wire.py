"""JSON posted to one HTTP server over connections that are kept, at the least cost.

What nearly every update costs is one small call to the Bot API. aiohttp's client, which does much
more than that takes, needs five times as long for it (``benchmarks/sends.py``); it remains for
whatever is rare.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections import deque
from typing import Final
from urllib.parse import urlsplit

from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest

from bot.telegram.http_reply import Garbled, Reply

KEPT: Final = 60.0
"""Seconds that a connection may have been idle to be used again."""


class NotSent(TimedOut):
    """No connection: Telegram never saw this call, so it can be made again safely."""

    __slots__ = ()


class Unanswered(NetworkError):
    """The connection ended after the call was written and before all of the answer was there.

    It may have been carried out, unless the server had closed a kept connection just then.
    """

    __slots__ = ()


class Wire:
    """Posts JSON to the server of ``url`` (``https://api.telegram.org``).

    At most ``size`` connections; a call that finds none free waits. ``connect`` is how many seconds
    a free or new connection may take.
    """

    def __init__(self, url: str, *, size: int, connect: float | None) -> None:
        parts = urlsplit(url)
        self._secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._secure else 80)
        self._tls: ssl.SSLContext | None = None
        user, _, address = parts.netloc.rpartition("@")
        host = address.encode("idna").decode()
        identity = f"Authorization: Basic {base64.b64encode(user.encode()).decode()}\r\n"
        self._fields = (
            f" HTTP/1.1\r\nHost: {host}\r\n{identity if user else ''}Accept: */*\r\n"
            f"User-Agent: {BaseRequest.USER_AGENT}\r\nContent-Type: application/json\r\n"
            "Content-Length: "
        ).encode("ascii")
        self._size = size
        self._connect = connect
        self._idle: list[_Connection] = []
        self._open: set[_Connection] = set()
        self._opening = 0
        self._queue: deque[asyncio.Future[_Connection | None]] = deque()

    async def post(self, path: str, body: bytes, patience: float | None) -> tuple[int, bytes]:
        """The status and the body of the answer, for which ``patience`` seconds are given.

        Raises :class:`NotSent`, :class:`telegram.error.TimedOut` when the answer takes too long,
        and :class:`Unanswered`; after those two the call may have been carried out. No error text
        contains the path, for that contains the token.
        """
        connection = self._free() or await self._wait_for_one()
        head = b"POST " + path.encode("ascii") + self._fields
        try:
            answer = await connection.post(b"%s%d\r\n\r\n%s" % (head, len(body), body), patience)
        finally:
            self._give_back(connection)
        return answer

    def close(self) -> None:
        """Close all connections; whoever waits for an answer is told that there is none."""
        for connection in self._open:
            connection.drop("closed")
        self._open.clear()
        self._idle.clear()
        while self._queue:
            waiting = self._queue.popleft()
            if not waiting.done():
                waiting.set_exception(NetworkError("The connection to Telegram is closed."))

    def _free(self) -> _Connection | None:
        oldest = asyncio.get_running_loop().time() - KEPT
        while self._idle:
            connection = self._idle.pop()
            if connection.usable and connection.since > oldest:
                return connection
            self._forget(connection)
        return None

    async def _wait_for_one(self) -> _Connection:
        try:
            async with asyncio.timeout(self._connect):
                while True:
                    if len(self._open) + self._opening < self._size:
                        return await self._opened()
                    waiting: asyncio.Future[_Connection | None]
                    waiting = asyncio.get_running_loop().create_future()
                    self._queue.append(waiting)
                    try:
                        given = await waiting
                    except asyncio.CancelledError:
                        if waiting.done() and not waiting.cancelled():
                            self._pass_on(waiting.result())
                        raise
                    if given is not None and given.usable:
                        return given
                    if given is not None:
                        self._open.discard(given)
        except TimeoutError:
            raise NotSent("Telegram could not be reached in time.") from None

    async def _opened(self) -> _Connection:
        if self._secure and self._tls is None:
            self._tls = ssl.create_default_context()
        self._opening += 1
        try:
            _, connection = await asyncio.get_running_loop().create_connection(
                _Connection, self._host, self._port, ssl=self._tls
            )
        except BaseException as error:
            self._opening -= 1
            self._pass_on(None)
            if isinstance(error, TimeoutError) or not isinstance(error, OSError | ValueError):
                raise
            raise NotSent(f"Telegram cannot be reached ({error_name(error)}).") from None
        self._opening -= 1
        self._open.add(connection)
        return connection

    def _give_back(self, connection: _Connection) -> None:
        if connection.usable:
            connection.since = asyncio.get_running_loop().time()
            if not self._queue:
                self._idle.append(connection)
                return
        else:
            self._open.discard(connection)
        self._pass_on(connection)

    def _pass_on(self, connection: _Connection | None) -> None:
        """Wake one who waits; with a connection that can be used, or to open one."""
        usable = connection is not None and connection.usable
        while self._queue:
            waiting = self._queue.popleft()
            if not waiting.done():
                waiting.set_result(connection if usable else None)
                return
        if usable and connection is not None:
            self._idle.append(connection)

    def _forget(self, connection: _Connection) -> None:
        self._open.discard(connection)
        connection.drop("closed")


class _Connection(asyncio.Protocol):
    """One request after the other."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self.usable = False
        self.since = 0.0
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._reply = Reply()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment] # that of a socket always is one
        self.usable = True

    async def post(self, request: bytes, patience: float | None) -> tuple[int, bytes]:
        """Send a whole request and wait for the answer."""
        answer: asyncio.Future[tuple[int, bytes]] = self._loop.create_future()
        self._answer = answer
        self.transport.write(request)
        timer = None if patience is None else self._loop.call_later(patience, self._late)
        try:
            return await answer
        except asyncio.CancelledError:
            self.drop("given up")  # its answer may still come, and is nobody's
            raise
        finally:
            self._answer = None
            if timer is not None:
                timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Take the answer once it is complete."""
        if self._answer is None or self._answer.done():
            self.drop("spoke unasked")
            return
        try:
            self._reply.feed(data)
        except Garbled:
            self.drop("no HTTP")
            return
        if self._reply.complete:
            self._take()

    def eof_received(self) -> None:
        """The end of the connection may be that of an answer."""
        self.usable = False
        waiting = self._answer is not None and not self._answer.done()
        if waiting and self._reply.ends_with_connection:
            self._take()

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave nobody waiting."""
        self.drop("disconnected" if exc is None else error_name(exc))

    def drop(self, why: str) -> None:
        """Close, and tell whoever waits that no answer comes."""
        self._end(Unanswered(f"Telegram cannot be reached ({why})."))

    def _late(self) -> None:
        self._end(TimedOut("Telegram did not answer in time."))

    def _end(self, error: NetworkError) -> None:
        self.usable = False
        self.transport.abort()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)

    def _take(self) -> None:
        reply, self._reply = self._reply, Reply()
        if not reply.keeps_connection:
            self.usable = False
            self.transport.close()
        if self._answer is not None:
            self._answer.set_result((reply.status, b"".join(reply.body)))


def error_name(error: Exception) -> str:
    """What went wrong without the words of the error: some of them quote the URL."""
    if isinstance(error, OSError) and error.strerror:
        return f"{type(error).__name__}: {error.strerror}"
    return type(error).__name__
