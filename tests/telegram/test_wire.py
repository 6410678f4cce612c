"""Calls over kept connections, against a server that says byte for byte what a test wants."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ipaddress
import ssl
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from telegram.error import NetworkError, TimedOut

from bot.telegram.wire import NotSent, Wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone"


async def request(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Head and body of a request. Raises :class:`EOFError` when there is no other."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return head, await reader.readexactly(length)


class Raw:
    """A server that runs a script for each connection."""

    def __init__(self, script: Script, context: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._context = context
        self.connections = 0
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def request(self, reader: asyncio.StreamReader) -> None:
        head, body = await request(reader)
        self.heads.append(head)
        self.bodies.append(body)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with contextlib.suppress(EOFError, ConnectionError):
                await self._script(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    @contextlib.asynccontextmanager
    async def wire(
        self, *, size: int = 10, connect: float | None = 5.0, host: str = "127.0.0.1"
    ) -> AsyncIterator[Wire]:
        server = await asyncio.start_server(self._serve, host, 0, ssl=self._context)
        scheme = "http" if self._context is None else "https"
        port = server.sockets[0].getsockname()[1]
        wire = Wire(f"{scheme}://{host}:{port}", size=size, connect=connect)
        try:
            yield wire
        finally:
            wire.close()
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)


def always(*answer: bytes) -> Raw:
    """Answers every request in these pieces."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await raw.request(reader)
            for piece in answer:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)

    raw = Raw(script)
    return raw


@pytest.mark.parametrize(
    "answer",
    [
        OK,
        b"HTTP/1.1 200 OK\r\ncontent-length:4\r\nX: y\r\n\r\ndone",
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nd\r\n3;x=y\r\none\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ndone\r\n0\r\nSum: 1\r\n\r\n",
    ],
)
async def test_answers_are_read_however_they_arrive(answer: bytes) -> None:
    for pieces in ((answer,), tuple(answer[at : at + 1] for at in range(len(answer)))):
        raw = always(*pieces)
        async with raw.wire() as wire:
            for _ in range(3):
                assert await wire.post("/a", b"{}", 5) == (200, b"done")
            assert raw.connections == 1


async def test_an_answer_may_be_large() -> None:
    body = bytes(1_000_000)
    raw = always(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    async with raw.wire() as wire:
        for _ in range(2):
            assert await wire.post("/a", b"{}", 5) == (200, body)
        assert raw.connections == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ndone",
        b"HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\ndone",
        OK + b"x",
        OK + OK,
        b"HTTP/1.1 200 OK\r\n\r\ndone",
    ],
)
async def test_a_connection_that_ends_with_its_answer_is_not_used_again(answer: bytes) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await raw.request(reader)
        writer.write(answer)

    raw = Raw(script)
    async with raw.wire(size=1) as wire:
        for _ in range(3):
            assert await wire.post("/a", b"{}", 5) == (200, b"done")
        assert raw.connections == 3


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x16\x03\x01",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1_0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000,
    ],
)
async def test_garbage_is_trouble_on_the_way(answer: bytes) -> None:
    async with always(answer).wire() as wire:
        with pytest.raises(NetworkError) as caught:
            await wire.post("/bot1:SECRET/a", b"{}", 5)
        assert not isinstance(caught.value, TimedOut)
        assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("told", [b"", OK[:10], OK[:-1]])
async def test_a_server_that_hangs_up_leaves_nobody_waiting(told: bytes) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await raw.request(reader)
        writer.write(told)

    raw = Raw(script)
    async with raw.wire() as wire:
        with pytest.raises(NetworkError):
            await wire.post("/a", b"{}", None)


async def test_no_answer_reaches_another_call() -> None:
    late = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            _, body = await request(reader)
            if body in {b"late", b"given up"}:
                await late.wait()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    raw = Raw(script)
    async with raw.wire(size=1) as wire:
        with pytest.raises(TimedOut) as caught:
            await wire.post("/a", b"late", 0.05)
        assert not isinstance(caught.value, NotSent)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(wire.post("/a", b"given up", 5), 0.05)
        late.set()
        for number in range(20):
            assert await wire.post("/a", b"%d" % number, 5) == (200, b"%d" % number)


async def test_each_caller_gets_the_own_answer_and_connections_are_few() -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            _, body = await request(reader)
            await asyncio.sleep(int(body) % 7 / 1000)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    raw = Raw(script)
    async with raw.wire(size=5) as wire:
        answers = await asyncio.gather(*(wire.post("/a", b"%d" % n, 5) for n in range(200)))
    assert answers == [(200, b"%d" % n) for n in range(200)]
    assert raw.connections == 5


async def test_who_finds_no_free_connection_in_time_has_sent_nothing() -> None:
    asked = asyncio.Event()
    go = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await raw.request(reader)
            asked.set()
            await go.wait()
            writer.write(OK)

    raw = Raw(script)
    async with raw.wire(size=1, connect=0.05) as wire:
        first = asyncio.create_task(wire.post("/a", b"1", 5))
        await asked.wait()
        with pytest.raises(NotSent):
            await wire.post("/a", b"2", 5)
        go.set()
        assert await first == (200, b"done")
        assert await wire.post("/a", b"3", 5) == (200, b"done")
    assert raw.bodies == [b"1", b"3"]


async def test_a_connection_that_the_server_has_closed_is_not_used() -> None:
    closed = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await raw.request(reader)
        writer.write(OK)
        await closed.wait()

    raw = Raw(script)
    async with raw.wire() as wire:
        await wire.post("/a", b"{}", 5)
        closed.set()
        while any(connection.usable for connection in wire._open):  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        assert await wire.post("/a", b"{}", 5) == (200, b"done")
    assert raw.connections == 2


async def test_where_nobody_listens_nothing_was_sent() -> None:
    raw = always(OK)
    async with raw.wire() as wire:
        pass
    for _ in range(3):
        with pytest.raises(NotSent):
            await wire.post("/a", b"{}", 5)


async def test_the_request_says_what_it_has_to() -> None:
    raw = always(OK)
    async with raw.wire() as wire:
        await wire.post("/bot1:a/getMe", b'{"a": 1}', 5)
    lines = raw.heads[0].decode().split("\r\n")
    assert lines[0] == "POST /bot1:a/getMe HTTP/1.1"
    assert any(line.startswith("Host: 127.0.0.1:") for line in lines)
    assert "Content-Type: application/json" in lines
    assert raw.bodies == [b'{"a": 1}']


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


async def test_encryption_is_used_and_certificates_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cert, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    raw = always(OK)
    raw._context = context
    async with raw.wire(host="localhost") as wire:
        with pytest.raises(NotSent, match="CERTIFICATE_VERIFY_FAILED"):
            await wire.post("/a", b"{}", 5)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    async with raw.wire(host="localhost") as wire:
        for _ in range(3):
            assert await wire.post("/a", b"{}", 5) == (200, b"done")
    assert len(raw.bodies) == 3
