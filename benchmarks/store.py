"""What a chat costs in Redis: memory when idle, and commits a second.

    python -m benchmarks.store [chats]

An idle chat is one that asked for contacts, looked at tips and went back to the start; nothing is
undelivered and its message ids have expired. Memory is measured twice: by what Redis says of
single records (MEMORY USAGE), and by what its own total grows by while `chats` of them are
written (default 100,000), which includes the table of keys and that of times to live.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import Bar, bars
from bot.conversation.session import Session, Step, pack
from bot.store import keys
from bot.store.chats import ChatStore
from bot.store.connect import connect
from bot.store.embedded import EmbeddedRedis
from bot.store.keyring import Keyring
from bot.store.pipeline import Pipeline
from bot.store.record import Chat

TOGETHER = 200
"""Chats that talk at the same time."""
RECORD = 400
"""Bytes of an idle chat: the bar."""

IDLE = Session(
    locale="pt-br",
    flow="start",
    node="menu",
    slots={"home_country": "BR", "incident_country": "KE"},
    path=(Step("hotline", "where"), Step("tips", "where"), Step("start", "menu")),
    turn=14,
    offered=(
        ("Perigo agora", "urgent"),
        ("Denunciar", "report"),
        ("Contatos", "hotline"),
        ("Dicas de viagem", "tips"),
        ("Mais", "help"),
    ),
    pressed="13:hotline",
    pressed_at=1_800_000_000,
)


def idle(chat_id: int) -> Chat:
    """A chat that sleeps: sixteen updates applied, fourteen messages delivered."""
    first = 800_000_000 + chat_id
    return Chat(
        applied=tuple(first + 40 * n for n in range(16)), session=pack(IDLE)[0], delivered=14
    )


async def together(work: list[int], store: ChatStore, blank: bool) -> float:
    """Load and commit each chat once, many at a time; pairs of round trips a second."""
    waiting = iter(work)

    async def worker() -> None:
        for chat_id in waiting:
            chat = await store.load(chat_id)
            new = idle(chat_id) if blank else chat.with_update(chat_id)
            assert await store.commit(chat_id, chat, new)

    start = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(TOGETHER)))
    return len(work) / (time.perf_counter() - start)


async def main(chats: int) -> None:
    """Write, measure, print."""
    with tempfile.TemporaryDirectory() as folder:
        async with EmbeddedRedis(Path(folder)) as redis:
            pipeline = Pipeline(connect(redis.url))
            store = ChatStore(pipeline, Keyring([b"k" * 32]))
            ids = [100_000_000 + 7 * n for n in range(chats)]  # ids of Telegram's own length

            before = (await pipeline.run("INFO", "memory"))["used_memory"]
            first = await together(ids, store, blank=True)
            # What is written to disk next waits in memory for up to a second: not the chats'.
            await asyncio.sleep(1.5)
            grown = (await pipeline.run("INFO", "memory"))["used_memory"] - before
            again = await together(ids, store, blank=False)

            sample = ids[:: max(1, chats // 1000)]
            usage = [await pipeline.run("MEMORY", "USAGE", keys.record(one)) for one in sample]
            value = [await pipeline.run("STRLEN", keys.record(one)) for one in sample]
            record = statistics.median(value)
            print(f"session packed                {len(pack(IDLE)[0]):8} bytes")
            print(f"record, median                {record:8.0f} bytes")
            print(f"MEMORY USAGE, median          {statistics.median(usage):8.0f} bytes")
            print(f"used_memory a chat            {grown / chats:8.0f} bytes")
            print(f"1,000,000 chats               {grown / chats:8.0f} MB")
            print(f"load + commit, new chats      {first:8.0f} /s")
            print(f"load + commit, known chats    {again:8.0f} /s\n")
            within = record <= RECORD
            name = "record of an idle chat"
            print(bars([Bar(name, f"≤ {RECORD} bytes", f"{record:.0f} bytes", within)]))
            await pipeline.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
