"""How far a run is: counts by outcome and language, how fast it goes, when it will be over."""

from __future__ import annotations

import asyncio
import csv
import io
import time
from collections import deque
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from bot.campaigns import keys
from bot.campaigns.runs import AFTERWARDS, OUTCOMES
from bot.store.keys import SHARDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bot.campaigns.runs import Run, Runs
    from bot.store.pipeline import Pipeline

LOOKED_BACK: Final = 10.0
"""Seconds over which the pace is measured."""
TRIED: Final = ("sent", "blocked", "failed", "unknown")
"""What became of those to whom the message was sent."""
CALLED: Final = {"sent": "delivered"}
"""What staff call an outcome, where that is not its name: Telegram took it."""
COLUMNS: Final = (
    "total",
    "sent",
    "delivered",
    "blocked",
    "failed",
    "unknown",
    "missed",
    "capped",
    "stopped",
    "unsubscribed",
    "taps",
    "conversations",
)
"""Figures in the order in which they are shown. ``sent`` is everybody to whom it was tried;
``stopped`` unsubscribed before their turn, ``unsubscribed`` after they got it."""


class Status(Struct, frozen=True):
    """A run, for people to look at.

    ``finished`` of the ``total`` are accounted for; ``rate`` is how many a second, lately (0: not
    known); ``ends`` when it will be over at that rate; ``waits_until`` when the last of those is
    due for whom it is night, or not yet time; ``sums`` and ``languages`` hold :data:`COLUMNS`.
    """

    run: str
    campaign: str
    wave: str
    day: date
    state: str
    due: datetime
    by: str
    reason: str
    total: int
    finished: int
    rate: float
    ends: datetime | None
    waits_until: datetime | None
    sums: dict[str, int]
    languages: dict[str, dict[str, int]]


class Progress:
    """Looks at runs; remembers what it saw for some seconds, to know how fast they go."""

    def __init__(
        self, pipeline: Pipeline, runs: Runs, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._redis = pipeline
        self._runs = runs
        self._clock = clock
        self._seen: dict[str, deque[tuple[float, int]]] = {}

    async def of(self, run: Run) -> Status:
        """How far a run is. Raises :class:`~bot.store.errors.StoreUnavailable`."""
        counts, waits_until = await asyncio.gather(self._runs.counts(run.id), self._latest(run.id))
        languages = by_language(counts)
        sums = {name: sum(each[name] for each in languages.values()) for name in COLUMNS}
        finished = sum(sum(counts.get(outcome, {}).values()) for outcome in OUTCOMES)
        sending = run.state == "sending"
        rate = self._rate(run.id, finished) if sending else 0.0
        left = sums["total"] - finished
        ends = self._now() + timedelta(seconds=left / rate) if rate and left > 0 else None
        if sending and waits_until:
            ends = max(ends or waits_until, waits_until)
        return Status(
            run=run.id,
            campaign=run.campaign,
            wave=run.wave,
            day=run.day,
            state=run.state,
            due=run.due,
            by=run.by,
            reason=run.reason,
            total=sums["total"],
            finished=finished,
            rate=round(rate, 1),
            ends=ends,
            waits_until=waits_until if sending else None,
            sums=sums,
            languages=languages,
        )

    async def _latest(self, run_id: str) -> datetime | None:
        """When the last chunk is due that waits for its hour."""
        wanted = [keys.later(shard, run_id) for shard in range(SHARDS)]
        found = await asyncio.gather(
            *(self._redis.run("ZRANGE", key, -1, -1, "WITHSCORES") for key in wanted)
        )
        scores = [float(_score(reply)) for reply in found if reply]
        return datetime.fromtimestamp(max(scores) / 1000, UTC) if scores else None

    def _rate(self, run_id: str, finished: int) -> float:
        seen, now = self._seen.setdefault(run_id, deque()), self._clock()
        seen.append((now, finished))
        while seen[0][0] < now - LOOKED_BACK:
            seen.popleft()
        before, then = seen[0]
        return (finished - then) / (now - before) if now > before else 0.0

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


def _score(reply: list[object]) -> str:
    """The score of the only member, as RESP2 or RESP3 has it."""
    flat = reply[0] if isinstance(reply[0], list | tuple) else reply
    score = flat[1]
    return score.decode() if isinstance(score, bytes) else str(score)


def by_language(counts: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """:data:`COLUMNS` by language, from what :meth:`~bot.campaigns.runs.Runs.counts` gives."""
    languages: dict[str, dict[str, int]] = {}
    for outcome in ("total", *OUTCOMES, *AFTERWARDS):
        for language, number in counts.get(outcome, {}).items():
            row = languages.setdefault(language, dict.fromkeys(COLUMNS, 0))
            row[CALLED.get(outcome, outcome)] += number
            row["sent"] += number if outcome in TRIED else 0
    return dict(sorted(languages.items(), key=lambda each: (-each[1]["total"], each[0])))


def as_csv(statuses: Iterable[Status]) -> str:
    """Figures of runs, a line for each language of each."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("campaign", "wave", "day", "language", *COLUMNS))
    for status in statuses:
        for language, row in status.languages.items():
            figures = (row[name] for name in COLUMNS)
            writer.writerow((status.campaign, status.wave, status.day, language, *figures))
    return text.getvalue()
