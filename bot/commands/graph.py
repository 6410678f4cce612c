"""``dontlookaway graph``: one conversation as a picture."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from bot.application import content_folder
from bot.conversation.flows import load
from bot.conversation.wording import did_you_mean
from bot.graph import as_mermaid, as_svg, layout, untranslated
from bot.i18n.catalogues import Catalogues
from bot.settings import Settings

if TYPE_CHECKING:
    import argparse


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``graph`` to the command line."""
    parser = subparsers.add_parser("graph", help="draw a conversation")
    parser.add_argument("flow", metavar="FLOW", help="name of the flow, such as report")
    parser.add_argument(
        "--format",
        choices=("mermaid", "svg"),
        default="mermaid",
        help="text that GitHub draws (mermaid), or a picture (svg)",
    )
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print the drawing; 2 when there is no such flow."""
    folder = content_folder(Settings.read(os.environ))
    flows = load(folder / "flows")
    if args.flow not in flows.flows:
        guess = did_you_mean(args.flow, flows.flows)
        print(f'There is no flow "{args.flow}".{guess}', file=sys.stderr)
        return 2
    lacking = untranslated(flows, args.flow, Catalogues.load(folder / "locales"))
    graph = layout(flows, args.flow, lacking)
    print(as_svg(graph) if args.format == "svg" else as_mermaid(graph), end="")
    return 0
