"""``dontlookaway run`` serves Telegram; ``dontlookaway demo`` serves a chat page."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import signal
import sqlite3
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace
from telegram.error import InvalidToken

from bot.assembly import assemble
from bot.commands.log import FORMATS, begin_log
from bot.local import LocalBotApi
from bot.settings import SettingError, Settings
from bot.store.errors import EmbeddedRedisFailed

DEMO_TOKEN: Final = "1:demo"  # noqa: S105, of a bot that exists on this computer only


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``run`` and ``demo`` to the command line."""
    run = subparsers.add_parser("run", help="serve Telegram (needs TELEGRAM_BOT_TOKEN)")
    run.add_argument("--log", choices=FORMATS, default="text", help="how to write the log (text)")
    run.set_defaults(func=lambda args: _serve(_run, args.log))
    demo = subparsers.add_parser("demo", help="talk to the bot in the browser, without Telegram")
    demo.set_defaults(func=lambda _: _serve(_demo))


async def _run(settings: Settings, stop: asyncio.Event) -> None:
    if not settings.token:
        raise SettingError(
            "TELEGRAM_BOT_TOKEN is not set: get one from @BotFather, or try: dontlookaway demo"
        )
    gc.disable()  # nothing of what is loaded is garbage
    async with assemble(settings) as application:
        _collect_seldom()
        await application.run(stop)


def _collect_seldom() -> None:
    """Spare what was loaded, which stays: to look through it for garbage again and again would
    hold up everybody for a tenth of a second, and take a third of the processor's time. The rest
    is mostly freed without a collector, too.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


async def _demo(settings: Settings, stop: asyncio.Event) -> None:
    folder = settings.data_dir / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    chats = folder / "chats.sqlite"
    async with _local(settings, chats) as local:
        # The page has the port; the bot's own web server takes any free one beside it.
        settings = replace(
            settings,
            token=DEMO_TOKEN,
            api_url=local.url,
            public_url="",
            staff_token="",
            data_dir=folder,
            host="127.0.0.1",
            port=0,
        )
        async with assemble(settings) as application:
            print(f"Talk to the bot at {local.url} (Ctrl+C stops it).", flush=True)
            await application.run(stop)


def _local(settings: Settings, chats: Path) -> LocalBotApi:
    try:
        return LocalBotApi(settings.host, settings.port, chats, DEMO_TOKEN)
    except (ValueError, sqlite3.DatabaseError):
        raise ValueError(f"{chats} is damaged: delete it to start the demo afresh.") from None


def _serve(work: Any, log: str = "text") -> int:
    begin_log(log)
    settings = Settings.read(os.environ)
    try:
        _run_loop(_until_told(work, settings))
    except InvalidToken as error:
        print(error.message, file=sys.stderr)
        return 2
    except EmbeddedRedisFailed as error:
        print(f"The built-in Redis does not start: {error}.", file=sys.stderr)
        return 1
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        print(f"Cannot serve at {where} (HOST, PORT): {error.strerror}.", file=sys.stderr)
        return 1
    return 0


async def _until_told(work: Any, settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    await work(settings, stop)


def _run_loop(work: Coroutine[Any, Any, None]) -> None:
    try:
        import uvloop  # noqa: PLC0415, not to be had everywhere
    except ImportError:
        asyncio.run(work)
    else:
        uvloop.run(work)
