"""Anonymous figures by day: how often something happened, never to whom."""

from __future__ import annotations

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

_ADD = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 or redis.call('HLEN', KEYS[1]) < tonumber(ARGV[2])
then
  redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
  redis.call('EXPIRE', KEYS[1], ARGV[3])
end
"""
_DIGEST: Final = hashlib.sha1(_ADD.encode(), usedforsecurity=False).hexdigest()


class Counters:
    """Every method raises :class:`~bot.store.errors.StoreUnavailable`."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._redis = pipeline

    async def add(self, name: str) -> None:
        """Count one more of ``name`` today (UTC)."""
        key = _key(datetime.now(UTC).date())
        await self._redis.script(_DIGEST, _ADD, (key,), (name, MOST, KEPT * 24 * 3600))

    async def of_day(self, day: date) -> Mapping[str, int]:
        """Every figure of one day."""
        found = await self._redis.run("HGETALL", _key(day))
        return {name.decode(): int(count) for name, count in found.items()}

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
