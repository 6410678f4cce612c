"""Whether a campaign reaches everybody once, how fast, and what it costs.

    python -m benchmarks.campaigns [freeze] [memory] [storm] [slow] [--recipients N] [--seconds S]

*freeze* writes down an audience of a million. *memory* sends to ten thousand and to a million with
one replica (of the million only some: the audience is whole). *storm* is the proof: a hundred
thousand recipients at 1,000 messages a second, three replicas, one of them killed every five
seconds, people who chat meanwhile. *slow* is the same at the 30 a second that cost nothing. All of
it runs on the one machine: real processes, a real Redis, the local Bot API server with its limiter
on. Exits with 1 when a proof fails. ``--redis URL`` uses an empty Redis, or a cluster, instead.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import uvloop

from benchmarks import campaigns_audience as audience
from benchmarks.campaigns_storm import Outcome, Storm, own_memory, storm
from benchmarks.delivery_processes import ROOT
from benchmarks.report import Bar, bars
from bot.campaigns.audience import Target
from bot.campaigns.freeze import Freezer
from bot.campaigns.runs import Runs
from bot.content import Content
from bot.store.connect import connect
from bot.store.embedded import EmbeddedRedis
from bot.store.pipeline import Pipeline
from bot.store.subscribers import Subscribers

PARTS: Final = ("freeze", "memory", "storm", "slow")
MANY: Final = 1_000_000
FEW: Final = 10_000
FLAT: Final = 1.1
"""How many times as much memory may count as the same."""


async def freeze(count: int, folder: Path) -> str:
    """Write down an audience; a row of the table."""
    content = Content.load(audience.write_content(folder / "content", 30))
    campaign, occurrence = audience.campaign_of(content)
    async with EmbeddedRedis(folder) as redis:
        filling = "import asyncio, sys; from benchmarks.campaigns_audience import fill;"
        filling += "asyncio.run(fill(sys.argv[1], int(sys.argv[2])))"
        filler = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", filling, redis.url, str(count)), cwd=ROOT
        )
        await filler.wait()
        pipeline = Pipeline(connect(redis.url))
        await _idle(pipeline)
        runs, begun = Runs(pipeline), datetime.now(UTC)
        await runs.approve(occurrence, "", "the benchmark", now=True)
        target = Target(campaign, occurrence, content.campaigns.policy, begun=begun, at_once=True)
        before, clock = own_memory(), time.perf_counter()
        await Freezer(pipeline, Subscribers(pipeline), runs).freeze(occurrence.run, target)
        seconds, grown = time.perf_counter() - clock, own_memory() - before
        total = sum((await runs.counts(occurrence.run))["total"].values())
        await pipeline.close()
    if total != count:
        raise SystemExit(f"{total} of {count} recipients were written down.")
    return f"| {count:,} | {seconds:.1f} | {before + grown:.0f} | {grown:.1f} |"


async def _idle(pipeline: Pipeline) -> None:
    """Wait until Redis has rewritten its file, for what was filled in just now."""
    while (await pipeline.run("INFO", "persistence"))["aof_rewrite_in_progress"]:  # noqa: ASYNC110
        await asyncio.sleep(0.1)


def rows(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """What a storm came to."""
    report, counts = outcome.report, outcome.counts
    missing = outcome.recipients - set(report.got)
    yield "recipients; got it once", f"{outcome.storm.recipients:,}; {len(report.got):,}"
    yield "got it twice; lost", f"{len(report.doubled)}; {len(outcome.lost)}"
    yield "kills", str(len(outcome.deaths))
    yield "listed as unknown; of them did not get it", f"{len(outcome.unknown)}; {len(missing)}"
    yield "counted", ", ".join(f"{name} {number:,}" for name, number in sorted(counts.items()))
    yield "freezing, sending", f"{outcome.freezing:.1f} s, {outcome.sending:.1f} s"
    worst = f"{report.worst} of {outcome.storm.per_second}; {len(report.refused)}"
    yield "worst second, by the server; refused", worst
    used = f"{outcome.used:.1%}; {outcome.used_until_the_last_death:.1%}"
    yield "limit used; until the last kill", used
    shares = [f"{outcome.latency(share) * 1000:.0f}" for share in (0.5, 0.95, 0.99, 1.0)]
    yield f"{len(report.latencies):,} answers: p50, p95, p99, longest", f"{', '.join(shares)} ms"
    yield "memory of a replica, at most", f"{outcome.peak:.0f} MB"


async def _in_folder(tried: Storm, keep: Path | None, name: str) -> Outcome:
    with tempfile.TemporaryDirectory() as temporary:
        folder = (keep or Path(temporary)) / name
        folder.mkdir(parents=True)
        return await storm(tried, folder)


async def run(options: argparse.Namespace) -> list[str]:
    """Print the tables; what failed."""
    failures: list[str] = []
    parts = options.parts or PARTS
    if "freeze" in parts:
        with tempfile.TemporaryDirectory() as folder:
            print("| subscribers | freezing, s | memory of the process, MB | of it for this |")
            print("|---|---|---|---|")
            print(await freeze(options.recipients or MANY, Path(folder)), flush=True)
    if "memory" in parts:
        print("\n| recipients | sent to | memory of the sender at most, MB |\n|---|---|---|")
        peaks = []
        for count in (FEW, options.recipients or MANY):
            tried = Storm(count, 1000, replicas=1, every=0, seconds=9.0, redis=options.redis)
            outcome = await _in_folder(tried, options.keep, f"memory{count}")
            sent = len(outcome.report.got)
            print(f"| {count:,} | {sent:,} | {outcome.peak:.0f} |", flush=True)
            peaks.append(outcome.peak)
            failures += outcome.failures()
        few, many = peaks
        flat = Bar(
            f"memory of a sender, {options.recipients or MANY:,} recipients to {FEW:,}",
            f"≤ {FLAT} ×",
            f"{many / few:.2f} ×",
            many <= few * FLAT,
        )
        print(f"\n{bars([flat])}", flush=True)
    for name, per_second, count in (("storm", options.rate, 100_000), ("slow", 30, 1_500)):
        if name not in parts:
            continue
        tried = Storm(
            options.recipients or count,
            per_second,
            every=options.every,
            seconds=options.seconds,
            redis=options.redis,
        )
        outcome = await _in_folder(tried, options.keep, name)
        print(f"\n| {per_second} messages a second, {tried.replicas} replicas | |\n|---|---|")
        for row in rows(outcome):
            print(f"| {row[0]} | {row[1]} |", flush=True)
        failures += outcome.failures()
    return failures


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--recipients", type=int, default=0)
    parser.add_argument("--rate", type=int, default=1000, help="messages a second of the storm")
    parser.add_argument("--seconds", type=float, default=0.0, help="pause after so many of sending")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two kills")
    parser.add_argument("--redis", default="", help="an empty Redis to use")
    parser.add_argument("--keep", type=Path, help="a folder for logs and reports")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no {unknown.pop()}; there are {', '.join(PARTS)}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that no process is left behind
    failures = uvloop.run(run(options))
    for failure in failures:
        print(f"FAILED: {failure}")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
