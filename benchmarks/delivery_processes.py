"""The processes of ``benchmarks.delivery`` that are killed, and what they need."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from joserfc.jwk import OKPKey

from bot.assembly import assemble
from bot.content import shipped
from bot.delivery.courier import Pace
from bot.own_keys import SIGNING_KEY
from bot.reports.sealing import signing_key
from bot.settings import Settings
from bot.store.errors import StoreUnavailable
from bot.store.pipeline import Pipeline

ROOT: Final = Path(__file__).parents[1]
PACE: Final = Pace(first_delay=0.1, longest_delay=1.0, timeout=2.0, idle=3.0, look=0.05)
"""In real life a courier is more patient: there a partner is away for hours, here for seconds."""
PARTNER: Final = "Hotline North"
_SECRET: Final = "open-sesame"


class Process:
    """``python -m ARGUMENTS`` in a process of its own."""

    def __init__(self, log: Path, *arguments: str, environ: dict[str, str] | None = None) -> None:
        self._log = log
        self._arguments = arguments
        self._environ = os.environ | (environ or {})
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start, and return at once."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *self._arguments),
                cwd=ROOT,
                env=self._environ,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def pid(self) -> int:
        """Of the process that runs, or ran last."""
        assert self._process is not None
        return self._process.pid

    async def kill(self) -> None:
        """``kill -9``; raises RuntimeError when it ended by itself."""
        assert self._process is not None
        if self._process.returncode is not None:
            raise RuntimeError(f"{self._arguments[0]} ended by itself; {self._log} says why")
        self._process.kill()
        await self._process.wait()


def partner(folder: Path) -> Process:
    """A partner that fails half of the requests; the bot's settings are put beside it.

    Its keys, what it keeps (``reports.jsonl``) and the bot's ``content`` are in ``folder``.
    """
    hotline = OKPKey.generate_key("X25519")
    port = free_port()
    _write(folder / "hotline.json", hotline.as_dict(private=True))
    _write(folder / "bot.json", signing_key(folder / SIGNING_KEY).as_dict(private=False))
    for name in ("flows", "locales", "data"):
        shutil.copytree(shipped() / name, folder / "content" / name)
    entry = {
        "id": "north",
        "name": PARTNER,
        "countries": "*",
        "kinds": "*",
        "endpoint": f"http://127.0.0.1:{port}/reports",
        "public_key": hotline.as_dict(private=False),
    }
    _write(folder / "content" / "data" / "partners.yaml", {"partners": [entry]})
    given = ["--private-key", str(folder / "hotline.json"), "--bot-key", str(folder / "bot.json")]
    given += ["--store", str(folder / "reports.jsonl"), "--port", str(port), "--fail", "0.5"]
    return Process(folder / "partner.log", "examples.partner_server", "serve", *given)


def bot(folder: Path, telegram: str, redis: str, *, webhook: bool) -> Process:
    """The whole bot, with :data:`PACE`."""
    port = free_port()
    environ = {
        "TELEGRAM_BOT_TOKEN": "1:abc",
        "TELEGRAM_API_URL": telegram,
        "DATA_DIR": str(folder),
        "CONTENT_DIR": str(folder / "content"),
        "PORT": str(port),
        "REDIS_URL": redis,
    }
    if webhook:
        environ |= {"PUBLIC_URL": f"http://127.0.0.1:{port}", "WEBHOOK_SECRET": _SECRET}
    return Process(folder / "bot.log", "benchmarks.delivery", "bot", environ=environ)


async def run_bot() -> None:
    """The bot's process: ``python -m bot run`` but for the pace of its courier."""
    async with assemble(Settings.read(os.environ), pace=PACE) as application:
        await application.run(asyncio.Event())


async def restart_redis(pipeline: Pipeline) -> None:
    """Have Redis write a dump that could be read, and end; who embeds it starts it anew."""
    number = await _redis_process(pipeline)
    await _again(pipeline, "CONFIG", "SET", "rdbcompression", "no")
    await _again(pipeline, "SAVE")
    with contextlib.suppress(StoreUnavailable):
        await pipeline.run("SHUTDOWN")
    while await _redis_process(pipeline) == number:  # noqa: ASYNC110
        await asyncio.sleep(0.02)


async def until(reached: Callable[[], bool]) -> None:
    """Wait for something that sends no signal."""
    while not reached():  # noqa: ASYNC110
        await asyncio.sleep(0.02)


async def _again(pipeline: Pipeline, *command: str) -> Any:
    """Run a command until Redis answers."""
    while True:
        try:
            return await pipeline.run(*command)
        except StoreUnavailable:
            await asyncio.sleep(0.05)


async def _redis_process(pipeline: Pipeline) -> int:
    number: int = (await _again(pipeline, "INFO", "server"))["process_id"]
    return number


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content))
