"""Telegram, as ``benchmarks.updates`` plays it: posts updates, answers calls, measures."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
from msgspec import Struct

from benchmarks.bare_http import Client, Server
from bot.store.embedded import EmbeddedRedis
from bot.web.webhook import PATH

TOKEN = "1:benchmark"
SECRET = "benchmark"
AT_ONCE = 100
"""Connections that Telegram has open, at most."""
ONE = ("/hotline", "/privacy", "/hotline", "/language")
"""What everybody writes, over and over; each is answered with one message."""
CONTACTS = ("/start", "Kenya", "/emergency", "Peru")
"""The same, with places to be looked up and two or three messages in answer to each."""


class Way(Struct, frozen=True):
    """A program that answers updates, what to say to it, and how it is set ("": not at all)."""

    name: str
    command: tuple[str, ...]
    texts: tuple[str, ...] = ONE
    settings: dict[str, str] = {}


class Measured(Struct, frozen=True):
    """``cpu`` ms of processor time, ``messages`` that were sent: both per update."""

    speed: float
    cpu: float
    messages: float


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


def written(texts: tuple[str, ...], chat: int, first: int) -> Iterator[bytes]:
    """What one person writes, without end."""
    person = {"id": chat, "is_bot": False, "first_name": "A", "language_code": "en"}
    for number in range(10**5):
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


class Running:
    """A program at work, and the way to it; it was ``ready_after`` so many seconds."""

    ready_after = 0.0

    def __init__(self, telegram: Telegram, pid: int, port: int) -> None:
        self._telegram = telegram
        self.pid = pid
        self._port = port
        self._turn = 0
        self._idle: list[Client] = []

    async def saturated(self, people: list[Iterator[bytes]], seconds: float) -> Measured:
        """As many updates as it takes, over all connections at once."""
        done = 0

        async def connection(mine: list[Iterator[bytes]]) -> None:
            nonlocal done
            client = await self._client()
            for person in itertools.cycle(mine):
                if time.perf_counter() > end:
                    break
                await _post(client, next(person))
                done += 1
            self._idle.append(client)

        before, told, cpu = time.perf_counter(), self._told(), processor_seconds(self.pid)
        end = before + seconds
        lines = [people[number::AT_ONCE] for number in range(AT_ONCE)]
        await asyncio.gather(*(connection(line) for line in lines if line))
        seconds = time.perf_counter() - before
        cpu = processor_seconds(self.pid) - cpu
        return Measured(done / seconds, cpu / done * 1000, (self._told() - told) / done)

    async def paced(
        self, people: list[Iterator[bytes]], rate: float, seconds: float
    ) -> list[float]:
        """Updates at random moments, so many a second; ms until each was answered, sorted.

        Time counts from the moment at which an update was due, also while all connections wait.
        """
        took: list[float] = []
        chance = random.Random(1)
        tasks = set()
        free = asyncio.Semaphore(AT_ONCE)

        async def one(due: float, update: bytes) -> None:
            async with free:
                client = await self._client()
                await _post(client, update)
                self._idle.append(client)
            took.append((time.perf_counter() - due) * 1000)

        due = start = time.perf_counter()
        for person in itertools.cycle(people):
            due += chance.expovariate(rate)
            if due > start + seconds:
                break
            if (ahead := due - time.perf_counter()) > 0:
                await asyncio.sleep(ahead)
            task = asyncio.create_task(one(due, next(person)))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)
        return sorted(took)

    async def _client(self) -> Client:
        if self._idle:
            return self._idle.pop()
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}
        loop = asyncio.get_running_loop()
        _, client = await loop.create_connection(
            lambda: Client(PATH, headers), "127.0.0.1", self._port
        )
        return client

    def _told(self) -> int:
        return self._telegram.messages + sum(client.calls for client in self._idle)

    def close(self) -> None:
        """Hang up."""
        for client in self._idle:
            client.transport.close()


async def _post(client: Client, update: bytes) -> None:
    if await client.post(update) != 200:
        raise RuntimeError("An update was refused.")


@contextlib.asynccontextmanager
async def running(way: Way, redis_url: str = "") -> AsyncIterator[Running]:
    """The program on one core, Redis and this process on the other; Redis is new by default."""
    telegram = Telegram()
    api = await telegram.serve()
    port = _free_port()
    async with contextlib.AsyncExitStack() as stack:
        folder, shared = (stack.enter_context(tempfile.TemporaryDirectory()) for _ in range(2))
        if not redis_url:
            redis_url = (await stack.enter_async_context(EmbeddedRedis(Path(shared)))).url
        environ = (
            os.environ
            | {
                "TELEGRAM_BOT_TOKEN": TOKEN,
                "TELEGRAM_API_URL": f"http://127.0.0.1:{api.sockets[0].getsockname()[1]}",
                "PUBLIC_URL": f"http://127.0.0.1:{port}",
                "WEBHOOK_SECRET": SECRET,
                "REDIS_URL": redis_url,
                "DATA_DIR": folder,
                "PORT": str(port),
            }
            | way.settings
        )
        environ = {name: value for name, value in environ.items() if value}
        pin(0)  # what is started inherits it
        began = time.perf_counter()
        server = await asyncio.create_subprocess_exec(*way.command, env=environ, stderr=sys.stderr)
        pin(1)
        program = Running(telegram, server.pid, port)
        try:
            await _ready(environ["PUBLIC_URL"])
            program.ready_after = time.perf_counter() - began
            yield program
        finally:
            program.close()
            server.terminate()
            await server.wait()
            api.close()


async def _ready(url: str) -> None:
    """Wait until a program takes updates."""
    async with aiohttp.ClientSession() as http, asyncio.timeout(60):
        while True:
            try:
                async with http.get(f"{url}/readyz") as response:
                    if response.status in {200, 404}:  # only the bot has such a page
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.01)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def processor_seconds(pid: int) -> float:
    """What a process has used of its core so far; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
