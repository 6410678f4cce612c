"""A Bot API server that answers what a test tells it, for troubles a well-behaved one never has."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.telegram.api import Api

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TOKEN = "123:SECRET"

Answer = dict[str, Any] | bytes | str | float


def refusal(code: int, description: str, **parameters: int) -> dict[str, Any]:
    """An answer with ``ok: false``."""
    body = {"ok": False, "error_code": code, "description": description}
    return {**body, "parameters": parameters} if parameters else body


async def _params(request: web.Request) -> dict[str, Any]:
    """JSON, or a form: its values as strings, its files as (name, media type, content)."""
    if request.content_type == "application/json":
        params: dict[str, Any] = await request.json()
        return params
    return {
        name: (value.filename, value.content_type, value.file.read())
        if isinstance(value, web.FileField)
        else value
        for name, value in (await request.post()).items()
    }


class ScriptedApi:
    """Answers each call with the next of ``answers``, then with a message of id 7.

    Updates are delivered as Telegram does: those of ``pending`` from an offset on, which confirms
    the ones below. An answer is a JSON object, bytes sent with status 502, ``"hang up"``, or a
    number of seconds to dawdle before the usual answer.
    """

    def __init__(self) -> None:
        self.answers: deque[Answer] = deque()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.headers: list[dict[str, str]] = []
        self.called = asyncio.Event()
        self.pending: list[dict[str, Any]] = []
        self.arrived = asyncio.Event()
        self.connections: set[object] = set()
        self.url = ""

    @property
    def methods(self) -> list[str]:
        return [method for method, _ in self.calls]

    def deliver(self, *updates: dict[str, Any]) -> None:
        """Put updates up for delivery."""
        self.pending.extend(updates)
        self.arrived.set()

    async def _updates(self, offset: int, wait: float, limit: int) -> list[dict[str, Any]]:
        self.pending = [update for update in self.pending if update["update_id"] >= offset]
        if not self.pending:
            self.arrived.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.arrived.wait(), wait)
        return self.pending[:limit]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        assert request.match_info["token"] == f"bot{TOKEN}"
        method, params = request.match_info["method"], await _params(request)
        self.calls.append((method, params))
        self.called.set()
        self.headers.append(dict(request.headers))
        self.connections.add(request.transport)
        if method == "getUpdates" and not self.answers:
            updates = await self._updates(params["offset"], params["timeout"], params["limit"])
            return web.json_response({"ok": True, "result": updates})
        answer = self.answers.popleft() if self.answers else 0.0
        if answer == "hang up":
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if isinstance(answer, bytes):
            return web.Response(status=502, body=answer)
        if isinstance(answer, dict):
            return web.json_response(answer, status=answer.get("error_code", 200))
        await asyncio.sleep(float(answer))
        return web.json_response({"ok": True, "result": {"message_id": 7}})

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Api]:
        """Serve on a free port; a connection to it."""
        app = web.Application()
        app.router.add_post("/{token}/{method}", self.answer)
        runner = web.AppRunner(
            app, shutdown_timeout=0.1, access_log=None, handler_cancellation=True
        )
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        api = Api.at(self.url, TOKEN)
        # Bot.initialize() would also call getMe.
        for request in (api.request, api._request[0]):
            await request.initialize()
        try:
            yield api
        finally:
            for request in (api.request, api._request[0]):
                await request.shutdown()
            await runner.cleanup()
