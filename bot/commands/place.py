"""``dontlookaway place``: which country somebody means."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any

from bot.knowledge.places import PlaceAnswer, Places


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``place`` to the command line."""
    parser = subparsers.add_parser(
        "place",
        help="look up a place by name or coordinates",
        description="Look up a place. With - reads one place a line, or locale, tab, place.",
    )
    parser.add_argument("text", nargs="*", metavar="TEXT", help="what somebody wrote, or -")
    parser.add_argument("--lat", type=float, help="degrees north")
    parser.add_argument("--lon", type=float, help="degrees east")
    parser.add_argument("--locale", default="en", help="language of the answer (en)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(func=run, parser=parser)


def run(args: argparse.Namespace) -> int:
    """Print what the text or the point means; 0 whatever it is."""
    text = " ".join(args.text)
    pointed = args.lat is not None or args.lon is not None
    if pointed == bool(args.text) or (pointed and None in (args.lat, args.lon)):
        args.parser.error("give either TEXT, or both --lat and --lon")
    places = Places.load()
    if text == "-":
        for locale, line in _lines(args.locale):
            print(_json(places.find(line, locale)), flush=True)
        return 0
    if pointed:
        answer = places.at(args.lat, args.lon, args.locale)
    else:
        answer = places.find(text, args.locale)
    print(_json(answer) if args.json else _words(answer))
    return 0


def _lines(locale: str) -> Iterator[tuple[str, str]]:
    for line in sys.stdin:
        first, tab, rest = line.rstrip("\r\n").partition("\t")
        yield (first.strip() or locale, rest) if tab else (locale, first)


def _json(answer: PlaceAnswer) -> str:
    place = answer.place
    document: dict[str, Any] = {
        "status": answer.status,
        "country": place.country if place else None,
        "name": place.name if place else None,
        "candidates": [{"country": each.country, "name": each.name} for each in answer.candidates],
    }
    return json.dumps(document, ensure_ascii=False)


def _words(answer: PlaceAnswer) -> str:
    if answer.place:
        return f"{answer.place.name} ({answer.place.country})"
    if answer.candidates:
        return "one of: " + ", ".join(f"{each.name} ({each.country})" for each in answer.candidates)
    return "not a place that I know"
