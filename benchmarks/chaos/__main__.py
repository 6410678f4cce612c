"""Whether anything is lost, doubled or out of order, whatever dies.

    python -m benchmarks.chaos [--kills N] [--minutes N] [--only SCENE] [--before REF] …

People talk with real processes of the bot over the local Bot API, while these are killed (SIGKILL)
at random instants and Redis, the Bot API, the content, the clock and the disk have all kinds of
trouble; then a rolling update. All that people did and got is written down as it happens
(``--keep`` keeps these histories) and checked afterwards, with what Redis holds at the end. Exit
code 1 when something must not be. The update begins with the version ``--before`` (of git; by
default this one).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import uvloop
from msgspec.structs import replace

from benchmarks.chaos.checker import Checker, Verdict
from benchmarks.chaos.history import read
from benchmarks.chaos.outages import Unsupported
from benchmarks.chaos.scene import play, roll
from benchmarks.chaos.stage import Scene
from benchmarks.delivery_processes import ROOT
from bot.content import Content, shipped

ROLLING = "rolling update"
REPORTS = ("-m", "benchmarks.delivery", "bot")
"""The bot, with a courier that is less patient than in real life."""


def scenes(kills: int, seed: int) -> Iterator[Scene]:
    """Everything that is tried, with so many kills on the whole."""

    def share(percent: int) -> int:
        return max(1, kills * percent // 100)

    often = Scene("", replicas=3, every=0.5, seed=seed, forked=True)
    rarely = replace(often, every=2.0)
    one = replace(often, replicas=1)
    yield replace(one, name="long polling", webhook=False, every=2.0, kills=share(3))
    trouble = replace(rarely, kills=share(6), breaks=share(4), every=1.0)
    yield replace(trouble, name="Redis in trouble", of=("redis",))
    yield replace(trouble, name="Redis Cluster in trouble", of=("redis",), redis="cluster")
    yield replace(trouble, name="Bot API in trouble", of=("telegram",))
    yield replace(trouble, name="all at once", of=("redis", "telegram"))
    yield replace(rarely, name="disk full", of=("disk",), kills=share(1), breaks=share(1))
    yield replace(rarely, name="content replaced", of=("content",), kills=share(2), breaks=share(2))
    yield replace(
        one,
        name="clock jumps",
        of=("clock",),
        every=3.0,
        kills=share(1),
        breaks=share(1),
        forked=False,
    )
    yield replace(
        rarely,
        name="reports and a campaign",
        walkers=5,
        witnesses=50,
        subscribers=200,
        every=3.0,
        kills=share(2),
        forked=False,
        arguments=REPORTS,
    )
    yield replace(rarely, name=ROLLING, walkers=60, kills=0, seconds=20.0, forked=False)
    most = kills - share(3) - 4 * share(6) - 2 * share(1) - 2 * share(2)
    yield replace(often, name="killed all the time", kills=most)


async def perform(scene: Scene, content: Content, keep: Path, before: Path) -> Verdict | None:
    """Play a scene and judge it; None for what this machine cannot do."""
    history = keep / f"{scene.name.replace(',', '').replace(' ', '-')}.jsonl"
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        try:
            if scene.name == ROLLING:
                content = Content.load(before)
                await roll(scene, Path(folder), history, content, before)
            else:
                await play(scene, Path(folder), history, content)
        except Unsupported as reason:
            print(f"{scene.name}: left out, {reason}")
            return None
        except (TimeoutError, RuntimeError, ExceptionGroup) as error:
            return Verdict(violations=[f"{scene.name} did not come to its end: {error!r}"])
    return await asyncio.to_thread(lambda: Checker(content, read(history)).verdict())


@contextlib.contextmanager
def version(ref: str) -> Iterator[Path]:
    """A folder with a version of the bot, as git has it; this checkout when none is named."""
    if not ref:
        yield ROOT
        return
    command = ["git", "archive", ref]
    packed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder)


def row(name: str, found: Verdict, seconds: float) -> str:
    """One line of the table."""
    waits = sorted(wait for part in found.waits.values() for wait in part)
    middle = f"{waits[len(waits) // 2]:.2f}; {waits[-1]:.1f} s" if waits else "-"
    figures = (
        name,
        found.kills,
        found.outages.total(),
        f"{found.updates:,}",
        f"{found.messages:,}",
        found.repeats,
        found.unheard,
        found.stalled,
        len(found.violations),
        middle,
        f"{seconds:.0f} s",
    )
    return "| " + " | ".join(map(str, figures)) + " |"


HEAD = """\
| scene | kills | outages | updates | messages | repeated: after a kill | \
after a lost answer | after a standstill | violations | wait, median; longest | took |
|---|---|---|---|---|---|---|---|---|---|---|"""


def summary(verdicts: list[Verdict]) -> Iterator[str]:
    """What the table does not say."""
    outages: Counter[str] = Counter()
    for found in verdicts:
        outages.update(found.outages)
    yield "Outages: " + ", ".join(f"{what} {count}" for what, count in sorted(outages.items()))
    reports = sum(found.reports for found in verdicts)
    pushes, unknown = (sum(getattr(v, name) for v in verdicts) for name in ("pushes", "unknown"))
    yield f"Reports: {reports}. Pushes: {pushes}, and {unknown} of which nobody can say."
    longest = max((found.longest for found in verdicts), default=0.0)
    yield f"From a repeated message to the kill that explains it: {longest:.2f} s at most."
    for found in verdicts:
        for part in ("before", "during", "after"):
            if waits := sorted(found.waits.get(part, ())):
                last = waits[int(len(waits) * 0.99)]
                yield f"99 % of the answers {part} the update: within {last * 1000:.0f} ms."


async def run(args: argparse.Namespace, keep: Path) -> int:
    """Play everything and print what came of it; the exit code."""
    content = Content.load(shipped())
    print(HEAD)
    verdicts = []
    with version(args.before) as before:
        ends = time.monotonic() + args.minutes * 60
        for scene in scenes(args.kills, args.seed):
            if args.only and args.only not in scene.name:
                continue
            began = time.monotonic()
            found = await perform(replace(scene, ends=ends), content, keep, before)
            if found is not None:
                print(row(scene.name, found, time.monotonic() - began), flush=True)
                verdicts.append(found)
    print()
    print("\n".join(summary(verdicts)))
    failures = [failure for found in verdicts for failure in found.violations]
    print("\n".join(f"MUST NOT BE: {failure}" for failure in failures))
    return 1 if failures or not verdicts else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=600, help="kill nothing after that")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="scenes with this in their name")
    parser.add_argument("--before", default="", help="version that the update begins with")
    parser.add_argument("--keep", type=Path, help="folder for the histories")
    args = parser.parse_args()
    with contextlib.ExitStack() as stack:
        keep = args.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        keep.mkdir(parents=True, exist_ok=True)
        return uvloop.run(run(args, keep))


if __name__ == "__main__":
    sys.exit(main())
