"""The ``dontlookaway`` command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from bot.settings import SettingError

MODULES: Final = {
    "run": "serve",
    "demo": "serve",
    "chat": "chat",
    "place": "place",
    "hotlines": "hotlines",
    "tips": "tips",
    "events": "events",
    "qr": "qr",
    "check": "check",
    "graph": "graph",
    "schema": "schema",
    "messages": "messages",
    "partners": "partners",
    "reports": "reports",
    "figures": "figures",
    "campaign": "campaign",
    "doctor": "doctor",
}
"""Where each command stands, in the order of the help. Only the one wanted is loaded: those that
know Telegram take half a second."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 on success, 1 on findings, 2 on bad usage."""
    parser = argparse.ArgumentParser(
        prog="dontlookaway",
        description="A Telegram bot that makes acting easy when a child may be at risk.",
    )
    subparsers = parser.add_subparsers(metavar="command", required=True)
    words = sys.argv[1:] if arguments is None else arguments
    wanted = [MODULES[word] for word in words[:1] if word in MODULES]
    for name in wanted or dict.fromkeys(MODULES.values()):
        import_module(f"bot.commands.{name}").register(subparsers)
    args = parser.parse_args(arguments)
    try:
        return int(args.func(args))
    except SettingError as error:
        print(error, file=sys.stderr)
        return 2
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1
