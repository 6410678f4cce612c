"""Telegram's side: does it know the bot, and does it deliver?"""

from __future__ import annotations

import contextlib
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import aiohttp
from telegram.error import InvalidToken, TelegramError

from bot.doctor.clock import compare
from bot.doctor.diagnosis import Diagnosis, fine, problem, warning
from bot.telegram.api import Api
from bot.telegram.updates import SERVED
from bot.web.webhook import PATH

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from bot.settings import Settings

CLOCKS_APART: Final = 5.0
"""Seconds; the header has whole ones, and takes a while to come."""

MANY_WAITING: Final = 100
"""Updates that wait while the bot takes them; as many at once may be under way."""

RECENT: Final = 3600.0
"""Seconds for which a failure of Telegram to deliver is worth a word."""

_RESTART: Final = "Restart the bot: it registers the webhook when it starts."


async def look_at_telegram(
    settings: Settings, clock: Callable[[], float]
) -> AsyncIterator[Diagnosis]:
    """Token, inline mode, webhook, and Telegram's clock."""
    if not settings.token:
        yield problem(
            "token",
            "TELEGRAM_BOT_TOKEN is not set.",
            "Get one from @BotFather, or try: dontlookaway demo",
        )
        return
    async with contextlib.AsyncExitStack() as stack:
        api = Api.at(settings.api_url, settings.token)
        for request in api._request:  # Bot.initialize would check the token by itself
            await request.initialize()
            stack.push_async_callback(request.shutdown)
        try:
            for each in _bot(await api.call("getMe", {})):
                yield each
            for each in _webhook(settings, await api.call("getWebhookInfo", {}), clock()):
                yield each
        except InvalidToken:
            yield problem(
                "token",
                "Telegram does not know this bot.",
                "Compare TELEGRAM_BOT_TOKEN with what @BotFather shows for /mybots.",
            )
        except TelegramError as error:
            yield problem(
                "token",
                f"it could not be tried: {error.message.rstrip('.')}.",
                "See that this computer reaches TELEGRAM_API_URL over the network.",
            )
            return
    asked = clock()
    theirs = await _time(settings.api_url)
    if theirs is not None:
        yield compare(theirs, asked, clock(), "Telegram", CLOCKS_APART)


def _bot(me: dict[str, Any]) -> Iterator[Diagnosis]:
    yield fine("token", f"Telegram knows the bot as @{me.get('username', '')}.")
    if not me.get("supports_inline_queries"):
        yield warning("inline", "nobody can share cards yet.", "Send /setinline to @BotFather.")


def _webhook(settings: Settings, info: dict[str, Any], now: float) -> Iterator[Diagnosis]:
    registered = str(info.get("url", ""))
    wanted = settings.public_url + PATH if settings.public_url else ""
    if registered != wanted:
        yield _elsewhere(registered, wanted)
        return
    if not wanted:
        yield fine("webhook", "none, as it should be with long polling.")
    else:
        yield fine("webhook", "registered at PUBLIC_URL.")
        missing = {*SERVED} - {*info.get("allowed_updates", SERVED)}
        if missing:
            names = ", ".join(sorted(missing))
            yield warning("webhook", f"Telegram does not deliver: {names}.", _RESTART)
        yield from _last_error(settings, info, now)
    waiting = int(info.get("pending_update_count", 0))
    if waiting > MANY_WAITING:
        yield warning(
            "webhook" if wanted else "polling",
            f"{waiting} updates wait to be taken.",
            "See that the bot runs, what it logs, and how busy its processor is.",
        )


def _elsewhere(registered: str, wanted: str) -> Diagnosis:
    """The webhook is not where it should be. Addresses of others may hold secrets: host only."""
    if not registered:
        return problem("webhook", "none is registered, but PUBLIC_URL is set.", _RESTART)
    host = urlsplit(registered).hostname
    if not wanted:
        return problem(
            "webhook",
            f"updates go to {host}, but PUBLIC_URL is not set.",
            "Set PUBLIC_URL, or restart the bot to poll. Is another bot running with this token?",
        )
    return problem(
        "webhook",
        f"updates go to another address, at {host}.",
        f"{_RESTART} Is another bot running with this token?",
    )


def _last_error(settings: Settings, info: dict[str, Any], now: float) -> Iterator[Diagnosis]:
    since = now - float(info.get("last_error_date", 0))
    if since > RECENT:
        return
    said = str(info.get("last_error_message", "")).replace(settings.token, "…")
    if settings.webhook_secret:
        said = said.replace(settings.webhook_secret, "…")
    yield warning(
        "webhook",
        f"{max(0.0, since) / 60:.0f} min ago Telegram could not deliver: {said.rstrip('.')}.",
        "See that PUBLIC_URL leads to the bot from outside, with a valid certificate; 401 means"
        " that the bot runs with another WEBHOOK_SECRET: restart it.",
    )


async def _time(api_url: str) -> float | None:
    """What Telegram's clock says, in seconds since 1970; ``None`` when it does not say."""
    timeout = aiohttp.ClientTimeout(total=10)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.head(api_url, allow_redirects=False) as answer,
        ):
            return parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (aiohttp.ClientError, OSError, TimeoutError, KeyError, ValueError):
        return None
