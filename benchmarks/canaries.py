"""Does anything secret get out? A day of the real program, and a look at all that it told.

Secrets, words of reports, names and chat ids are planted where they belong: in settings, keys, what
people write. Then the program has a day with everything in it: chats, reports to a partner who asks
back, a campaign, floods, staff in the studio, strangers with half a secret; Telegram refuses and
repeats, a proxy before it quotes what it was asked, Redis dies, an edit is broken, the program is
killed. What it told is looked through: logs, figures, answers, the audit trail, the list of
processes, its files, and Redis.

    python -m benchmarks.canaries [--days 1] [--people 100]

Ends with 1 when a canary was seen where it must not be.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.canaries_day import day, everything
from benchmarks.canaries_planted import escaped, planted
from benchmarks.report import machine, table


async def look(folder: Path, days: int, people: int) -> tuple[list[str], dict[str, bytes], int]:
    """What escaped, all that was emitted, and how many updates there were."""
    async with day(folder) as today:
        for number in range(days):
            for at, (mode, form) in enumerate((("webhook", "json"), ("polling", "text"))):
                first = (2 * number + at) * (people + 10)
                await everything(today, mode, form, first, people)
        emitted = {**today.emitted(), "Redis": await today.redis.everything()}
        updates = sum(len(chat.messages) for chat in today.telegram.messenger.chats.values())
        return escaped(planted(*today.keys), emitted), emitted, updates


def main() -> int:
    """Have the day, look, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--people", type=int, default=100)
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        found, emitted, messages = asyncio.run(look(Path(place), options.days, options.people))
    sizes: dict[str, int] = {}
    for name, told in emitted.items():
        where = name.partition(":")[0]
        sizes[where] = sizes.get(where, 0) + len(told)
    print(
        f"`python -m benchmarks.canaries --days {options.days} --people {options.people}`:"
        f" {messages:,} messages in {time.monotonic() - began:.0f} s. {machine()}.\n"
    )
    print(
        table(("looked through", "bytes"), [(where, f"{size:,}") for where, size in sizes.items()])
    )
    print("\n" + ("\n".join(found) or "Nothing escaped."))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
