"""The processes of the proof of campaigns: replicas that are killed, and a door to them."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import aiohttp
from aiohttp import web

from benchmarks.delivery_processes import ROOT, Process, free_port

SECRET: Final = "open-sesame"
START_WITHIN: Final = 120.0  # seconds
_CHECKED: Final = "Content in use"


class Replica:
    """``python -m bot run``, again and again; ``peak`` is the most memory any of them had (MB)."""

    def __init__(self, folder: Path, number: int, environ: dict[str, str]) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.peak = 0.0
        self._log = folder / f"replica{number}.log"
        self._process = Process(self._log, "bot", "run", environ=environ | {"PORT": str(port)})

    async def start(self) -> None:
        """Start, and return at once."""
        await self._process.start()

    async def ready(self) -> None:
        """Wait until it serves, and has looked through its content once more beside that."""
        async with asyncio.timeout(START_WITHIN), aiohttp.ClientSession() as http:
            while not await self._serves(http) or _CHECKED not in self._log.read_text("utf-8"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def _serves(self, http: aiohttp.ClientSession) -> bool:
        with contextlib.suppress(aiohttp.ClientError):
            async with http.get(f"{self.url}/readyz") as response:
                return response.status == 200
        return False

    async def kill(self) -> None:
        """``kill -9``."""
        self.look()
        await self._process.kill()

    async def end(self) -> None:
        """Kill it, if it runs."""
        with contextlib.suppress(RuntimeError):
            await self._process.kill()

    def look(self) -> float:
        """Look how much memory it has had at most (MB)."""
        with contextlib.suppress(OSError):  # it ended by itself
            status = Path(f"/proc/{self._process.pid}/status").read_text("ascii").splitlines()
            sizes = [line.split()[1] for line in status if line.startswith("VmHWM")]
            self.peak = max(self.peak, *(int(kilobytes) / 1024 for kilobytes in sizes), 0.0)
        return self.peak


class Door:
    """Hands Telegram's updates to one of the replicas, to the next one when it is dead.

    As the load balancer before them would; ``url`` is where Telegram posts to.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.replicas: list[Replica] = []
        self._next = itertools.count()

    @contextlib.asynccontextmanager
    async def serving(self) -> Any:
        """Serve until the end of the block."""
        app = web.Application()
        app.router.add_post("/{path:.*}", self._hand_on)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        async with aiohttp.ClientSession() as self._http:
            await web.TCPSite(runner, "127.0.0.1", self.port).start()
            try:
                yield self
            finally:
                await runner.cleanup()

    async def _hand_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        first = next(self._next)
        for number in range(len(self.replicas)):
            replica = self.replicas[(first + number) % len(self.replicas)]
            with contextlib.suppress(aiohttp.ClientError):
                async with self._http.post(
                    replica.url + request.path, data=body, headers=_kept(request)
                ) as response:
                    if response.status == 503:  # it is only starting
                        continue
                    return web.Response(body=await response.read(), status=response.status)
        return web.Response(status=503, headers={"Retry-After": "1"})


def _kept(request: web.Request) -> dict[str, str]:
    names = ("Content-Type", "X-Telegram-Bot-Api-Secret-Token")
    return {name: request.headers[name] for name in names if name in request.headers}


class Telegram:
    """``benchmarks.campaigns_telegram`` in a process of its own."""

    def __init__(self, log: Path, per_second: int) -> None:
        self._log = log
        self._per_second = per_second
        self.url = ""

    async def __aenter__(self) -> Telegram:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "benchmarks.campaigns_telegram", str(self._per_second)),
                cwd=ROOT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        self.url = f"http://127.0.0.1:{await self._line()}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def talk(self) -> None:
        """Have people chat from now on; they have begun when this returns."""
        self._order("talk")
        await self._line()

    def count(self) -> None:
        """Have it count from nothing."""
        self._order("count")

    async def report(self, path: Path) -> bytes:
        """What it saw; it ends."""
        self._order(f"report {path}")
        await self._process.wait()
        return await asyncio.to_thread(path.read_bytes)

    def _order(self, words: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{words}\n".encode())

    async def _line(self) -> str:
        assert self._process.stdout is not None
        line = (await self._process.stdout.readline()).decode().strip()
        if not line:
            raise RuntimeError(f"the local Bot API server ended by itself; {self._log} says why")
        return line


async def command(environ: dict[str, str], *arguments: str) -> str:
    """``dontlookaway ARGUMENTS``; what it prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=ROOT,
        env=os.environ | environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {complained.decode()}")
    return said.decode()


async def kill_in_turn(victims: Iterable[Replica], every: float, deaths: list[float]) -> None:
    """Kill the next one every so many seconds and start it again."""
    due = time.monotonic() + every
    for replica in victims:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        await replica.kill()
        deaths.append(time.monotonic())
        await replica.start()
        due += every
