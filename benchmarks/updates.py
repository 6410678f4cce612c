"""Updates answered per second by one core: this bot beside python-telegram-bot as it comes.

An update is posted to a webhook, a conversation moves on, its new state is in Redis, and
``sendMessage`` has been answered. Five ways of doing that, each in a process of its own, all on
the same core, one after the other:

* *this bot*: ``dontlookaway run``, with all it does for an update;
* *this bot, contacts*: the same with places to look up and longer answers;
* *its floor*: an aiohttp server that reads the update, makes two round trips to Redis and sends
  the message with aiohttp, without any logic;
* *python-telegram-bot*: ``ConversationHandler`` with its default HTTP backend and a persistence
  that writes each change to Redis, its ``Application`` fed by the same aiohttp server;
* *the same, concurrently*, though ``ConversationHandler`` is documented not to bear it.

Telegram is played by this process (and, where possible, on another core): it posts the updates of
many chats, one at a time of each, and answers every call at once. Redis is the one that ships with
the bot and runs on that other core too. Run with ``python -m benchmarks.updates``.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.bare_http import Client, Server
from bot.store.embedded import EmbeddedRedis
from bot.web.webhook import PATH

TOKEN = "1:benchmark"
SECRET = "benchmark"
ONE = ("/hotline", "/privacy", "/hotline", "/language")
"""What everybody writes, over and over; each is answered with one message."""
CONTACTS = ("/start", "Kenya", "/emergency", "Peru")
"""The same, with places to be looked up and two or three messages in answer to each."""


def pin(core: int) -> None:
    """Keep this process, and those it starts, on one core, where there are that many."""
    if hasattr(os, "sched_setaffinity") and len(cores := sorted(os.sched_getaffinity(0))) > core:
        os.sched_setaffinity(0, {cores[core]})


class Telegram:
    """Answers every call, and counts the messages that it is given."""

    def __init__(self) -> None:
        self.messages = 0
        chat = {"id": 5, "type": "private", "first_name": "A"}
        sent = {"message_id": 7, "date": 1_700_000_000, "chat": chat, "text": "as it was sent"}
        user = {"id": 1, "is_bot": True, "first_name": "B", "username": "example_bot"}
        self._sent = msgspec.json.encode({"ok": True, "result": sent})
        self._user = msgspec.json.encode({"ok": True, "result": user})
        self._nothing = msgspec.json.encode({"ok": True, "result": {}})
        self._done = msgspec.json.encode({"ok": True, "result": True})

    def answer(self, path: bytes) -> bytes:
        """The result of a call by its path."""
        method = path.rpartition(b"/")[2].lower()
        if method == b"sendmessage":
            self.messages += 1
            return self._sent
        if method.startswith(b"getmy"):
            return self._nothing
        return self._user if method == b"getme" else self._done

    async def serve(self) -> asyncio.Server:
        """Start, on any free port."""
        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: Server(self.answer), "127.0.0.1", 0)


def updates(texts: tuple[str, ...], chat: int, first: int) -> Iterator[bytes]:
    """What one person writes, without end."""
    person = {"id": chat, "is_bot": False, "first_name": "A", "language_code": "en"}
    for number in range(10**6):
        text = texts[number % len(texts)]
        message: dict[str, Any] = {
            "message_id": number + 1,
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private", "first_name": "A"},
            "from": person,
            "text": text,
        }
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        yield msgspec.json.encode({"update_id": first + number, "message": message})


async def load(
    port: int, texts: tuple[str, ...], seconds: float, chats: int, turn: int
) -> tuple[int, float]:
    """Post updates for so long; (how many were answered, seconds)."""
    done = 0
    loop = asyncio.get_running_loop()
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}

    async def person(chat: int) -> None:
        nonlocal done
        _, client = await loop.create_connection(lambda: Client(PATH, headers), "127.0.0.1", port)
        for update in updates(texts, chat, turn * 10**9 + chat * 10**6):
            if time.perf_counter() > end:
                break
            if await client.post(update) != 200:
                raise RuntimeError("An update was refused.")
            done += 1
        client.transport.close()

    start = time.perf_counter()
    end = start + seconds
    await asyncio.gather(*(person(1 + chat) for chat in range(chats)))
    return done, time.perf_counter() - start


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


async def ready(url: str) -> None:
    """Wait for a web server, whatever it answers."""
    async with aiohttp.ClientSession() as http, asyncio.timeout(30):
        while True:
            try:
                async with http.get(url):
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)


async def measured(
    command: list[str], texts: tuple[str, ...], options: argparse.Namespace
) -> tuple[float, float, float]:
    """(updates per second, messages per update, ms of processor time per update)."""
    telegram = Telegram()
    api = await telegram.serve()
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        async with EmbeddedRedis(Path(folder)) as redis:
            environ = os.environ | {
                "TELEGRAM_BOT_TOKEN": TOKEN,
                "TELEGRAM_API_URL": f"http://127.0.0.1:{api.sockets[0].getsockname()[1]}",
                "PUBLIC_URL": f"http://127.0.0.1:{port}",
                "WEBHOOK_SECRET": SECRET,
                "REDIS_URL": redis.url,
                "DATA_DIR": folder,
                "PORT": str(port),
            }
            pin(0)  # what is started inherits it
            server = await asyncio.create_subprocess_exec(*command, env=environ)
            pin(1)
            try:
                await ready(environ["PUBLIC_URL"])
                await load(port, texts, 1, options.chats, 1)  # warm up
                before, told = processor_seconds(server.pid), telegram.messages
                done, seconds = await load(port, texts, options.seconds, options.chats, 2)
                used = processor_seconds(server.pid) - before
                messages = telegram.messages - told
            finally:
                server.terminate()
                await server.wait()
    api.close()
    return done / seconds, messages / done, used / done * 1000


def processor_seconds(pid: int) -> float:
    """What a process has used of its core so far; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def compare(options: argparse.Namespace) -> Table:
    """Measure all ways, one after the other."""
    here = [sys.executable, "-m", "benchmarks.updates_servers"]
    ways = {
        "this bot": [sys.executable, "-m", "bot", "run"],
        "this bot, contacts": [sys.executable, "-m", "bot", "run"],
        "its floor": [*here, "floor"],
        "python-telegram-bot": [*here, "stock"],
        "the same, concurrently": [*here, "stock-concurrent"],
    }
    table = Table(title=f"{options.chats} chats at once, {options.seconds:g} s each, one core")
    table.add_column("way", no_wrap=True)
    for title in ("updates/s", "messages each", "CPU ms each", "this bot is"):
        table.add_column(title, justify="right")
    ours = 0.0
    for way, command in ways.items():
        speed, messages, cpu = await measured(
            command, CONTACTS if way.endswith("contacts") else ONE, options
        )
        ours = ours or speed
        row = (f"{speed:,.0f}", f"{messages:.2f}", f"{cpu:.2f}", f"{ours / speed:.2f} ×")
        table.add_row(way, *row)
    return table


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--chats", type=int, default=100)
    options = parser.parse_args()
    pin(1)
    Console().print(uvloop.run(compare(options)))


if __name__ == "__main__":
    main()
