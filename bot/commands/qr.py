"""``dontlookaway qr``: links into the bot, and QR codes of them for posters."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
from pathlib import Path
from typing import Final

import segno
from telegram.error import TelegramError

from bot.application import content_folder
from bot.conversation.flows import load
from bot.knowledge.events import Events
from bot.knowledge.hotlines import Hotlines
from bot.settings import SettingError, Settings
from bot.telegram.api import Api

TOO_LONG: Final = 65
"""Characters that Telegram no longer takes behind ``?start=``: 1 to 64 of A-Z, a-z, 0-9, _ and -.
Source: https://core.telegram.org/bots/features#deep-linking
"""
FORMATS: Final = (".svg", ".png", ".pdf")
CORRECTION: Final = "q"
"""A quarter of the code may be torn, dirty or in the shade."""
QUIET: Final = 4
"""Modules of white around the code, which readers need (ISO/IEC 18004)."""
SCALE: Final = 32
"""Pixels (points in a PDF) of a module: sharp on a large poster."""

_TAG: Final = re.compile(r"[A-Za-z0-9-]+")
_BOT: Final = re.compile(r"@?([A-Za-z][A-Za-z0-9_]{3,31})")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``qr`` to the command line."""
    parser = subparsers.add_parser("qr", help="make links and QR codes that open the bot")
    parser.add_argument(
        "target", metavar="TARGET", help="a country code (TH), the id of an event, or a flow"
    )
    parser.add_argument("--tag", help='counted when the link is used, see "figures": poster7')
    parser.add_argument("--bot", metavar="NAME", help="the bot's username (asked from Telegram)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="a .svg, .png or .pdf to write")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print a link, and show or write its QR code; 2 for a link that would lead nowhere."""
    settings = Settings.read(os.environ)
    out: Path | None = args.out
    try:
        payload = _payload(args.target, args.tag, content_folder(settings))
        if out is not None and out.suffix.lower() not in FORMATS:
            raise ValueError(f"--out: write a file that ends in {', '.join(FORMATS)}, not {out}.")
        bot = name_given(args.bot) if args.bot is not None else name_asked(settings)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    link = f"https://t.me/{bot}?start={payload}"
    code = segno.make_qr(link, error=CORRECTION)
    if out is not None:
        try:
            code.save(str(out), scale=SCALE, border=QUIET, light="white")
        except OSError as error:
            print(f"{out} cannot be written: {error.strerror}.", file=sys.stderr)
            return 2
    if args.json:
        print(json.dumps({"link": link, "payload": payload, "file": str(out) if out else None}))
        return 0
    print(link)
    if out is not None:
        print(f"Written: {out}")
    else:
        code.terminal(border=QUIET, compact=True)
    return 0


def _payload(target: str, tag: str | None, folder: Path) -> str:
    """What stands behind ``?start=``. Raises :class:`ValueError` with one line."""
    payload = _place(target, folder)
    if tag is None:
        return payload
    if not _TAG.fullmatch(tag):
        raise ValueError("--tag may have letters from A to Z, digits and -, and nothing else.")
    payload = f"{payload}__{tag}"
    if len(payload) >= TOO_LONG:
        spare = TOO_LONG - 1 - len(payload) + len(tag)
        raise ValueError(f"--tag is too long: Telegram leaves {spare} characters for it here.")
    return payload


def _place(target: str, folder: Path) -> str:
    country = target.upper()
    if country in Hotlines.load(folder / "data" / "hotlines.yaml").codes:
        return f"to_{country}"
    if Events.load(folder / "data" / "events.yaml").get(target):
        return f"ev_{target}"
    flows = load(folder / "flows").flows
    if target in flows:
        return target
    raise ValueError(
        f'"{target}" is no country code (TH), no event (see: dontlookaway events --json)'
        f" and no flow ({', '.join(sorted(flows))})."
    )


def name_given(text: str) -> str:
    """The username that was written. Raises :class:`ValueError` with one line."""
    match = _BOT.fullmatch(text)
    if match is None:
        raise ValueError("--bot: give the bot's username, such as dont_look_away_bot.")
    return match[1]


def name_asked(settings: Settings) -> str:
    """The bot's username, as Telegram knows it. Raises :class:`ValueError` with one line."""
    if not settings.token:
        raise SettingError("Say which bot: give --bot NAME, or set TELEGRAM_BOT_TOKEN.")

    async def ask() -> str:
        api = Api.at(settings.api_url, settings.token)
        async with api._request[1]:
            me = await api.call("getMe", {})
        return str(me["username"])

    try:
        return asyncio.run(ask())
    except TelegramError as error:
        reason = error.message.rstrip(".")
        raise ValueError(f"Telegram does not say who the bot is ({reason}). Give --bot.") from None
