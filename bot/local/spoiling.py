"""Answers that arrive in a bad state, or not at all."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from aiohttp import web

if TYPE_CHECKING:
    from bot.local.faults import Spoiled

GARBAGE: Final = "<html><body><h1>It works</h1></body></html>"
SILENCE: Final = 3600.0
"""Seconds; whoever waits gives up long before."""


async def spoiled(request: web.Request, answer: web.Response, how: Spoiled) -> web.StreamResponse:
    """The answer as it arrives on a bad day."""
    if how == "garbage":
        return web.Response(text=GARBAGE, content_type="text/html")
    if how == "nothing":
        await asyncio.sleep(SILENCE)
        return answer
    body = answer.body if isinstance(answer.body, bytes) else b""
    half = web.StreamResponse(headers={"Content-Length": str(len(body))})
    half.content_type = "application/json"
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    if request.transport:
        request.transport.close()  # not abort, which would throw the half away
    return half
