"""Begins what is due: every occurrence once, however many replicas look at the clock.

What became of an occurrence is decided by one script on its run, so it does not matter how often,
by whom, or by which clock it is looked at. Nothing is remembered in the process.
"""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

from bot.campaigns import keys
from bot.campaigns.compose import fingerprint
from bot.campaigns.scripts import Script

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.content import Content
    from bot.knowledge.campaigns import Campaign, Occurrence, Wave
    from bot.store.pipeline import Pipeline

EVERY: Final = 2.0
"""Seconds between two looks."""
BACK: Final = timedelta(days=14)
"""How long ago something may have been due to be reported as missed."""
LAST_ZONE: Final = timezone(timedelta(hours=-12))
"""Where a day ends last on Earth."""
CHANGED: Final = "Its message or its audience was changed after it was approved."

_BEGIN = Script("begin")
_log = logging.getLogger(__name__)


class Schedule:
    """``clock`` tells seconds since 1970; ``content`` is that of today."""

    def __init__(
        self,
        pipeline: Pipeline,
        content: Callable[[], Content],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._redis = pipeline
        self._content = content
        self._clock = clock

    async def look(self) -> list[str]:
        """Begin what is due; returns the runs that changed by that.

        Raises :class:`~bot.store.errors.StoreUnavailable`.
        """
        content, now = self._content(), datetime.fromtimestamp(self._clock(), UTC)
        campaigns = [campaign for campaign in content.campaigns.all if campaign.enabled]
        seen = await self._seen(campaigns, now)
        standing = await self._redis.run("HGETALL", keys.STANDING)
        changed = []
        for campaign in campaigns:
            marks = {wave.id: fingerprint(content, campaign, wave) for wave in campaign.waves}
            first, last = (now - BACK).date(), (now + timedelta(days=1)).date()
            for occurrence in content.campaigns.occurrences(campaign, first, last):
                wave = campaign.wave(occurrence.wave)
                if wave is None or occurrence.starts > now:
                    continue
                name, mark = _name(campaign, wave), marks[wave.id]
                free = not wave.needs_approval or standing.get(name) == mark.encode()
                late = is_late(occurrence, wave, now)
                if late and occurrence.starts < seen[name]:
                    continue  # it was not wanted then
                if await self._begin(occurrence, mark, now, free=free, late=late):
                    changed.append(occurrence.run)
        return changed

    async def _seen(self, campaigns: list[Campaign], now: datetime) -> dict[bytes, datetime]:
        """Since when each wave is enabled; those that are not any more are forgotten."""
        names = [_name(campaign, wave) for campaign in campaigns for wave in campaign.waves]
        seen = await self._redis.run("HGETALL", keys.SEEN)
        ms = int(now.timestamp() * 1000)
        for name in set(names) - set(seen):
            await self._redis.run("HSETNX", keys.SEEN, name, ms)
        if over := set(seen) - set(names):
            await self._redis.run("HDEL", keys.SEEN, *over)
        return {name: datetime.fromtimestamp(int(seen.get(name, ms)) / 1000, UTC) for name in names}

    async def _begin(
        self, occurrence: Occurrence, mark: str, now: datetime, *, free: bool, late: bool
    ) -> bool:
        due, ms = (int(moment.timestamp() * 1000) for moment in (occurrence.starts, now))
        before, after = await _BEGIN.run(
            self._redis,
            (keys.run(occurrence.run), keys.WAVES),
            *(occurrence.run, due, mark, ms, int(free), int(late), CHANGED),
        )
        if before != after:
            level = logging.WARNING if after == b"missed" else logging.INFO
            _log.log(level, "%s is %s.", occurrence.run, after.decode())
        return bool(before != after)


def is_late(occurrence: Occurrence, wave: Wave, now: datetime) -> bool:
    """Whether it is too late to begin, even for those for whom it is due last."""
    return now > occurrence.due((LAST_ZONE,)) + wave.tolerance


def _name(campaign: Campaign, wave: Wave) -> bytes:
    return f"{campaign.id}.{wave.id}".encode()
