"""Witnesses who report to a partner, and subscribers who get a message of a campaign."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from benchmarks import campaigns_audience as audience
from benchmarks.campaigns_processes import command
from benchmarks.chaos.history import Arrived, Due, Recorder, Reported
from benchmarks.delivery_processes import Process, partner
from benchmarks.delivery_witnesses import Witness
from bot.campaigns.runs import OVER, Runs
from bot.content import Content
from bot.local import LocalBotApi
from bot.store.connect import connect
from bot.store.errors import StoreUnavailable
from bot.store.pipeline import Pipeline
from examples.partner_server import stored

PER_SECOND: Final = 5
"""Messages a second that the campaign may send, so that it lasts while things break."""
FIRST_WITNESS: Final = 500_001
LONGEST: Final = 300.0
"""Seconds that a campaign may take."""


class Hotline:
    """A partner that fails half of the requests; ``content`` names it."""

    def __init__(self, folder: Path) -> None:
        self._process: Process = partner(folder)
        self._kept = folder / "reports.jsonl"
        self.content = folder / "content"

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, folder: Path) -> AsyncIterator[Hotline]:
        """One that is at work until the end of the block."""
        made = cls(folder)
        await made._process.start()
        try:
            yield made
        finally:
            await made._process.kill()

    def note(self, recorder: Recorder) -> None:
        """Note what has arrived there, opened with its key."""
        for line in stored(self._kept):
            answers = {row["field"]: row["answer"] for row in json.loads(line["report"])["answers"]}
            recorder.note(Arrived(answers.get("report_what", "")))


async def report(telegram: LocalBotApi, number: int, chance: random.Random) -> Reported:
    """Somebody goes through the whole report and waits for the receipt."""
    witness = Witness(telegram.person(FIRST_WITNESS + number), number, chance)
    with contextlib.suppress(TimeoutError):
        await witness.report()
    return Reported(witness.person.chat.id, witness.words, bool(witness.told_at))


class Campaign:
    """One wave to so many subscribers, who never write."""

    def __init__(self, folder: Path, subscribers: int) -> None:
        self._folder = folder
        self._subscribers = subscribers
        self._run = ""
        self._url = ""

    async def prepare(self, telegram: LocalBotApi, redis_url: str) -> None:
        """Put the campaign into the content, and the subscribers into Redis."""
        self._url = redis_url
        made = audience.write_content(self._folder / "campaign", PER_SECOND)
        campaigns = Path("data") / "campaigns.yaml"
        shutil.copy(made / campaigns, self._folder / "content" / campaigns)
        _, occurrence = audience.campaign_of(Content.load(self._folder / "content"))
        self._run = occurrence.run
        for number in range(self._subscribers):
            telegram.person(audience.FIRST + number)
        await audience.fill(redis_url, self._subscribers)

    async def send(self, environ: dict[str, str]) -> None:
        """Begin, as staff do. Raises RuntimeError when that is refused."""
        await command(environ, "campaign", "send", audience.CAMPAIGN, "--now", "--yes")

    async def note(self, recorder: Recorder) -> None:
        """Wait until it is over, and note who was to get it. Raises TimeoutError."""
        pipeline = Pipeline(connect(self._url))
        runs = Runs(pipeline)
        async with asyncio.timeout(LONGEST):
            while True:
                with contextlib.suppress(StoreUnavailable):
                    run = await runs.get(self._run)
                    if run is not None and run.state in OVER:
                        break
                await asyncio.sleep(0.2)
        unknown = {*(await runs.unknown(self._run))}
        await pipeline.close()
        for chat in range(audience.FIRST, audience.FIRST + self._subscribers):
            recorder.note(Due(chat, chat in unknown))
