"""``dontlookaway schema``: the JSON Schema of a kind of file, for editors such as VS Code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.schemas import SHAPES, json_schema

if TYPE_CHECKING:
    import argparse


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``schema`` to the command line."""
    parser = subparsers.add_parser("schema", help="print the JSON Schema of a kind of file")
    parser.add_argument("kind", choices=sorted(SHAPES), help="the kind of file")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print one JSON document."""
    print(json.dumps(json_schema(args.kind), ensure_ascii=False, indent=2))
    return 0
