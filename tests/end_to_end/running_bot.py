"""The whole bot at work: in this process, or in one of its own that may be killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Literal

import aiohttp

from bot.application import Application
from bot.assembly import assemble
from bot.conversation.session import unpack
from bot.local import Chat, LocalBotApi, Person
from bot.settings import Settings
from bot.store.chats import ChatStore

Mode = Literal["polling", "webhook"]
MODES: tuple[Mode, ...] = ("polling", "webhook")
TOKEN = "1:abc"
SECRET = "open-sesame"


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def environment(
    server: LocalBotApi, folder: Path, mode: Mode, redis_url: str = ""
) -> dict[str, str]:
    """What an operator would set; the bot's own port is a free one."""
    port = free_port()
    given = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": server.url,
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "REDIS_URL": redis_url,
    }
    if mode == "webhook":
        given |= {"PUBLIC_URL": f"http://127.0.0.1:{port}", "WEBHOOK_SECRET": SECRET}
    return given


@contextlib.asynccontextmanager
async def running(environ: dict[str, str]) -> AsyncIterator[Application]:
    """The bot in this process, until the end of the block; it knows its name by then."""
    async with assemble(Settings.read(environ)) as application:
        stop = asyncio.Event()
        task = asyncio.create_task(application.run(stop))
        try:
            async with asyncio.timeout(10):
                while not application.username:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            yield application
        finally:
            stop.set()
            await task


class Program:
    """``dontlookaway COMMAND`` in a process of its own; what it logs goes to ``log``."""

    def __init__(self, command: str, environ: dict[str, str], log: Path) -> None:
        self.environ = environ
        self.log = log
        self._command = command
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Program:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.returncode is None:
            await self.end()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environ['PORT']}"

    @property
    def pid(self) -> int:
        """Of the process that runs, or ran last."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start, and return at once."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", self._command),
                env=kept | self.environ,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def kill(self) -> None:
        """``kill -9``."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def end(self) -> int:
        """Ask to stop as a supervisor does; the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return await self._process.wait()

    async def answers(self, path: str = "/healthz", status: int = 200) -> str:
        """Wait until the web server answers so; the text."""
        async with aiohttp.ClientSession() as http:

            async def get() -> tuple[int, str]:
                try:
                    async with http.get(self.url + path) as response:
                        return response.status, await response.text()
                except aiohttp.ClientConnectionError:
                    return 0, ""

            async with asyncio.timeout(30):
                while True:
                    got, text = await get()
                    if got == status:
                        return text
                    await asyncio.sleep(0.05)


def said(chat: Chat) -> list[str]:
    """What the bot said in a chat and did not delete."""
    return [message.text for message in chat.visible if message.by_bot]


async def turn(store: ChatStore, person: Person) -> int:
    """How many turns a conversation had; -1 while something is still to be delivered."""
    chat = await store.load(person.chat.id)
    if chat.effects:
        return -1
    return unpack(chat.session, chat.secret).turn if chat.session else 0


async def reached(store: ChatStore, person: Person, number: int, seconds: float = 10) -> list[str]:
    """Wait for a turn to be over; all that the bot said since the person last did something."""
    async with asyncio.timeout(seconds):
        while await turn(store, person) != number:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return [message.text for message in person.replies]


async def until(true: Callable[[], object], seconds: float = 10) -> None:
    """Wait for something that sends no signal."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
