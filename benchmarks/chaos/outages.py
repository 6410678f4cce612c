"""Everything that can be broken while people talk, one function each.

Each breaks something, waits, mends it, and says what it was (the words under which the history
counts it). ``longest`` (seconds) is how long things stay broken at most, where that can be chosen.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

from benchmarks.chaos.redis_servers import Alone, Cluster
from bot.local import LocalBotApi

Break: TypeAlias = Callable[[random.Random, float], Awaitable[str]]
DISK: Final = 32 * 1024 * 1024
TOO_MANY: Final = "Too Many Requests: retry after 1"


class RedisAlone:
    """What can happen to one Redis. Every outage is over when its method returns."""

    def __init__(self, redis: Alone) -> None:
        self._redis = redis

    def all(self) -> list[Break]:
        """Every outage there is."""
        return [self.killed, self.paused, self.restarted, self.filled, self.slow]

    async def killed(self, _: random.Random, __: float) -> str:
        """``kill -9``; whoever embeds it starts it again."""
        await asyncio.to_thread(self._redis.signal, signal.SIGKILL)
        await asyncio.to_thread(self._redis.order, "PING")
        return "Redis killed"

    async def paused(self, chance: random.Random, longest: float) -> str:
        """It takes connections and never answers."""
        process = await asyncio.to_thread(self._redis.signal, signal.SIGSTOP)
        try:
            await asyncio.sleep(chance.uniform(0.2, longest))
        finally:
            os.kill(process, signal.SIGCONT)
        return "Redis paused"

    async def restarted(self, _: random.Random, __: float) -> str:
        """An orderly end, and a new start from its files."""
        await asyncio.to_thread(self._redis.signal, signal.SIGTERM)
        await asyncio.sleep(0.2)
        await asyncio.to_thread(self._redis.order, "PING")
        return "Redis restarted"

    async def filled(self, chance: random.Random, longest: float) -> str:
        """It refuses every write (``maxmemory``, ``noeviction``)."""
        await asyncio.to_thread(self._redis.order, "CONFIG", "SET", "maxmemory", "1")
        try:
            await asyncio.sleep(chance.uniform(0.2, longest))
        finally:
            await asyncio.to_thread(self._redis.order, "CONFIG", "SET", "maxmemory", "0")
        return "Redis full"

    async def slow(self, chance: random.Random, longest: float) -> str:
        """It stands still again and again, for less and for more than anybody waits."""
        for _ in range(4):
            await asyncio.to_thread(
                self._redis.order, "DEBUG", "SLEEP", chance.uniform(0.1, longest / 2)
            )
            await asyncio.sleep(0.1)
        return "Redis slow"


class RedisCluster:
    """What can happen to a cluster. Every outage is over when its method returns."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def all(self) -> list[Break]:
        """Every outage there is."""
        return [self.failed_over, self.paused, self.killed]

    async def failed_over(self, chance: random.Random, _: float) -> str:
        """A replica takes its master's place, as for an upgrade of the servers."""
        replica = (await asyncio.to_thread(self._cluster.pair, chance))[1]
        replica.client.cluster("FAILOVER")
        while not await asyncio.to_thread(lambda: replica.is_master):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await asyncio.to_thread(self._cluster.wait)
        return "Redis: master failed over"

    async def paused(self, chance: random.Random, longest: float) -> str:
        """A master takes connections and never answers, for less than its replica waits."""
        master = (await asyncio.to_thread(self._cluster.pair, chance))[0]
        master.signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(chance.uniform(0.2, min(longest, 1.2)))
        finally:
            master.signal(signal.SIGCONT)
        await asyncio.to_thread(self._cluster.wait)
        return "Redis: master paused"

    async def killed(self, chance: random.Random, _: float) -> str:
        """A master dies, and its replica takes its place by itself.

        Redis copies to replicas behind the answer: what came in the last moment may be gone.
        """
        master, replica = await asyncio.to_thread(self._cluster.pair, chance)
        master.kill()
        while not await asyncio.to_thread(lambda: replica.is_master):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        master.start()
        await asyncio.to_thread(self._cluster.wait)
        return "Redis: master killed"


