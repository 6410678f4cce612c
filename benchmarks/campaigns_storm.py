"""The proof that everybody gets a wave once, while the processes that send it are killed."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from benchmarks import campaigns_audience as audience
from benchmarks.campaigns_processes import (
    SECRET,
    Door,
    Replica,
    Telegram,
    command,
    kill_in_turn,
)
from benchmarks.campaigns_telegram import Report
from bot.campaigns.runs import OVER, Run, Runs
from bot.content import Content
from bot.store.connect import connect
from bot.store.embedded import EmbeddedRedis
from bot.store.pipeline import Pipeline

LOOK: Final = 0.5
"""Seconds between two looks at how far it is."""


class Storm(Struct):
    """What is tried: ``every`` so many seconds one of the ``replicas`` is killed (0: none is), at
    most so many times (``kills``, 0: until the end).
    """

    recipients: int
    per_second: int
    replicas: int = 3
    every: float = 5.0
    kills: int = 0
    seconds: float = 0.0
    """After which the run is paused and the rest counts as never tried; 0: until it is over."""
    redis: str = ""
    """An empty Redis or cluster to use instead of one of its own."""


class Outcome(Struct):
    """What came of it; memory in MB, times in seconds."""

    storm: Storm
    report: Report
    run: Run
    counts: dict[str, int]
    unknown: list[int]
    freezing: float
    sending: float
    deaths: list[float]
    peak: float

    @property
    def recipients(self) -> set[int]:
        """All who were to get it."""
        return set(range(audience.FIRST, audience.FIRST + self.storm.recipients))

    @property
    def lost(self) -> set[int]:
        """Who did not get it, and stands nowhere as unknown."""
        return self.recipients - set(self.report.got) - set(self.unknown)

    @property
    def used(self) -> float:
        """The share of the limit that was used from the first push to the last."""
        return _share(self, self.report.times)

    @property
    def used_until_the_last_death(self) -> float:
        """The same until a process died for the last time: after that some chunks are left of
        which nobody knows for a while that their process is gone.
        """
        if not self.deaths:
            return self.used
        times = sorted(self.report.times)
        return _share(self, times[: bisect_left(times, self.deaths[-1])])

    def latency(self, share: float) -> float:
        """What so many of the answers took at most."""
        ordered = sorted(self.report.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def failures(self) -> list[str]:
        """Everything that must not be, a line each."""
        return list(self._failures())

    def _failures(self) -> Iterator[str]:
        if self.report.doubled:
            yield f"{len(self.report.doubled)} got it more than once"
        if self.lost and not self.storm.seconds:
            yield f"{len(self.lost)} never got it, and are not listed as unknown"
        if self.report.refused:
            answers = sum(chat < audience.FIRST for _, chat in self.report.refused)
            yield f"{len(self.report.refused)} messages came too fast, {answers} of them answers"
        if self.report.worst > self.storm.per_second:
            yield f"{self.report.worst} messages in one second"
        if strangers := set(self.report.got) - self.recipients:
            yield f"{len(strangers)} got it who should not have"
        if self.run.state != ("paused" if self.storm.seconds else "finished"):
            yield f"the run is {self.run.state}: {self.run.reason}"


def _share(outcome: Outcome, times: list[float]) -> float:
    """Pushes and answers together; as many answers a second as on the whole."""
    if len(times) < 2:
        return 0.0
    length = max(times) - min(times)
    whole = max(outcome.report.times) - min(outcome.report.times)
    answers = outcome.report.answers * length / whole
    return (len(times) + answers) / length / outcome.storm.per_second


async def storm(tried: Storm, folder: Path) -> Outcome:
    """Send a wave to so many people, and look what came of it."""
    content = audience.write_content(folder / "content", tried.per_second)
    _, occurrence = audience.campaign_of(Content.load(content))
    async with contextlib.AsyncExitStack() as stack:
        redis_url = tried.redis
        if not redis_url:
            redis_url = (await stack.enter_async_context(EmbeddedRedis(folder))).url
        await audience.fill(redis_url, tried.recipients)
        telegram = await stack.enter_async_context(
            Telegram(folder / "telegram.log", tried.per_second)
        )
        door = await stack.enter_async_context(Door().serving())
        environ = {
            "TELEGRAM_BOT_TOKEN": "1:abc",
            "TELEGRAM_API_URL": telegram.url,
            "PUBLIC_URL": door.url,
            "WEBHOOK_SECRET": SECRET,
            "DATA_DIR": str(folder),
            "CONTENT_DIR": str(content),
            "REDIS_URL": redis_url,
        }
        replicas = await stack.enter_async_context(_running(folder, environ, tried.replicas))
        door.replicas += replicas
        await telegram.talk()
        pipeline = Pipeline(connect(redis_url))
        stack.push_async_callback(pipeline.close)
        telegram.count()
        await command(environ, "campaign", "send", audience.CAMPAIGN, "--now", "--yes")
        deaths: list[float] = []
        runs = Runs(pipeline)
        run, freezing, sending = await _follow(runs, occurrence.run, replicas, tried, deaths)
        if run.state == "sending":
            run = await runs.pause(run.id, "the benchmark")
            await asyncio.sleep(1)
        peak = max(replica.look() for replica in replicas)
        unknown = await command(environ, "campaign", "status", run.id, "--unknown", "--json")
        report = await telegram.report(folder / "report.json")
        counts = {name: sum(each.values()) for name, each in (await runs.counts(run.id)).items()}
        return Outcome(
            storm=tried,
            report=msgspec.json.decode(report, type=Report),
            run=run,
            counts=counts,
            unknown=json.loads(unknown)["unknown"],
            freezing=freezing,
            sending=sending,
            deaths=deaths,
            peak=peak,
        )


async def _follow(
    runs: Runs, run_id: str, replicas: list[Replica], tried: Storm, deaths: list[float]
) -> tuple[Run, float, float]:
    """Wait until the run is over while replicas die; how long it froze and was sent."""
    began = time.monotonic()
    sent_since = 0.0
    killing: asyncio.Task[None] | None = None
    try:
        while True:
            run = await runs.get(run_id)
            now = time.monotonic()
            if run and run.state != "freezing" and not sent_since:
                sent_since = now
                if tried.every:
                    victims = itertools.islice(itertools.cycle(replicas), tried.kills or None)
                    killing = asyncio.create_task(kill_in_turn(victims, tried.every, deaths))
            enough = bool(tried.seconds and sent_since and now > sent_since + tried.seconds)
            if run and (enough or run.state in OVER or run.state == "paused"):
                return run, sent_since - began, now - sent_since
            if killing is not None and killing.done():
                killing.result()
            await asyncio.sleep(LOOK)
    finally:
        if killing is not None:
            killing.cancel()
            await asyncio.wait({killing})


@contextlib.asynccontextmanager
async def _running(
    folder: Path, environ: dict[str, str], number: int
) -> AsyncIterator[list[Replica]]:
    """So many replicas, ready."""
    replicas = [Replica(folder, each, environ) for each in range(1, number + 1)]
    try:
        for replica in replicas:
            await replica.start()
        for replica in replicas:
            await replica.ready()
        yield replicas
    finally:
        for replica in replicas:
            await replica.end()


def own_memory() -> float:
    """The most memory that this process has had (MB)."""
    lines = Path(f"/proc/{os.getpid()}/status").read_text("ascii").splitlines()
    (kilobytes,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(kilobytes) / 1024
