"""A replica in a process of its own: ``replica_process.py REDIS_URL API_URL FOLDER PACE``."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from types import SimpleNamespace

from campaign_world import CampaignWorld, look_often

from bot.campaigns import claims, freeze, marks

# The dead are noticed sooner than in real life, where a process may be slow for some seconds.
marks.IDLE = 1_500
claims.REFRESH = 0.3
freeze.LEASE = 1_000
look_often(setattr)


async def main(redis_url: str, api_url: str, folder: str, pace: str) -> None:
    server = SimpleNamespace(url=api_url)
    world = CampaignWorld(redis_url, server, Path(folder))  # type: ignore[arg-type]
    world.pace(int(pace))
    async with world.replica():
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
