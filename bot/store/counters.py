"""Anonymous figures by day: how often something happened, never to whom."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.store.keys import tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.store.pipeline import Pipeline

KEPT: Final = 400
"""Days for which figures are kept: a year can be compared with the one before."""
MOST: Final = 2000
"""Names counted on one day: links can carry made-up ones, which must not fill Redis."""
MOST_OF_CONTENT: Final = 50_000
"""The same for names that the content makes; 300 flows of 40 nodes make 25,000."""
AT_ONCE: Final = 500
"""Names in one write, so that none holds up Redis for long."""

_ADD = """
local room = tonumber(ARGV[1]) - redis.call('HLEN', KEYS[1])
for i = 3, #ARGV, 2 do
  local new = redis.call('HEXISTS', KEYS[1], ARGV[i]) == 0
  if not new or room > 0 then
    redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1])
    if new then room = room - 1 end
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
"""
_DIGEST: Final = hashlib.sha1(_ADD.encode(), usedforsecurity=False).hexdigest()


class Counters:
    """Every method raises :class:`~bot.store.errors.StoreUnavailable`."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._redis = pipeline

    async def add(self, name: str) -> None:
        """Count one more of ``name`` today (UTC)."""
        await self._add(_key(datetime.now(UTC).date()), MOST, (name, 1))

    async def add_all(self, counts: Mapping[str, int]) -> None:
        """Count so many more of each name, which the content made, today (UTC).

        When Redis goes away in the middle, some are counted and some are not.
        """
        key = _content_key(datetime.now(UTC).date())
        pairs = list(counts.items())
        for start in range(0, len(pairs), AT_ONCE):
            some = pairs[start : start + AT_ONCE]
            await self._add(key, MOST_OF_CONTENT, *some)

    async def _add(self, key: str, most: int, *counts: tuple[str, int]) -> None:
        pairs = (argument for pair in counts for argument in pair)
        await self._redis.script(_DIGEST, _ADD, (key,), (most, KEPT * 24 * 3600, *pairs))

    async def of_day(self, day: date) -> Mapping[str, int]:
        """Every figure of one day."""
        run, keys = self._redis.run, (_key(day), _content_key(day))
        both = await asyncio.gather(*(run("HGETALL", key) for key in keys))
        return {name.decode(): int(count) for found in both for name, count in found.items()}

    async def totals(self, days: int) -> Mapping[str, int]:
        """Every figure of the last ``days`` days, added up."""
        today = datetime.now(UTC).date()
        totals: dict[str, int] = {}
        for back in range(days):
            for name, count in (await self.of_day(today - timedelta(days=back))).items():
                totals[name] = totals.get(name, 0) + count
        return totals


def _key(day: date) -> str:
    """Hash: the figures of a day."""
    return f"{tag(0)}:figures:{day}"


def _content_key(day: date) -> str:
    """Hash: those whose names the content makes; apart, so that neither kind crowds the other."""
    return f"{_key(day)}:content"
