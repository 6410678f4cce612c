"""Deletes what only the sending of a run needed; its figures stay for 400 days.

Names of chats stay for a month at most.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.campaigns import keys
from bot.campaigns.runs import OVER
from bot.store.keys import SHARDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.campaigns.runs import Run
    from bot.store.pipeline import Pipeline

AFTER: Final = timedelta(minutes=1)
"""How long after its end a run is tidied up: what was under way is answered by then."""
KEPT: Final = 400 * 24 * 3600
"""Seconds for which figures are kept."""
CHATS_KEPT: Final = 30 * 24 * 3600
"""Seconds for which it is kept who pressed a button, and of whom nothing is known."""


async def tidy(pipeline: Pipeline, runs: Iterable[Run], now: datetime) -> None:
    """Tidy up after runs that are over, each once.

    Raises :class:`~bot.store.errors.StoreUnavailable`; what was done by then stays done.
    """
    for run in runs:
        ended = run.times.get(run.state)
        if run.state in OVER and not run.tidied and ended and now > ended + AFTER:
            await asyncio.gather(*(_shard(pipeline, run.id, shard) for shard in range(SHARDS)))
            await pipeline.run("HSET", keys.run(run.id), "tidied", 1)
            await pipeline.run("EXPIRE", keys.run(run.id), KEPT)
    oldest = now - timedelta(seconds=KEPT)
    await pipeline.run("ZREMRANGEBYSCORE", keys.WAVES, "-inf", int(oldest.timestamp() * 1000))


async def _shard(pipeline: Pipeline, run: str, shard: int) -> None:
    await asyncio.gather(
        pipeline.run(
            "DEL",
            keys.chunks(shard, run),
            keys.later(shard, run),
            keys.frozen(shard, run),
            keys.started(shard, run),
            keys.done(shard, run),
        ),
        pipeline.run("EXPIRE", keys.counts(shard, run), KEPT),
        pipeline.run("EXPIRE", keys.unknown(shard, run), CHATS_KEPT),
        pipeline.run("EXPIRE", keys.talked(shard, run), CHATS_KEPT),
    )
