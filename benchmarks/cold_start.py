"""How long the bot takes from its start until it takes updates.

    python -m benchmarks.cold_start [--times 7]

By webhook, with a Redis that runs already; then with the Redis that ships with the bot, which it
starts itself in an empty folder.
"""

from __future__ import annotations

import argparse
import statistics

import uvloop

from benchmarks.report import Bar, bars
from benchmarks.updates import BOT
from benchmarks.updates_load import Way, pin, running

SECONDS = 2.0
"""The bar."""
WAYS = (
    ("with a Redis that runs", Way("this bot", BOT)),
    ("with a Redis of its own", Way("this bot", BOT, settings={"REDIS_URL": ""})),
)


async def measured(way: Way) -> float:
    """Seconds from the start of the process to the first answer that it is ready."""
    async with running(way) as program:
        return program.ready_after


async def main(times: int) -> None:
    """Measure and print."""
    found = []
    for name, way in WAYS:
        took = sorted([await measured(way) for _ in range(times)])
        median = statistics.median(took)
        print(f"{name:24} median {median:.2f} s, {took[0]:.2f} to {took[-1]:.2f} s")
        found.append(
            Bar(
                f"from the start until ready, {name}",
                f"≤ {SECONDS:.0f} s",
                f"{median:.2f} s",
                median <= SECONDS,
            )
        )
    print(f"\n{bars(found)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args()
    pin(1)
    uvloop.run(main(options.times))
