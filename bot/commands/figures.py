"""``dontlookaway figures``: anonymous figures, such as the answers to the survey."""

from __future__ import annotations

import argparse
import json
import sys

from bot.commands.live import with_redis
from bot.store.counters import KEPT, Counters


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``figures`` to the command line."""
    parser = subparsers.add_parser("figures", help="show anonymous figures")
    parser.add_argument("--days", type=int, default=30, help=f"how many, up to {KEPT} (30)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print the figures of the last days, today included; 2 for a number of days out of range."""
    if not 1 <= args.days <= KEPT:
        print(f"--days must be from 1 to {KEPT}.", file=sys.stderr)
        return 2
    totals = with_redis(lambda pipeline: Counters(pipeline).totals(args.days))
    if args.json:
        print(json.dumps({"days": args.days, "figures": dict(sorted(totals.items()))}))
        return 0
    for name, count in sorted(totals.items()):
        print(f"{count:>8}  {name}")
    if not totals:
        print(f"Nothing was counted in the last {args.days} days.")
    return 0
