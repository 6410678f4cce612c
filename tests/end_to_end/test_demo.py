"""``dontlookaway demo``, as a visitor of its page and whoever stops it sees it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import aiohttp
import pytest
from running_bot import Program, free_port


async def read_until(http: aiohttp.ClientSession, chat: str, words: str) -> None:
    """Follow the page's stream of messages until one has these words."""
    async with asyncio.timeout(20), http.get(f"/chat/{chat}/events") as response:
        assert response.status == 200
        async for line in response.content:
            if words in line.decode():
                return
    raise AssertionError(f"the stream ended without {words}")


async def test_the_demo_serves_stops_cleanly_and_remembers(tmp_path: Path) -> None:
    environ = {"PORT": str(free_port()), "DATA_DIR": str(tmp_path)}
    async with (
        Program("demo", environ, tmp_path / "log") as program,
        aiohttp.ClientSession(program.url) as http,
    ):
        assert "<html" in await program.answers("/")
        person = {"first_name": "Sam", "language_code": "en"}
        async with http.post("/chat", json=person) as response:
            chat = (await response.json())["key"]

        async def send(text: str) -> None:
            async with http.post(f"/chat/{chat}", json={"do": "send", "text": text}) as response:
                assert response.status == 200

        await send("Kenya")
        await read_until(http, chat, "National Child Helpline 116")
        redis = int((tmp_path / "demo/redis/redis.pid").read_text())
        os.kill(redis, 0)
        assert await program.end() == 0
        with pytest.raises(ProcessLookupError):
            os.kill(redis, 0)

        await program.start()
        await program.answers("/")
        await read_until(http, chat, "National Child Helpline 116")  # the chat is still there
        await send("/emergency")
        await read_until(http, chat, "📋 999")  # and the country is remembered
        assert await program.end() == 0
    assert "Traceback" not in (tmp_path / "log").read_text()
