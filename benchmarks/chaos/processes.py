"""Processes of the bot that are killed, or asked to end, and started again."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
import time
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Final

import aiohttp

from benchmarks.delivery_processes import ROOT, free_port

START_WITHIN: Final = 600.0
"""Seconds; far more than any start takes, since a machine may stand still for minutes."""
RUN: Final = ("-m", "bot", "run")
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["bot.cli", "bot.application"])


class Replica:
    """One process of the bot after the other, always with the same settings.

    ``arguments`` for Python are how it is started; in ``folder``, if it is not this checkout.
    ``forked`` ones are forks of a process that has imported the bot already, and so start sooner.
    """

    def __init__(
        self,
        name: str,
        environ: dict[str, str],
        log: Path,
        *,
        arguments: tuple[str, ...] = RUN,
        folder: Path = ROOT,
        forked: bool = False,
    ) -> None:
        port = free_port()
        self.name = name
        self.url = f"http://127.0.0.1:{port}"
        self.arguments = arguments
        self.folder = folder
        self.environ = environ | {"PORT": str(port)}
        self._log = log
        self._forked = forked
        self._process: asyncio.subprocess.Process | ForkServerProcess | None = None

    async def start(self) -> None:
        """Start, and return at once."""
        if self._forked:
            process = _forks.Process(target=_run, args=(self.environ, self._log), daemon=True)
            await asyncio.to_thread(process.start)
            self._process = process
            return
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, *self.arguments),
                cwd=self.folder,
                env=os.environ | {"PYTHONPATH": str(self.folder)} | self.environ,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def kill(self) -> float:
        """``kill -9``; when it was dead. Raises RuntimeError when it had ended by itself."""
        assert self._process is not None
        if not self.lives:
            raise RuntimeError(f"{self.name} ended by itself; {self._log} says why")
        self._process.kill()
        await self._gone()
        return time.time()

    async def end(self) -> int:
        """Ask it to end as a supervisor does (SIGTERM); its exit code."""
        assert self._process is not None
        pid = self._process.pid
        if self.lives and pid is not None:
            os.kill(pid, signal.SIGTERM)
        return await self._gone()

    async def stop(self) -> None:
        """Kill it, if it lives."""
        if self._process is not None and self.lives:
            self._process.kill()
            await self._gone()

    @property
    def lives(self) -> bool:
        """Whether it has been started and has not ended."""
        if isinstance(self._process, ForkServerProcess):
            return self._process.is_alive()
        return self._process is not None and self._process.returncode is None

    async def serves(self, http: aiohttp.ClientSession) -> bool:
        """Whether it takes updates."""
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with http.get(f"{self.url}/readyz") as response:
                return response.status == 200
        return False

    async def ready(self) -> None:
        """Wait until it takes updates. Raises TimeoutError."""
        async with asyncio.timeout(START_WITHIN), aiohttp.ClientSession() as http:
            while not await self.serves(http):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def _gone(self) -> int:
        if isinstance(self._process, ForkServerProcess):
            await asyncio.to_thread(self._process.join)
            return self._process.exitcode or 0
        assert self._process is not None
        return await self._process.wait()


def _run(environ: dict[str, str], log: Path) -> None:
    """The whole life of a forked process: ``dontlookaway run``."""
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.environ.update(environ)
    from bot.cli import main  # noqa: PLC0415 - preloaded by now

    sys.exit(main(["run"]))