class TelegramTrouble:
    """What the Bot API, or the way to it, does on a bad day."""

    def __init__(self, telegram: LocalBotApi) -> None:
        self._telegram = telegram

    def all(self) -> list[Break]:
        """Every outage there is."""
        return [
            self.too_many,
            self.failing,
            self.closing,
            self.garbage,
            self.cut,
            self.silent,
            self.late,
        ]

    async def too_many(self, chance: random.Random, _: float) -> str:
        """429 for some calls."""
        self._telegram.fail("sendmessage", 429, TOO_MANY, chance.randint(1, 10), retry_after=1)
        return "Bot API: 429"

    async def failing(self, chance: random.Random, _: float) -> str:
        """500 for whatever is called."""
        self._telegram.fail("*", 500, "Internal Server Error", chance.randint(1, 20))
        return "Bot API: 500"

    async def closing(self, chance: random.Random, _: float) -> str:
        """The connection closes without an answer, before the call was carried out, or after."""
        self._telegram.drop("*", chance.randint(1, 5))
        self._telegram.drop("sendmessage", chance.randint(1, 3), after=True)
        return "Bot API: closed without an answer"

    async def garbage(self, chance: random.Random, _: float) -> str:
        """Something else than JSON."""
        self._telegram.spoil("sendmessage", "garbage", chance.randint(1, 3))
        return "Bot API: garbage"

    async def cut(self, chance: random.Random, _: float) -> str:
        """The connection closes in the middle of an answer."""
        self._telegram.spoil("sendmessage", "cut", chance.randint(1, 3))
        return "Bot API: closed in the middle of an answer"

    async def silent(self, _: random.Random, __: float) -> str:
        """One call is carried out and never answered."""
        self._telegram.spoil("sendmessage", "nothing")
        return "Bot API: silence"

    async def late(self, chance: random.Random, longest: float) -> str:
        """Some answers take long."""
        self._telegram.delay("*", chance.uniform(0.5, longest), chance.randint(1, 5))
        return "Bot API: slow"


class Unsupported(Exception):
    """This machine, or this user, cannot have such an outage; the text says why."""


class FullDisk:
    """The disk on which the embedded Redis writes has no room left; ``folder`` is on that disk."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    @staticmethod
    @contextlib.contextmanager
    def small(folder: Path) -> Iterator[None]:
        """Put a disk of :data:`DISK` bytes at a new folder, until the end of the block.

        Raises :class:`Unsupported`; only root may.
        """
        folder.mkdir(parents=True)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=700", "tmpfs", str(folder)]
        try:
            subprocess.run(mount, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            raise Unsupported("a small disk can only be mounted by root") from None
        try:
            yield
        finally:
            subprocess.run(["umount", str(folder)], check=False)

    async def full(self, chance: random.Random, longest: float) -> str:
        """Fill it to the last byte, and free it after a while."""
        await asyncio.to_thread(self._fill)
        try:
            await asyncio.sleep(chance.uniform(longest / 2, longest))
        finally:
            self._ballast.unlink()
        return "Redis: disk full"

    def _fill(self) -> None:
        block = b"\0" * 4096
        try:
            with self._ballast.open("ab", buffering=0) as file:
                while file.write(block):
                    pass
        except OSError:
            return


class Clock:
    """The clock of some processes, by libfaketime; ``file`` is what they read the time from."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._set(0)

    @staticmethod
    def library() -> str:
        """Where libfaketime is; empty when it is not installed."""
        for folder in ("/usr/lib", "/usr/local/lib"):
            for found in Path(folder).glob("**/faketime/libfaketime.so.1"):
                return str(found)
        return ""

    def environ(self) -> dict[str, str]:
        """For the processes whose clock it is. Raises :class:`Unsupported`."""
        library = self.library()
        if not library:
            raise Unsupported("libfaketime is not installed")
        return {
            "LD_PRELOAD": library,
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    async def jumped(self, chance: random.Random, longest: float) -> str:
        """It jumps by up to five minutes, forward or back, and then to where it was."""
        self._set(chance.choice((-300, -20, 20, 300)))
        await asyncio.sleep(chance.uniform(longest / 2, longest))
        self._set(0)
        return "clock jumped"

    def _set(self, seconds: int) -> None:
        beside = self._file.with_suffix(".new")
        beside.write_text(f"{seconds:+d}")
        beside.replace(self._file)


class Editions:
    """A content folder that is replaced by another one, as a deployment does."""

    def __init__(self, folder: Path, source: Path) -> None:
        self.link = folder / "content"
        self._editions = [folder / "edition-1", folder / "edition-2"]
        for edition in self._editions:
            for part in ("flows", "locales", "data"):
                shutil.copytree(source / part, edition / part)
        with (self._editions[1] / "flows" / "help.yaml").open("a", encoding="utf-8") as file:
            file.write("\n# The second edition.\n")
        self.link.symlink_to(self._editions[0].name)

    async def replaced(self, _: random.Random, __: float) -> str:
        """The other folder takes its place."""
        self._editions.reverse()
        beside = self.link.with_name("next")
        beside.symlink_to(self._editions[0].name)
        beside.replace(self.link)
        return "content replaced"
