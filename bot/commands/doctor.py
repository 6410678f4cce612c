"""``dontlookaway doctor``: whether everything around the bot is as it should be, and what to do."""

from __future__ import annotations

import argparse
import asyncio
import json
import os

from msgspec import to_builtins

from bot.doctor import examine
from bot.settings import Settings


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``doctor`` to the command line."""
    parser = subparsers.add_parser(
        "doctor",
        help="see whether token, webhook, Redis, clock, keys and content are in order",
        description=(
            "Look at everything around the bot and say what to do. Nothing is changed."
            " Exit 1 if there is something to do."
        ),
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print what was seen; 1 when something is to be done."""
    found = asyncio.run(examine(Settings.read(os.environ)))
    to_do = sum(each.level != "ok" for each in found)
    if args.json:
        document = {"to_do": to_do, "checks": to_builtins(found)}
        print(json.dumps(document, ensure_ascii=False))
    else:
        for each in found:
            print(each)
        print(f"{to_do} to see to." if to_do else "Everything is in order.")
    return 1 if to_do else 0
