"""``dontlookaway events``: what draws crowds, where and when."""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from bot.actions.event_lines import EventLines, event_name
from bot.application import content_folder
from bot.i18n.catalogues import Catalogues
from bot.i18n.negotiate import negotiate
from bot.knowledge.events import Event, Events
from bot.knowledge.hotlines import Hotlines
from bot.knowledge.places import Places
from bot.settings import Settings


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``events`` to the command line."""
    parser = subparsers.add_parser("events", help="show the big events ahead")
    parser.add_argument("--country", metavar="CC", help="only those there; ISO code, such as TH")
    parser.add_argument(
        "--from", dest="first", metavar="DATE", help="first day, such as 2027-06-20 (today)"
    )
    parser.add_argument("--to", dest="last", metavar="DATE", help="last day (no end)")
    parser.add_argument("--locale", default="en", help="language of the answer (en)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print what is on between two days, both included; 2 for what is no day or no country."""
    folder = content_folder(Settings.read(os.environ))
    country = args.country.upper() if args.country is not None else None
    try:
        first = _day(args.first) if args.first is not None else datetime.now(UTC).date()
        last = _day(args.last) if args.last is not None else date.max
        if last < first:
            raise ValueError(f"{last} is before {first}. Give --to a later day.")
        if (
            country is not None
            and country not in Hotlines.load(folder / "data/hotlines.yaml").codes
        ):
            raise ValueError(f"{country} is no country code. Give two letters, such as TH.")
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    events = Events.load(folder / "data" / "events.yaml")
    catalogues = Catalogues.load(folder / "locales")
    locale = negotiate(args.locale, catalogues.languages)
    found = events.in_country(country, first, last) if country else events.between(first, last)
    if args.json:
        document = {"events": [_translated(event, catalogues, locale) for event in found]}
        print(json.dumps(document, ensure_ascii=False))
        return 0
    places = Places.load()
    lines = EventLines(locale, catalogues, places.country_name, places.find)
    for event in found:
        print(lines.line(event, country))
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'"{text}" is no day. Write year, month, day: 2027-06-20.') from None


def _translated(event: Event, catalogues: Catalogues, locale: str) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.to_builtins(event)
    return document | {"name": event_name(event, catalogues, locale)}
