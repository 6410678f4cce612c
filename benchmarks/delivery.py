"""Whether every report comes from the chat to the partner, once, whatever dies meanwhile.

    python -m benchmarks.delivery [witnesses] [--kills N] [--seed N] [--webhook]

As many witnesses (default 1,000) talk to the bot in as many chats of the local Bot API, a tenth of
them at a time, each with words of their own; every tenth presses "send it now" twice. Real
processes: the bot is killed (SIGKILL) again and again, most times while somebody has sent a report
and does not know yet that it arrived; the partner fails half of the requests and is killed once;
Redis is stopped twice and comes back from its append-only file. Exit code 1 when something was
lost, doubled, changed or readable. The bot's courier runs at a quicker pace than in real life.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.delivery_processes import Process, bot, partner, restart_redis, run_bot, until
from benchmarks.delivery_witnesses import PLACE, WORDS, Witness
from bot.delivery.queue import Outbox
from bot.local import LocalBotApi
from bot.store.connect import connect
from bot.store.embedded import EmbeddedRedis
from bot.store.pipeline import Pipeline
from examples.partner_server import stored

AT_ONCE: Final = 10
"""Of so many witnesses one at a time talks to the bot; otherwise all would send in one moment."""
LONGEST_PAUSE: Final = 0.5
"""Seconds between a share of the reports having been sent and the kill that follows."""
LAST_BREATH: Final = 0.1
"""Seconds after a kill in which Telegram still takes what the bot had sent before."""
QUIET: Final = 4.0
"""Seconds after the last receipt in which a second one would come: leases last three."""


class Death(NamedTuple):
    """A kill of the bot: the last message that Telegram took from it, and how many reports were
    between the press and the receipt.
    """

    last_message: int
    under_way: int


class Outcome(NamedTuple):
    """What everybody has at the end; ``on_disk`` are Redis' files in one."""

    witnesses: list[Witness]
    kept: list[dict[str, str]]
    deaths: list[Death]
    dead_letters: int
    on_disk: bytes
    seconds: float

    @property
    def sent(self) -> list[Witness]:
        """Those who pressed "send it now"."""
        return [witness for witness in self.witnesses if witness.sent_at]

    @property
    def reports(self) -> list[dict[str, Any]]:
        """What the partner has, opened with its key."""
        return [json.loads(line["report"]) for line in self.kept]

    def as_written(self) -> int:
        """Reports that say what their witness wrote, under the reference that they were given."""
        found = {report["reference"]: _answers(report) for report in self.reports}
        return sum(
            witness.promised == witness.received
            and [found.get(reference) for reference in witness.promised]
            == [{"report_place": f"{PLACE}, Kenya", "report_what": witness.words}]
            for witness in self.sent
        )

    def repeated(self) -> tuple[int, int]:
        """Receipts that came twice: after a death that may explain it, and others.

        Telegram's Bot API knows no idempotency key: a message repeats when the bot dies after
        Telegram took it and before that was written down (bot/telegram/outbox.py).
        """
        explained = others = 0
        for witness in self.sent:
            numbers = [message.message_id for message in witness.receipts]
            for first, later in pairwise(numbers):
                if any(first <= death.last_message < later for death in self.deaths):
                    explained += 1
                else:
                    others += 1
        return explained, others

    def failures(self) -> list[str]:
        """Claims that do not hold."""
        count = len(self.witnesses)
        of = Counter(_answers(report).get("report_what") for report in self.reports)
        claims = {
            "everybody sent a report": len(self.sent) == count,
            "the partner has one report of each": of == Counter(w.words for w in self.sent),
            "every report has a name of its own": len({k["id"] for k in self.kept}) == count,
            "each is as it was written": self.as_written() == count,
            "each witness knows that it arrived": all(w.receipts for w in self.sent),
            "none was told twice without a death": self.repeated()[1] == 0,
            "no dead letters": self.dead_letters == 0,
            "Redis' files were searched": b"report_form" in self.on_disk,
            "nobody's words are in Redis' files": WORDS.encode() not in self.on_disk,
        }
        return [claim for claim, holds in claims.items() if not holds]


async def deliver(
    count: int, kills: int, folder: Path, *, seed: int = 1, webhook: bool = False
) -> Outcome:
    """Have ``count`` reports made while things die; ends when every witness has a receipt.

    Raises TimeoutError, with their chat, when one has not.
    """
    chance = random.Random(seed)
    began = time.monotonic()
    async with (
        EmbeddedRedis(folder) as redis,
        LocalBotApi(first_retry=0.05) as telegram,
        _pipeline(redis.url) as pipeline,
    ):
        hotline = partner(folder)
        program = bot(folder, telegram.url, redis.url, webhook=webhook)
        people = [telegram.person(1000 + number) for number in range(count)]
        witnesses = [Witness(person, number, chance) for number, person in enumerate(people)]
        async with _running(hotline), _running(program), asyncio.TaskGroup() as group:
            group.create_task(_all_report(witnesses))
            disturbance = _Disturbance(witnesses, program, hotline, pipeline)
            await disturbance.run(kills, chance)
        dead = await Outbox(pipeline).dead()
    files = [path for path in (folder / "redis").rglob("*") if path.is_file()]
    on_disk = b"".join(path.read_bytes() for path in files)
    seconds = time.monotonic() - began
    kept = stored(folder / "reports.jsonl")
    return Outcome(witnesses, kept, disturbance.deaths, dead, on_disk, seconds)


