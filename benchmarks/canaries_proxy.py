"""What stands between the program and Telegram, and on a bad day quotes what it was asked."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web


class Proxy:
    """Passes calls on; while ``quotes`` is set it answers by itself, with an error that holds the
    address and the body of the call: as a page, as a list and as a description, by turns.
    """

    def __init__(self, http: aiohttp.ClientSession, telegram: str) -> None:
        self._http = http
        self._telegram = telegram
        self._turns = itertools.count()
        self.quotes = False
        self.quoted = 0
        """How many calls were answered so."""
        self.url = ""

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Serve at ``url`` until the end of the block."""
        application = web.Application(client_max_size=64 * 1024 * 1024)
        application.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(application, access_log=None, handler_cancellation=True)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self.quotes:
            return self._quote(request.path, body.decode(errors="replace"))
        kind = {"Content-Type": request.headers.get("Content-Type", "application/json")}
        try:
            async with self._http.request(
                request.method, self._telegram + request.raw_path, data=body, headers=kind
            ) as answer:
                return web.Response(
                    status=answer.status, body=await answer.read(), content_type=answer.content_type
                )
        except aiohttp.ClientError:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()

    def _quote(self, path: str, body: str) -> web.Response:
        self.quoted += 1
        turn = next(self._turns)
        status = (400, 500, 502)[turn // 3 % 3]
        if turn % 3 == 0:
            page = f"<html>Cannot POST {path}<p>rejected text={body}</p></html>"
            return web.Response(status=status, text=page, content_type="text/html")
        said = f"Cannot POST {path}: rejected {body}"
        return web.json_response([said] if turn % 3 == 1 else {"description": said}, status=status)
