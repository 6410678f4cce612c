"""One connection to one Redis server, shared by everybody who waits for something from there.

Commands issued while another round trip is under way leave together in the next one, in the order
in which they were issued. A caller sees a plain command; under load a round trip carries hundreds
of them, and the client's and the kernel's price is paid once for all.

redis-py opens the connection (address, encryption, password, database); from then on bytes go
straight between the socket and hiredis. redis-py's own way takes a connection from a pool, and sets
timers for every round trip and every reply, which costs several times what Redis itself needs.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import hiredis
from redis import exceptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from redis.asyncio import Redis

Argument: TypeAlias = str | bytes | int

_MORE: Final = object()
_ASKING: Final = hiredis.pack_command(("ASKING",))
_REFUSALS: Final[dict[str, type[exceptions.RedisError]]] = {
    "NOSCRIPT": exceptions.NoScriptError,
    "LOADING": exceptions.BusyLoadingError,
    "READONLY": exceptions.ReadOnlyError,
    "MASTERDOWN": exceptions.MasterDownError,
    "OOM": exceptions.OutOfMemoryError,
    "NOPERM": exceptions.NoPermissionError,
    "NOAUTH": exceptions.AuthenticationError,
    "MOVED": exceptions.MovedError,
    "ASK": exceptions.AskError,
    "TRYAGAIN": exceptions.TryAgainError,
    "CLUSTERDOWN": exceptions.ClusterDownError,
}

_Waiting: TypeAlias = "tuple[asyncio.Future[Any] | None, Callable[[Any], Any] | None]"
"""Who waits for a reply (nobody: it is passed over), and what redis-py makes of it."""


class Lane:
    """The way to one Redis server; it is opened when needed, and anew when it broke.

    Replies are what redis-py would make of them.
    """

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._pool = client.connection_pool
        self._patience: float = self._pool.connection_kwargs["socket_timeout"]
        self._readers = dict(client.response_callbacks)
        self._link: _Link | None = None
        self._opening: asyncio.Task[None] | None = None
        self._packed: list[bytes] = []
        self._waiting: list[_Waiting] = []

    def submit(self, command: tuple[Argument, ...], *, asking: bool = False) -> asyncio.Future[Any]:
        """Send a command; its reply, or the exception that came of it.

        ``asking``: for a server that is being given the key (Redis Cluster's ``ASKING``).
        """
        packed = hiredis.pack_command(cast("Any", command))
        loop = asyncio.get_running_loop()
        link = self._link
        if not (self._packed or self._opening or (link is not None and link.pending)):
            loop.call_soon(self._flush)
        reply = loop.create_future()
        if asking:
            self._packed.append(_ASKING)
            self._waiting.append((None, None))
        self._packed.append(packed)
        self._waiting.append((reply, self._readers.get(cast("str", command[0]))))
        return reply

    async def aclose(self) -> None:
        """Finish what is under way, then close the connection."""
        while self._packed or (self._link and self._link.pending):
            waiting = self._waiting or (self._link.pending if self._link else ())
            await asyncio.wait({reply for reply, _ in waiting if reply is not None})
        if self._link is not None:
            self._link.drop(exceptions.ConnectionError("closed"))
        await self._client.aclose()

    def _flush(self) -> None:
        if not self._packed or self._opening is not None:
            return
        if self._link is None or self._link.broken:
            self._opening = asyncio.create_task(self._open(), name="redis connection")
            return
        if self._link.pending:
            return
        packed, self._packed = self._packed, []
        waiting, self._waiting = self._waiting, []
        self._link.send(packed, waiting)

    async def _open(self) -> None:
        connection = self._pool.make_connection()  # type: ignore[no-untyped-call]
        try:
            await connection.connect()
            self._link = _Link(connection, self._patience, self._flush)
        except BaseException as error:  # whatever it is, nobody may wait for ever
            waiting, self._packed, self._waiting = self._waiting, [], []
            _fail(waiting, error if isinstance(error, Exception) else None)
            if not isinstance(error, Exception):
                raise
        finally:
            self._opening = None
        self._flush()


class _Link(asyncio.Protocol):
    """A connection that redis-py has opened, from then on.

    ``answered`` is called when nobody waits any more, after those who waited have gone on.
    """

    def __init__(self, connection: Any, patience: float, answered: Callable[[], None]) -> None:
        self._writer = connection._writer  # it closes what it holds once nobody refers to it
        connection._reader = connection._writer = None  # redis-py has nothing to close any more
        self._transport: asyncio.Transport = self._writer.transport
        self._patience = patience
        self._answered = answered
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader(
            replyError=_refusal, protocolError=exceptions.InvalidResponse, notEnoughData=_MORE
        )
        self._heard = 0.0
        self._watch: asyncio.TimerHandle | None = None
        self.pending: deque[_Waiting] = deque()
        self.broken = False
        self._transport.set_protocol(self)
        self._transport.resume_reading()  # asyncio's stream, which had it before, may have paused

    def send(self, packed: list[bytes], waiting: list[_Waiting]) -> None:
        """Write commands; their replies go to those who wait."""
        if not self.pending:
            self._heard = self._loop.time()
            if self._watch is None:
                self._watch = self._loop.call_later(self._patience, self._look)
        self.pending.extend(waiting)
        self._transport.write(packed[0] if len(packed) == 1 else b"".join(packed))

    def data_received(self, data: bytes) -> None:
        """Hand replies to those who wait for them."""
        self._heard = self._loop.time()
        try:
            self._reader.feed(data)
            while (reply := self._reader.gets()) is not _MORE:
                if isinstance(reply, hiredis.PushNotification):
                    continue  # nobody asked for it
                waiting, read = self.pending.popleft()
                if waiting is not None and not waiting.done():
                    waiting.set_result(_read(reply, read))
                if isinstance(reply, exceptions.ReadOnlyError):
                    # Another server may be the master by now, perhaps at the same address.
                    self.drop(reply)
                    return
        except (exceptions.RedisError, IndexError) as error:
            self.drop(error)
            return
        if not self.pending:
            self._loop.call_soon(self._answered)

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave nobody waiting."""
        self.drop(exc or exceptions.ConnectionError("closed by the server"))

    def drop(self, error: Exception) -> None:
        """Give the connection up: what was sent may have taken effect or not."""
        self.broken = True
        self._transport.abort()
        if self._watch is not None:
            self._watch.cancel()
        waiting = list(self.pending)
        self.pending.clear()
        _fail(waiting, error)
        self._loop.call_soon(self._answered)

    def _look(self) -> None:
        """Whether Redis has been silent for too long while somebody waits."""
        self._watch = None
        if not self.pending:
            return
        left = self._heard + self._patience - self._loop.time()
        if left <= 0:
            self.drop(exceptions.TimeoutError("no answer in time"))
        else:
            self._watch = self._loop.call_later(left, self._look)


def _read(reply: Any, read: Callable[[Any], Any] | None) -> Any:
    if read is None or isinstance(reply, Exception):
        return reply
    try:
        return read(reply)
    except Exception as error:  # a reply that redis-py cannot read is one caller's trouble only
        return error


def _refusal(text: str) -> exceptions.RedisError:
    code, _, rest = text.partition(" ")
    if code in _REFUSALS:
        return _REFUSALS[code](rest)
    return exceptions.ResponseError(text)


def _fail(waiting: list[_Waiting], error: Exception | None) -> None:
    for reply, _ in waiting:
        if reply is None or reply.done():
            continue
        if error is None:
            reply.cancel()
        else:
            reply.set_result(error)