async def _all_report(witnesses: list[Witness]) -> None:
    room = asyncio.Semaphore(max(1, len(witnesses) // AT_ONCE))

    async def report(witness: Witness) -> None:
        async with room:
            await witness.report()

    async with asyncio.TaskGroup() as group:
        for witness in witnesses:
            group.create_task(report(witness))
    await asyncio.sleep(QUIET)


class _Disturbance:
    """Kills, and starts again what it killed; ``deaths`` are those of the bot."""

    def __init__(
        self, witnesses: list[Witness], program: Process, hotline: Process, pipeline: Pipeline
    ) -> None:
        self.deaths: list[Death] = []
        self._witnesses = witnesses
        self._program = program
        self._hotline = hotline
        self._pipeline = pipeline

    async def run(self, kills: int, chance: random.Random) -> None:
        """Each a moment after its share of the reports has been sent."""
        steps = [((number + 1) / (kills + 1), self._kill_bot) for number in range(kills)]
        steps += [(1 / 3, self._stop_redis), (1 / 2, self._kill_partner), (2 / 3, self._stop_redis)]
        for share, disturb in sorted(steps, key=itemgetter(0)):
            await until(partial(self._sent, share * len(self._witnesses)))
            await asyncio.sleep(chance.uniform(0, LONGEST_PAUSE))
            await disturb()

    async def _kill_bot(self) -> None:
        under_way = sum(witness.waits for witness in self._witnesses)
        await self._program.kill()
        await asyncio.sleep(LAST_BREATH)
        self.deaths.append(Death(last := self._newest(), under_way))
        await self._program.start()
        # The next kill is to hit a bot at work.
        await until(lambda: self._newest() > last or all(w.told_at for w in self._witnesses))

    async def _kill_partner(self) -> None:
        await self._hotline.kill()
        await self._hotline.start()

    async def _stop_redis(self) -> None:
        await restart_redis(self._pipeline)

    def _sent(self, number: float) -> bool:
        return sum(bool(witness.sent_at) for witness in self._witnesses) >= number

    def _newest(self) -> int:
        return max(next(reversed(w.person.chat.messages), 0) for w in self._witnesses)


def _answers(report: dict[str, Any]) -> dict[str, str]:
    """What was not skipped, by field."""
    return {row["field"]: row["answer"] for row in report["answers"]}


@contextlib.asynccontextmanager
async def _running(process: Process) -> AsyncIterator[None]:
    await process.start()
    try:
        yield
    finally:
        await process.kill()


@contextlib.asynccontextmanager
async def _pipeline(url: str) -> AsyncIterator[Pipeline]:
    pipeline = Pipeline(connect(url))
    yield pipeline
    await pipeline.close()


def _table(outcome: Outcome) -> Table:
    explained, others = outcome.repeated()
    waits = sorted(witness.told_at - witness.sent_at for witness in outcome.sent)
    names = {line["id"] for line in outcome.kept}
    between = sum(death.under_way > 0 for death in outcome.deaths)
    most = max((death.under_way for death in outcome.deaths), default=0)
    waited = _seconds(statistics.median(waits), waits[-1])
    table = Table("what", "figure", title="reports from the chat to the partner")
    for what, figure in (
        ("witnesses who sent a report", len(outcome.sent)),
        ("distinct reports at the partner", len(names)),
        ("kept twice", len(outcome.kept) - len(names)),
        ("exactly as written, under the reference given", outcome.as_written()),
        ("witnesses told that it arrived", sum(bool(w.receipts) for w in outcome.sent)),
        ("told twice: because of a kill, otherwise", f"{explained}, {others}"),
        ("dead letters", outcome.dead_letters),
        ("witnesses' words found in Redis' files", outcome.on_disk.count(WORDS.encode())),
        ("bot killed", f"{len(outcome.deaths)} times"),
        ("… with reports between press and receipt", f"{between} times, up to {most} of them"),
        ("partner killed, Redis restarted", "1, 2 times"),
        ("from press to receipt, median and longest", waited),
        ("took", _seconds(outcome.seconds)),
    ):
        table.add_row(what, str(figure))
    return table


def _seconds(*values: float) -> str:
    return ", ".join(f"{value:.1f} s" for value in values)


def main() -> int:
    if sys.argv[1:] == ["bot"]:
        uvloop.run(run_bot())
        return 0
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("witnesses", type=int, nargs="?", default=1000)
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--webhook", action="store_true", help="instead of long polling")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run = deliver(
            args.witnesses, args.kills, Path(folder), seed=args.seed, webhook=args.webhook
        )
        outcome = uvloop.run(run)
    Console().print(_table(outcome))
    failures = outcome.failures()
    for failure in failures:
        print(f"NOT TRUE: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
