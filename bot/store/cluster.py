"""A Redis Cluster: every command goes to the master that has its key.

Each master has a lane of its own, so one that is away or slow holds up only what it stores.
redis-py's own pipeline waits for all of them, and when one cannot be reached it calls everything
failed, what the others have done too.
"""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from redis.crc import key_slot
from redis.exceptions import (
    AskError,
    ClusterDownError,
    ConnectionError,
    MovedError,
    ReadOnlyError,
    TimeoutError,
    TryAgainError,
)

from bot.store.lane import Lane

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redis.asyncio import Redis

    from bot.store.lane import Argument

SLOTS: Final = 16384
ATTEMPTS: Final = 6
"""How often a command is sent on while its slot moves from one master to another."""

_AGAIN: Final = 0.05
"""Seconds between two attempts while the keys of one script are on two masters."""
_LOOK: Final = 0.25
"""Seconds at least between two looks at who has what."""

_KEYLESS: Final = ("PING", "TIME", "INFO", "CONFIG", "SCRIPT", "CLIENT", "CLUSTER")
_KEY_SECOND: Final = ("OBJECT", "MEMORY", "XGROUP", "XINFO", "BITOP")

Address: TypeAlias = tuple[str, int]


class Cluster:
    """The masters of a cluster, found by way of ``seeds``; ``client`` makes a client for one.

    A command without a key goes to any of them.
    """

    def __init__(self, seeds: Sequence[Address], client: Callable[[str, int], Redis]) -> None:
        self._seeds = seeds
        self._client = client
        self._lanes: dict[Address, Lane] = {}
        self._owners: list[Address | None] = []
        self._failed: set[Address] = set()
        self._looking: asyncio.Task[None] | None = None
        self._looked = 0.0
        self._closing: set[asyncio.Task[None]] = set()

    async def submit(self, command: tuple[Argument, ...]) -> Any:
        """Send a command; its reply, or the exception that came of it."""
        key = _key(command)
        slot = None if key is None else key_slot(_bytes(key))
        asked: Address | None = None
        reply: Any = None
        for _ in range(ATTEMPTS):
            address = asked or await self._owner(slot)
            if address is None:
                self._look_again()
                return ConnectionError("no master that can be reached has the key")
            reply = await self._lane(address).submit(command, asking=asked is not None)
            asked = None
            if isinstance(reply, MovedError):
                self._owners[reply.slot_id] = _other(reply, address)
                self._look_again()
            elif isinstance(reply, AskError):
                asked = _other(reply, address)
            elif isinstance(reply, TryAgainError):
                await asyncio.sleep(_AGAIN)
            else:
                self._note(address, reply)
                break
        return reply

    async def aclose(self) -> None:
        """Finish what is under way, then close the connections."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait({self._looking})
        for lane in self._lanes.values():
            await lane.aclose()
        await asyncio.gather(*self._closing)

    def _lane(self, address: Address) -> Lane:
        if address not in self._lanes:
            self._lanes[address] = Lane(self._client(*address))
        return self._lanes[address]

    def _note(self, address: Address, reply: Any) -> None:
        if isinstance(reply, ConnectionError | TimeoutError | OSError):
            self._failed.add(address)
            self._look_again()
        elif isinstance(reply, ClusterDownError | ReadOnlyError):
            self._look_again()
        else:
            self._failed.discard(address)

    # Who has what

    async def _owner(self, slot: int | None) -> Address | None:
        if not self._owners:
            if self._looking is None or self._looking.done():
                self._looking = self._look_soon()
            await asyncio.wait({self._looking})
        if not self._owners:
            return None
        if slot is not None:
            return self._owners[slot]
        masters = dict.fromkeys(filter(None, self._owners))
        return next((each for each in masters if each not in self._failed), None)

    def _look_again(self) -> None:
        """Look who has what, beside everything else."""
        busy = self._looking is not None and not self._looking.done()
        if not busy and time.monotonic() - self._looked > _LOOK:
            self._looking = self._look_soon()

    def _look_soon(self) -> asyncio.Task[None]:
        return asyncio.create_task(self._look(), name="redis cluster")

    async def _look(self) -> None:
        known = [*self._lanes, *self._seeds]
        random.shuffle(known)
        known.sort(key=self._failed.__contains__)
        for address in dict.fromkeys(known):
            shares = await self._lane(address).submit(("CLUSTER", "SLOTS"))
            if isinstance(shares, list) and shares:
                self._use(shares, address)
                break
            self._failed.add(address)
        self._looked = time.monotonic()

    def _use(self, shares: list[Any], told_by: Address) -> None:
        """Take up what ``CLUSTER SLOTS`` says: first slot, last slot, master, replicas."""
        owners: list[Address | None] = [None] * SLOTS
        for first, last, master, *_ in shares:
            host = (master[0] or b"").decode()
            owner = (host or told_by[0], int(master[1]))  # a master alone may not know its address
            owners[first : last + 1] = [owner] * (last + 1 - first)
        self._owners = owners
        for address in set(self._lanes) - set(owners):
            task = asyncio.create_task(self._lanes.pop(address).aclose())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)


def _key(command: tuple[Argument, ...]) -> Argument | None:
    """What decides where a command goes: all keys of one command have the same slot."""
    name = command[0]
    if name in ("EVALSHA", "EVAL"):
        return command[3] if command[2] else None
    if name in _KEYLESS:
        return None
    if name in ("XREADGROUP", "XREAD"):
        return command[command.index("STREAMS") + 1]
    place = 2 if name in _KEY_SECOND else 1
    return command[place] if len(command) > place else None


def _bytes(key: Argument) -> bytes:
    return key if isinstance(key, bytes) else str(key).encode()


def _other(redirection: AskError, told_by: Address) -> Address:
    return (redirection.host or told_by[0], redirection.port)
