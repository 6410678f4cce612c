"""The bot itself: does it run here, and does it think that it can serve?"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

import aiohttp

from bot.doctor.diagnosis import Diagnosis, fine, problem, warning

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.settings import Settings

ABOUT: Final = "bot"
PATIENCE: Final = 5.0
"""Seconds for an answer."""


async def look_at_service(settings: Settings) -> AsyncIterator[Diagnosis]:
    """What ``/readyz`` of the bot that runs on this computer says."""
    host = _reached_at(settings.host)
    url = f"http://{host}:{settings.port}/readyz"
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as http, http.get(url) as answer:
            said = " ".join((await answer.text(errors="replace")).split())[:200]
            status = answer.status
    except (aiohttp.ClientError, OSError, TimeoutError):
        where = f"{host}:{settings.port}"
        yield warning(
            ABOUT,
            f"it does not answer at {where} (HOST, PORT).",
            "Start it: dontlookaway run. Not here, but elsewhere? Then ask doctor there.",
        )
        return
    if status == 200 and said == "ready":
        yield fine(ABOUT, "it runs and is ready.")
    elif status == 200 and said.startswith("ready"):
        yield warning(ABOUT, f"{said}.", "Run: dontlookaway check")
    elif status == 503:
        yield problem(ABOUT, f"it runs but cannot serve. {said}", "See what the bot logs.")
    else:
        yield problem(
            ABOUT, f"something else answers at port {settings.port}.", "Choose another PORT."
        )


def _reached_at(host: str) -> str:
    """The address by which a server that listens on ``host`` is reached from here."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        return "127.0.0.1" if address.version == 4 else "[::1]"
    return host if address.version == 4 else f"[{host}]"
