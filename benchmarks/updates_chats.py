"""What an update costs, and what Redis holds, from one chat to a million.

    python -m benchmarks.updates_chats [--most 1000000]

Redis is filled with chats that sleep, all of which have been through the first turn of the real
conversation. Then some of them, drawn over all, write 100 updates a second to the whole bot; it
sends one message a second to one chat, so the first row has fewer. Where there are chats enough,
20,000 of them then write as much as it takes, more than it remembers.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import uvloop
from msgspec import Struct

from benchmarks.report import Bar, bars, busy, machine, table
from benchmarks.updates import BOT
from benchmarks.updates_load import ONE, Measured, Way, pin, processor_seconds, running, written
from bot.content import Content, shipped
from bot.conversation.events import Start
from bot.conversation.session import Session, pack
from bot.store.chats import ChatStore
from bot.store.connect import connect
from bot.store.embedded import EmbeddedRedis
from bot.store.keyring import Keyring
from bot.store.pipeline import Pipeline
from bot.store.record import Chat

COUNTS = (1, 100, 20_000, 100_000, 1_000_000)
RATE = 100
"""Updates a second, at most one of each chat."""
SECONDS = 15
FIRST = 100_000_000
"""Ids of Telegram's own length."""
TOGETHER = 500
MANY = 20_000
MOST = 700  # MB
FLAT = 1.25
"""How many times as much may count as the same."""


class Cost(Struct, frozen=True):
    """``memory`` in bytes, ``cpu`` in ms per update, delays in ms; ``full`` at saturation."""

    chats: int
    memory: int
    rate: float
    cpu: float
    median: float
    late: float
    full: Measured | None


async def fill(store: ChatStore, count: int) -> None:
    """Write so many chats."""
    session = Content.load(shipped()).advance(Session(), Start(), datetime.now(UTC)).session
    packed, _ = pack(session)
    ids = iter(range(FIRST, FIRST + count))

    async def worker() -> None:
        for chat_id in ids:
            applied = tuple(chat_id + 40 * number for number in range(16))
            chat = Chat(applied=applied, session=packed, delivered=14)
            assert await store.commit(chat_id, Chat(), chat)

    await asyncio.gather(*(worker() for _ in range(TOGETHER)))


async def measured(count: int) -> Cost:
    """One row."""
    with tempfile.TemporaryDirectory() as folder:
        async with EmbeddedRedis(Path(folder)) as redis:
            pipeline = Pipeline(connect(redis.url))
            before = (await pipeline.run("INFO", "memory"))["used_memory"]
            await fill(ChatStore(pipeline, Keyring([b"k" * 32])), count)
            await asyncio.sleep(2)  # what is written to disk next waits in memory until then
            memory = (await pipeline.run("INFO", "memory"))["used_memory"] - before
            await pipeline.close()

            rate = float(min(RATE, count))
            chats = random.Random(1).sample(range(count), min(count, RATE * SECONDS))
            people: list[Iterator[bytes]] = [
                written(ONE, FIRST + chat, 10**10 + chat * 10**6) for chat in chats
            ]
            async with running(Way("this bot", BOT), redis.url) as program:
                await program.paced(people, rate, 2)
                cpu = processor_seconds(program.pid)
                took = await program.paced(people, rate, SECONDS)
                cpu = processor_seconds(program.pid) - cpu
                full = None
                if count >= MANY:
                    chats = random.Random(2).sample(range(count), MANY)
                    people = [written(ONE, FIRST + chat, chat * 10**6) for chat in chats]
                    await program.saturated(people, 2)
                    full = await program.saturated(people, 6)
    return Cost(
        count,
        memory,
        rate,
        cpu / len(took) * 1000,
        took[len(took) // 2],
        took[int(len(took) * 0.99)],
        full,
    )


async def compare(most: int) -> str:
    """All rows, written down."""
    before = busy()
    rows = []
    costs = []
    for count in COUNTS:
        if count <= most:
            cost = await measured(count)
            print(f"{count:,} chats: {cost.cpu:.2f} ms", file=sys.stderr)
            costs.append(cost)
            rows.append(
                (
                    f"{cost.chats:,}",
                    f"{cost.memory / 1e6:,.1f}",
                    f"{cost.memory / cost.chats:,.0f}",
                    f"{cost.rate:.0f}",
                    f"{cost.cpu:.2f}",
                    f"{cost.median:.1f}",
                    f"{cost.late:.1f}",
                    f"{cost.full.speed:,.0f}" if cost.full else "–",
                    f"{cost.full.cpu:.2f}" if cost.full else "–",
                )
            )
    titles = (
        *("chats", "MB in Redis", "bytes a chat", "updates/s", "CPU ms an update"),
        *("median ms", "99 % ms", "updates/s at most", "CPU ms an update then"),
    )
    return "\n\n".join(
        (
            f"`python -m benchmarks.updates_chats`: updates of chats drawn over all that Redis"
            f" holds. At few updates a second the bot's other work counts too: it looks after Redis"
            f" once a second. {machine()}. Processes that wanted a core: {before} at the start,"
            f" {busy()} at the end.",
            table(titles, rows),
            bars(list(verdicts(costs))),
        )
    )


def verdicts(costs: list[Cost]) -> Iterator[Bar]:
    """What was to be reached."""
    most = costs[-1]
    memory = most.memory / 1e6
    if most.chats == COUNTS[-1]:
        yield Bar(
            f"{most.chats:,} chats in Redis", f"≤ {MOST} MB", f"{memory:.0f} MB", memory <= MOST
        )
    few, *_, many = (cost for cost in costs if cost.full) if most.chats > MANY else (most, most)
    if few.full and many.full:
        times = many.full.cpu / few.full.cpu
        yield Bar(
            f"CPU of an update, among {many.chats:,} chats to among {few.chats:,}",
            f"≤ {FLAT} ×",
            f"{times:.2f} ×",
            times <= FLAT,
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--most", type=int, default=COUNTS[-1])
    options = parser.parse_args()
    pin(1)
    print(uvloop.run(compare(options.most)))


if __name__ == "__main__":
    main()
