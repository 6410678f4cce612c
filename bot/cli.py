"""The ``dontlookaway`` command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from bot.commands import (
    chat,
    check,
    events,
    figures,
    graph,
    hotlines,
    messages,
    partners,
    place,
    qr,
    reports,
    schema,
    serve,
    tips,
)
from bot.settings import SettingError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 on success, 1 on findings, 2 on bad usage."""
    parser = argparse.ArgumentParser(
        prog="dontlookaway",
        description="A Telegram bot that makes acting easy when a child may be at risk.",
    )
    subparsers = parser.add_subparsers(metavar="command", required=True)
    for command in (
        serve,
        chat,
        place,
        hotlines,
        tips,
        events,
        qr,
        check,
        graph,
        schema,
        messages,
        partners,
        reports,
        figures,
    ):
        command.register(subparsers)
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
