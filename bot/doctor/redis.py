"""Redis: can it be reached, is it one that the bot knows, and does it keep what it is given?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from bot.delivery.queue import Outbox
from bot.doctor.clock import compare
from bot.doctor.diagnosis import Diagnosis, fine, problem, warning
from bot.store.connect import connect
from bot.store.embedded import socket_of
from bot.store.errors import EmbeddedRedisFailed, StoreUnavailable
from bot.store.pipeline import Pipeline

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from bot.settings import Settings

ABOUT: Final = "redis"
CLUSTER: Final = "redis+cluster://"
OLDEST: Final = {"Redis": (6, 2), "Valkey": (7, 2)}
"""The first version of each that has every command the bot uses."""

CLOCKS_APART: Final = 2.0
"""Seconds; a process that is silent for three is believed dead (:data:`bot.store.chats.ALIVE`)."""

FULL: Final = 0.9
"""Share of ``maxmemory`` from which there is something to do."""


async def look_at_redis(settings: Settings, clock: Callable[[], float]) -> AsyncIterator[Diagnosis]:
    """Version, persistence, memory, clock, and reports that were given up."""
    try:
        url = settings.redis_url or f"unix://{socket_of(settings.data_dir)}"
        pipeline = Pipeline(connect(url))
    except (EmbeddedRedisFailed, OSError, ValueError) as error:
        yield problem(ABOUT, f"{error}.", "Correct the setting.")
        return
    try:
        if url.startswith(CLUSTER):
            for address in await _masters(pipeline, url):
                async for each in _of_master(address, url, clock):
                    yield each
        else:
            for each in await _server(pipeline, clock):
                yield each
        yield await _reports(pipeline)
    except StoreUnavailable as error:
        yield _away(settings, str(error))
    finally:
        await pipeline.close()


def _away(settings: Settings, why: str) -> Diagnosis:
    if not settings.redis_url:
        return warning(
            ABOUT,
            "the one in DATA_DIR does not run, so nothing could be looked at.",
            "Start the bot, which starts it; then ask doctor once more.",
        )
    return problem(ABOUT, f"{why}.", "See that it runs, and that everything in REDIS_URL is right.")


async def _masters(pipeline: Pipeline, url: str) -> list[str]:
    """Addresses of all that are written to in a cluster."""
    seed = urlsplit(url.split(",", maxsplit=1)[0]).hostname or ""
    shares = await pipeline.run("CLUSTER", "SLOTS")
    # One that is alone may not know its own address.
    found = {(master[0].decode() or seed, int(master[1])) for _, _, master, *_ in shares}
    return [f"{host}:{port}" for host, port in sorted(found)]


async def _of_master(
    address: str, url: str, clock: Callable[[], float]
) -> AsyncIterator[Diagnosis]:
    user, at, _ = url.removeprefix(CLUSTER).rpartition("@")
    pipeline = Pipeline(connect(f"redis://{user}{at}{address}"))
    try:
        for each in await _server(pipeline, clock):
            yield Diagnosis(each.level, each.about, f"{address}: {each.what}", each.remedy)
    finally:
        await pipeline.close()


async def _server(pipeline: Pipeline, clock: Callable[[], float]) -> list[Diagnosis]:
    asked = clock()
    seconds, microseconds = await pipeline.run("TIME")
    answered = clock()
    theirs = int(seconds) + int(microseconds) / 1e6
    info: dict[str, Any] = await pipeline.run("INFO")
    return [*_diagnoses(info), compare(theirs, asked, answered, "Redis", CLOCKS_APART)]


def _diagnoses(info: Mapping[str, Any]) -> Iterator[Diagnosis]:
    yield _version(info)
    if info.get("role") == "slave":
        yield problem(
            ABOUT, "this one is a replica, which cannot be written to.", "Name the primary."
        )
    yield _persistence(info)
    yield from _memory(info)


def _version(info: Mapping[str, Any]) -> Diagnosis:
    kind = "Valkey" if "valkey_version" in info else "Redis"
    version = str(info.get(f"{kind.lower()}_version", ""))
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    if numbers < OLDEST[kind]:
        oldest = ".".join(map(str, OLDEST[kind]))
        return problem(
            ABOUT,
            f"{kind} {version} is too old.",
            f"Use {kind} {oldest} or later, or no REDIS_URL.",
        )
    return fine(ABOUT, f"{kind} {version} can be reached.")


def _persistence(info: Mapping[str, Any]) -> Diagnosis:
    about = "persistence"
    if not int(info.get("aof_enabled", 0)):
        return problem(
            about,
            "the append-only file is off: a restart of Redis forgets conversations and reports.",
            "Set appendonly yes, and appendfsync everysec.",
        )
    for key, what in (
        ("aof_last_write_status", "the append-only file could not be written"),
        ("aof_last_bgrewrite_status", "the append-only file could not be rewritten"),
        ("rdb_last_bgsave_status", "the last snapshot failed"),
    ):
        if info.get(key, "ok") != "ok":
            return problem(about, f"{what}.", "See the disk of Redis, its space, and Redis's log.")
    return fine(about, "the append-only file is on.")


def _memory(info: Mapping[str, Any]) -> Iterator[Diagnosis]:
    about = "memory"
    used, most = int(info.get("used_memory", 0)), int(info.get("maxmemory", 0))
    policy = str(info.get("maxmemory_policy", "noeviction"))
    if policy != "noeviction":
        yield problem(
            about,
            f"Redis may throw away what it should keep (maxmemory-policy {policy}).",
            "Set maxmemory-policy noeviction: the bot's keys expire by themselves.",
        )
    if most and used > FULL * most:
        yield problem(
            about,
            f"Redis uses {used / most:.0%} of its maxmemory; when it is full, nobody is answered.",
            "Give it more. A million idle chats take some 400 MB.",
        )
    elif policy == "noeviction":
        yield fine(about, f"Redis uses {used / 2**20:.0f} MB and throws nothing away.")


async def _reports(pipeline: Pipeline) -> Diagnosis:
    about = "reports"
    dead = await Outbox(pipeline).dead()
    if not dead:
        return fine(about, "none was given up on its way to a partner.")
    return problem(
        about,
        f"{dead} could not be delivered to a partner, and wait for you.",
        "See them with dontlookaway reports; docs/partners.md says what refused them.",
    )
