"""The outbox: sealed reports that wait in Redis until the partner has them.

A report is a hash of ciphertext; its idempotency key is, at any time, in exactly one of a stream
(send it now), a sorted set (send it then) and the stream of dead letters. Every step from one to
the next is one Lua script, so a crash at any instant leaves a report where it was or where it goes.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.store.keys import tag

if TYPE_CHECKING:
    from bot.store.pipeline import Pipeline

REMEMBER: Final = 30 * 24 * 3600
"""Seconds for which an idempotency key that was delivered is not taken again."""

_GROUP: Final = "couriers"
_FIELDS: Final = ("partner", "reference", "sealed", "attempts", "since", "told")

# One shard for all of them: reports are few, and one script takes from all that wait.
_TAG = tag(0)
READY: Final = f"{_TAG}:reports:ready"
LATER: Final = f"{_TAG}:reports:later"
DEAD: Final = f"{_TAG}:reports:dead"


class Letter(NamedTuple):
    """A report that was taken to be sent. ``since`` is in Unix seconds; ``told`` whether its
    sender knows that it takes long.
    """

    entry: str
    id: str
    partner: str
    reference: str
    sealed: str
    attempts: int
    since: int
    told: bool


class DeadLetter(NamedTuple):
    """A report that was given up; ``given_up`` is when, in Unix seconds."""

    entry: str
    id: str
    partner: str
    reference: str
    reason: str
    given_up: float


class _Script(NamedTuple):
    source: str
    digest: str


def _script(name: str) -> _Script:
    source = (Path(__file__).parent / "lua" / f"{name}.lua").read_text("ascii")
    return _Script(source, hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest())


_ENQUEUE = _script("enqueue")
_TAKE = _script("take")
_SETTLE = _script("settle")
_REVIVE = _script("revive")
_WAITING = _script("waiting")


class Outbox:
    """Reports on their way. Every method raises :class:`bot.store.errors.StoreUnavailable`."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    async def enqueue(
        self, sealed: str, partner: str, reference: str, idempotency_key: str
    ) -> bool:
        """Accept a sealed report; ``False`` when this key was accepted before.

        The key names the report to the partner too: make it random, and keep it with the report
        so that repeating an attempt that failed does not send the report twice.
        """
        keys = (READY, _report(idempotency_key), _delivered(idempotency_key))
        args = (idempotency_key, partner, reference, sealed)
        return bool(await self._pipeline.script(_ENQUEUE.digest, _ENQUEUE.source, keys, args))

    async def take(self, limit: int, idle: float) -> list[Letter]:
        """Up to ``limit`` reports to send now.

        What somebody took more than ``idle`` seconds ago and did not settle is taken over.
        """
        args = (_GROUP, limit, round(idle * 1000))
        entries = await self._pipeline.script(_TAKE.digest, _TAKE.source, (READY, LATER), args)
        letters = []
        for entry, fields in entries:
            letter = await self._letter(entry.decode(), fields[1].decode())
            if letter is not None:
                letters.append(letter)
        return letters

    async def delivered(self, letter: Letter) -> None:
        """The partner has it: forget it."""
        await self._settle(letter, "delivered", REMEMBER)

    async def later(
        self, letter: Letter, delay: float, *, told: bool = False, tried: bool = True
    ) -> None:
        """Send it in ``delay`` seconds; ``told`` whether its sender knows by now, ``tried`` whether
        this was an attempt.
        """
        outcome = "later" if tried else "back"
        await self._settle(letter, outcome, round(delay * 1000), int(told))

    async def call_back(self, name: str) -> None:
        """Send a report that waits for another attempt now, before others."""
        await self._pipeline.run("ZADD", LATER, "XX", 0, name)

    async def give_up(self, letter: Letter, reason: str) -> None:
        """Keep it as a dead letter, for people to decide."""
        await self._settle(letter, "dead", reason)

    async def dead(self) -> int:
        """How many reports were given up."""
        return int(await self._pipeline.run("XLEN", DEAD))

    async def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        """Reports that were given up, oldest first."""
        found = []
        for entry, pairs in await self._pipeline.run("XRANGE", DEAD, "-", "+", "COUNT", limit):
            fields = {name.decode(): value.decode() for name, value in pairs.items()}
            milliseconds = int(entry.split(b"-")[0])
            found.append(DeadLetter(entry.decode(), **fields, given_up=milliseconds / 1000))
        return found

    async def retry(self, letter: DeadLetter) -> bool:
        """Send a dead letter once more; ``False`` when that was done or is not needed any more."""
        keys, args = (READY, DEAD, _report(letter.id)), (letter.entry, letter.id)
        return bool(await self._pipeline.script(_REVIVE.digest, _REVIVE.source, keys, args))

    async def waiting(self) -> int:
        """How many reports are neither delivered nor given up."""
        keys = (READY, LATER)
        return int(await self._pipeline.script(_WAITING.digest, _WAITING.source, keys, ()))

    async def _letter(self, entry: str, name: str) -> Letter | None:
        values = await self._pipeline.run("HMGET", _report(name), *_FIELDS)
        if None in values:  # delivered by a courier that was thought dead
            await self._pipeline.run("XACK", READY, _GROUP, entry)
            await self._pipeline.run("XDEL", READY, entry)
            return None
        partner, reference, sealed, *numbers = (value.decode() for value in values)
        attempts, since, told = map(int, numbers)
        return Letter(entry, name, partner, reference, sealed, attempts, since, bool(told))

    async def _settle(self, letter: Letter, outcome: str, detail: str | int, told: int = 0) -> None:
        keys = (READY, LATER, DEAD, _report(letter.id), _delivered(letter.id))
        args = (_GROUP, letter.entry, letter.id, outcome, detail, told)
        await self._pipeline.script(_SETTLE.digest, _SETTLE.source, keys, args)


def _report(name: str) -> str:
    """Hash: a report that is not yet delivered."""
    return f"{_TAG}:report:{name}"


def _delivered(name: str) -> str:
    """String: there for a while after a report was delivered."""
    return f"{_TAG}:delivered:{name}"
