"""``dontlookaway figures``: anonymous figures of what people do and what they say in surveys."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from bot.commands.live import with_redis
from bot.store.counters import KEPT, Counters
from bot.store.funnel import FEWEST, others, questions, stages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


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
        print(json.dumps({"days": args.days, **_document(totals)}))
    elif totals:
        print("\n".join(_lines(totals)))
    else:
        print(f"Nothing was counted in the last {args.days} days.")
    return 0


def _document(totals: Mapping[str, int]) -> dict[str, object]:
    return {
        "figures": dict(sorted(totals.items())),
        "stages": stages(totals),
        "questions": [
            {
                "flow": each.flow,
                "node": each.node,
                "shown": each.shown,
                "answered": each.answered,
                "left": None if each.left is None else round(each.left, 3),
            }
            for each in questions(totals)
        ],
    }


def _lines(totals: Mapping[str, int]) -> Iterator[str]:
    yield "How far people came (times, not people)"
    for stage, count in stages(totals).items():
        yield f"{count:>8}  {stage}"
    if asked := questions(totals):
        yield ""
        yield f"Where they turned away (a share from {FEWEST} times on)"
        yield f"{'asked':>8}{'answered':>10}{'left':>7}"
        for each in asked:
            left = "–" if each.left is None else f"{each.left:.0%}"
            yield f"{each.shown:>8}{each.answered:>10}{left:>7}  {each.flow}/{each.node}"
    if rest := others(totals):
        yield ""
        yield "Everything else"
        for name, count in rest.items():
            yield f"{count:>8}  {name}"
