"""``dontlookaway reports``: what is on its way to partners, and what could not be delivered."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import asdict

from bot.commands.live import with_redis
from bot.delivery.queue import DeadLetter, Outbox
from bot.store.pipeline import Pipeline


class Overview(Struct):
    """What waits, what was given up, and what was given another chance now."""

    waiting: int
    dead: list[DeadLetter]
    retried: int = 0


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``reports`` to the command line."""
    parser = subparsers.add_parser("reports", help="show reports that could not be delivered")
    parser.add_argument(
        "--retry", metavar="REFERENCE", help='send these again: a reference, or "all"'
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print what there is; 1 while reports wait for somebody to decide."""
    overview = with_redis(lambda pipeline: _look(pipeline, args.retry))
    if args.json:
        dead = [letter._asdict() for letter in overview.dead]
        print(json.dumps({**asdict(overview), "dead": dead}))
    else:
        _print(overview)
    return 1 if overview.dead else 0


async def _look(pipeline: Pipeline, again: str | None) -> Overview:
    outbox = Outbox(pipeline)
    retried = 0
    for letter in await outbox.dead_letters() if again else []:
        if again in ("all", letter.reference):
            retried += await outbox.retry(letter)
    return Overview(await outbox.waiting(), await outbox.dead_letters(), retried)


def _print(overview: Overview) -> None:
    if overview.retried:
        print(f"{overview.retried} sent again.")
    print(f"{overview.waiting} on their way, {len(overview.dead)} not delivered.")
    for letter in overview.dead:
        when = datetime.fromtimestamp(letter.given_up, UTC)
        print(f"{letter.reference}  {letter.partner}  {when:%Y-%m-%d %H:%M} UTC  {letter.reason}")
    if overview.dead:
        print("Mend the reason, then: dontlookaway reports --retry all (or one reference).")
