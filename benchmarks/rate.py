"""The limit on what is sent: how near three processes come to it together, and what it costs.

At limits of 30, 300 and 1,000 messages a second three processes push as fast as they are let, each
through a limiter of its own on the one Redis, while each also answers a chat now and then. First
without sending anything, which shows what the limiter alone costs; then to the local Bot API, with
its flood control on, whose own count of any one second decides. Run with
``python -m benchmarks.rate``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import itertools
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from msgspec import Struct

from benchmarks.report import Bar, bars, table
from bot.local import LocalBotApi
from bot.local.chats import Chat
from bot.local.windows import Windows
from bot.store import keys
from bot.store.connect import connect
from bot.store.embedded import EmbeddedRedis
from bot.store.pipeline import Pipeline
from bot.telegram.api import Api
from bot.telegram.calls import Call
from bot.telegram.rate_limit import RateLimiter, Slot, Withheld
from bot.telegram.sender import Later, Sender

TOKEN = "1:benchmark"
RUN = f"{keys.tag(0)}:wave:benchmark"
PROCESSES = 3
ANSWERS_EVERY = 0.2  # seconds, in each process
TEXT = "<b>The World Cup starts tomorrow</b>\n" + "If you see a child in danger, tell us here. " * 6


class Task(Struct):
    """What a process is to do; ``api`` empty: send nothing."""

    redis: str
    api: str
    limit: float
    seconds: float
    first_chat: int


class Done(Struct):
    """What a process did between two moments.

    ``sent`` at these times, ``waited`` by each answer, ``later`` and ``missed`` how often, seconds
    of CPU.
    """

    began: float
    ended: float
    sent: list[float]
    waited: list[float]
    later: int
    missed: int
    cpu: float


async def push_and_answer(task: Task) -> Done:
    """Push until the time is over, and answer a chat now and then."""
    pipeline = Pipeline(connect(task.redis))
    limiter = RateLimiter(pipeline, per_second=task.limit)
    limiter.busy = True
    sent: list[float] = []
    waited: list[float] = []
    later = 0
    api = Api.at(task.api or "http://127.0.0.1:1", TOKEN)
    await api.request.initialize()
    api.limit_by(limiter)
    sender = Sender(api)
    message = {"text": TEXT, "parse_mode": "HTML"}

    async def nothing(*_: object, **__: object) -> None:
        sent.append(time.monotonic())

    async def push(slot: Slot | None, chat: int) -> None:
        nonlocal later
        if not task.api:
            data = {"chat_id": chat}
            with contextlib.suppress(Withheld):
                await limiter.process_request(nothing, (), {}, "sendMessage", data, slot)
            return
        call = Call("sendMessage", {**message, "chat_id": chat})
        outcome = await (sender.push(call, slot) if slot else sender.send(call))
        later += isinstance(outcome, Later)
        sent.append(time.monotonic())

    async def answer() -> None:
        for chat in itertools.cycle(range(task.first_chat, task.first_chat + 10)):
            await asyncio.sleep(random.uniform(0, 2 * ANSWERS_EVERY))
            began = time.monotonic()
            await push(None, chat)
            waited.append(time.monotonic() - began)

    answering = asyncio.create_task(answer())
    pushes: set[asyncio.Task[None]] = set()
    ahead = list(range(task.first_chat + 10, task.first_chat + 50))
    fresh = itertools.count(task.first_chat + 50)
    cpu, began = time.process_time(), time.monotonic()
    while time.monotonic() < began + task.seconds:
        reserved = await limiter.reserve(ahead, RUN)
        for slot, chat in zip(reserved.slots, ahead, strict=False):
            pushes.add(doing := asyncio.create_task(push(slot, chat)))
            doing.add_done_callback(pushes.discard)
        ahead = [*ahead[len(reserved.slots) :], *itertools.islice(fresh, len(reserved.slots))]
        await asyncio.sleep(reserved.wait)
    ended = time.monotonic()
    answering.cancel()
    await asyncio.gather(*pushes)
    cpu = time.process_time() - cpu
    await api.request.shutdown()
    await pipeline.close()
    return Done(began, ended, sent, waited, later, limiter.missed, cpu)


async def measure(
    redis: EmbeddedRedis, limit: int, seconds: float, *, http: bool
) -> tuple[list[str], Bar]:
    """One row of the table, and whether the limit was kept."""
    pipeline = Pipeline(connect(redis.url))
    await pipeline.run("HSET", RUN, "state", "sending")
    async with LocalBotApi() as server:
        server.limit(per_chat=1000, burst=1000, overall=limit)
        each = round(limit * (seconds + 1)) + 100
        for number in range(1, PROCESSES * each):
            server.messenger.open(Chat(number, user={"id": number, "first_name": "A"}))
        gc.collect()
        gc.freeze()
        before = await _cpu(pipeline)
        done = await asyncio.gather(
            *(
                _process(
                    Task(redis.url, server.url if http else "", limit, seconds, 1 + each * number)
                )
                for number in range(PROCESSES)
            )
        )
        used = await _cpu(pipeline) - before
    await pipeline.close()
    counted = server.faults.sent
    if not http:
        counted = _counted(sorted(moment for one in done for moment in one.sent))
    total = counted.total
    # Whatever is sent while all of them run.
    began, ended = max(one.began for one in done) + 0.1, min(one.ended for one in done)
    together = sum(began <= moment < ended for one in done for moment in one.sent)
    waited = sorted(moment for one in done for moment in one.waited)
    cpu = sum(one.cpu for one in done)
    share = together / (ended - began) / limit
    kept = Bar(
        f"{limit:,} messages a second, {'sent' if http else 'nothing sent'}: worst second; refused",
        f"≤ {limit:,}; 0",
        f"{counted.worst:,} ({share:.1%} used); {counted.refused}",
        counted.worst <= limit and not counted.refused,
    )
    row = [
        f"{limit:,}",
        "yes" if http else "no",
        f"{share:.1%}",
        f"{counted.worst:,}",
        f"{counted.refused}",
        f"{sum(one.missed for one in done) / total:.1%}",
        f"{waited[len(waited) // 2] * 1e3:.0f}, {waited[len(waited) * 99 // 100] * 1e3:.0f}",
        f"{cpu / total * 1e6:,.0f}",
        f"{used / total * 1e6:,.0f}",
    ]
    return row, kept


def _counted(moments: list[float]) -> Windows:
    ahead = iter(moments)
    windows = Windows(clock=lambda: next(ahead))
    for _ in moments:
        windows.take()
    return windows


async def _process(task: Task) -> Done:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.rate",
        "--process",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate(msgspec.json.encode(task))
    return msgspec.json.decode(output, type=Done)


async def _cpu(pipeline: Pipeline) -> float:
    """Seconds of processor time that Redis has used."""
    told: dict[str, Any] = await pipeline.run("INFO", "cpu")
    return float(told["used_cpu_user"]) + float(told["used_cpu_sys"])


async def compare(seconds: float, limits: list[int]) -> str:
    """Measure one limit after the other."""
    titles = (
        "limit",
        "HTTP",
        "used",
        "worst second",
        "429s",
        "missed",
        "answer p50, p99, ms",
        "Python µs/push",
        "Redis µs/push",
    )
    measured = []
    with tempfile.TemporaryDirectory() as folder:
        async with EmbeddedRedis(Path(folder)) as redis:
            for limit in limits:
                for http in (False, True):
                    measured.append(await measure(redis, limit, seconds, http=http))
    rows, kept = zip(*measured, strict=True)
    head = f"{PROCESSES} processes, {seconds:g} s each."
    return "\n\n".join((head, table(titles, rows), bars(kept)))


def main() -> None:
    """Start everything, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--limits", type=int, nargs="+", default=[30, 300, 1000])
    parser.add_argument("--process", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.process:
        task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
        sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(push_and_answer(task))))
        return
    print(uvloop.run(compare(options.seconds, options.limits)))


if __name__ == "__main__":
    main()
