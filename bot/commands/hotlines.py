"""``dontlookaway hotlines``: the contacts of a country."""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import sys
from datetime import UTC, datetime
from typing import Any

from bot.application import content_folder
from bot.content import Content
from bot.conversation.events import Command
from bot.conversation.session import Session
from bot.i18n.negotiate import negotiate
from bot.knowledge.hotlines import as_json
from bot.settings import Settings


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``hotlines`` to the command line."""
    parser = subparsers.add_parser("hotlines", help="show the contacts of a country")
    parser.add_argument("country", metavar="CC", help="ISO code, such as TH")
    parser.add_argument("--home", metavar="CC", help="the traveller's own country")
    parser.add_argument("--locale", default="en", help="language of the answer (en)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print the route; 2 for a code that is no country's."""
    content = Content.load(content_folder(Settings.read(os.environ)))
    country, home = args.country.upper(), (args.home or "").upper()
    for code in filter(None, (country, home)):
        if code not in content.hotlines.codes:
            print(f"{code} is no country code. Give two letters, such as TH.", file=sys.stderr)
            return 2
    locale = negotiate(args.locale, content.catalogues.languages)
    if args.json:
        document = _translated(
            as_json(content.hotlines.route(country, home or None)), content, locale
        )
        print(json.dumps(document, ensure_ascii=False))
        return 0
    session = Session(locale=locale, slots={"home_country": home} if home else {}, turn=1)
    turn = content.advance(session, Command("hotline", country), datetime.now(UTC))
    for message in turn.messages[:-1]:
        print(html.unescape(re.sub(r"<[^>]+>", "", message.text)), end="\n\n")
    return 0


def _translated(document: Any, content: Content, locale: str) -> Any:
    """The same document with its advice in the person's language."""
    if isinstance(document, list):
        return [_translated(part, content, locale) for part in document]
    if not isinstance(document, dict):
        return document
    return {
        key: content.catalogues.text(locale, "hotlines", value)
        if key in ("advice", "hours_note", "only_in") and isinstance(value, str)
        else _translated(value, content, locale)
        for key, value in document.items()
    }
