"""What goes wrong in a request is one line in the log, and what is no HTTP none."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.web.complaints import Complaints


async def broken(_: web.Request) -> web.Response:
    raise RuntimeError("a red hat")


async def nothing(_: web.Request) -> None:
    return None


@pytest.fixture
async def port() -> AsyncIterator[int]:
    app = web.Application()
    app.router.add_get("/broken", broken)
    app.router.add_get("/nothing", nothing)  # type: ignore[arg-type] - what a mistake would do
    runner = web.AppRunner(app, access_log=None, logger=Complaints())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def answered(port: int, raw: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(raw)
    await writer.drain()
    answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x00\xa5 a red hat\r\n\r\n",
        b"GET /" + b"a-red-hat" * 2000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\na red hat\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: a red hat\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_refused_without_a_line(
    port: int, raw: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await answered(port, raw)
    assert answer.startswith(b"HTTP/1.0 400 ")
    assert "red" not in caplog.text
    assert not [record for record in caplog.records if record.levelno >= logging.INFO]


async def test_a_header_that_is_no_text_is_not_worth_a_line(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    raw = b"GET /broken HTTP/1.1\r\nHost: x\r\nExpect: \xff a red hat\r\n\r\n"
    assert b"red" not in await answered(port, raw)
    assert not [record for record in caplog.records if record.levelno >= logging.INFO]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("broken", "A request could not be answered: RuntimeError at "),
        ("nothing", "A request could not be answered: Missing return statement"),
    ],
)
async def test_an_error_that_nobody_caught_is_one_line(
    port: int, path: str, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    address = f"http://127.0.0.1:{port}/{path}"
    async with aiohttp.ClientSession() as http, http.get(address) as response:
        assert response.status == 500
        assert "red hat" not in await response.text()
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert record.getMessage().startswith(line)
    assert record.exc_info is None
    assert "red hat" not in caplog.text


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ClientConnectionResetError("a red hat"),
        ConnectionAbortedError("a red hat"),
    ],
)
def test_who_hangs_up_is_not_worth_a_line(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    Complaints().exception("Unhandled exception", exc_info=error)
    assert not caplog.records
