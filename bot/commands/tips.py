"""``dontlookaway tips``: what to notice and do on a trip."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from bot.application import content_folder
from bot.i18n.catalogues import Catalogues
from bot.i18n.extract import TIP_CONTEXT
from bot.i18n.negotiate import negotiate
from bot.knowledge.events import Events
from bot.knowledge.hotlines import Hotlines
from bot.knowledge.tip_file import Audience, Tip
from bot.knowledge.tips import Tips
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.knowledge.events import Event


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``tips`` to the command line."""
    parser = subparsers.add_parser("tips", help="show tips for a trip")
    parser.add_argument("country", metavar="CC", help="ISO code, such as TH")
    parser.add_argument("--event", metavar="ID", help="what the trip is for; see: events")
    parser.add_argument(
        "--month", type=int, choices=range(1, 13), metavar="N", help="1 to 12 (that of the event)"
    )
    parser.add_argument(
        "--audience", choices=get_args(Audience), default="traveller", help="who travels or works"
    )
    parser.add_argument("--locale", default="en", help="language of the answer (en)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print three tips; 2 for a code that is no country's, or an event that is in no calendar."""
    folder = content_folder(Settings.read(os.environ))
    country = args.country.upper()
    if country not in Hotlines.load(folder / "data" / "hotlines.yaml").codes:
        print(f"{country} is no country code. Give two letters, such as TH.", file=sys.stderr)
        return 2
    event = Events.load(folder / "data" / "events.yaml").get(args.event) if args.event else None
    if args.event and event is None:
        message = f'There is no event "{args.event}". See: dontlookaway events --json'
        print(message, file=sys.stderr)
        return 2
    tips = Tips.load(folder / "data" / "tips.yaml").choose(
        country,
        event=event.id if event else None,
        event_kind=event.kind if event else None,
        months=[args.month] if args.month else _months(event),
        audience=args.audience,
    )
    catalogues = Catalogues.load(folder / "locales")
    locale = negotiate(args.locale, catalogues.languages)
    told = [_translated(tip, catalogues, locale) for tip in tips]
    if args.json:
        document = {"country": country, "event": args.event, "month": args.month, "tips": told}
        print(json.dumps(document, ensure_ascii=False))
        return 0
    for tip in told:
        print(f"• {tip['text']}")
    return 0


def _months(event: Event | None) -> list[int]:
    """The months that an event touches."""
    if event is None:
        return []
    first, last = (day.year * 12 + day.month - 1 for day in (event.starts, event.ends))
    return [month % 12 + 1 for month in range(first, last + 1)]


def _translated(tip: Tip, catalogues: Catalogues, locale: str) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.to_builtins(tip)
    return document | {"text": catalogues.text(locale, TIP_CONTEXT, tip.text)}
