"""The HTTP server: ``/bot<token>/<method>`` for the bot, a chat page for people at ``/``."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import msgspec
from aiohttp import web

from bot.local.chats import Chat
from bot.local.errors import BotApiError, not_found
from bot.local.faults import Fault, Faults, Spoiled
from bot.local.messenger import Messenger
from bot.local.methods import Methods
from bot.local.page_api import add_page
from bot.local.parameters import Parameters, read_parameters
from bot.local.person import Person
from bot.local.receiving import Receiving
from bot.local.spoiling import spoiled
from bot.local.storage import Storage
from bot.local.webhook import Courier

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.local.updates import Update

BACKLOG: Final = 1024
"""Connections that may wait to be taken. With fewer of them, those of several senders at full speed
are left hanging for seconds whenever this server is busy for a moment."""

_TOKEN = re.compile(r"(\d{1,16}):[A-Za-z0-9_-]{1,128}")


class LocalBotApi:
    """One bot, its chats, and the server that both sides reach them by.

    ``async with LocalBotApi() as api:`` serves at ``api.url`` (``port`` 0: any free one).
    ``store_path`` keeps chats and updates over a restart. With ``token`` any other is refused,
    without one every well-formed token is taken. ``clock`` gives Unix seconds; ``first_retry`` is
    the pause, in seconds, before the first redelivery to a webhook.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        store_path: Path | str | None = None,
        token: str | None = None,
        *,
        clock: Callable[[], float] = time.time,
        first_retry: float = 0.1,
    ) -> None:
        self.host = host
        self.port = port
        self.token = token
        self._storage = Storage(Path(store_path) if store_path else None)
        self.messenger = Messenger(self._storage, clock)
        self.faults = Faults()
        self.unheard: set[tuple[int, int]] = set()
        """Messages (chat, id) that were taken while the bot got no proper answer."""
        self._methods = Methods(self.messenger, self.faults)
        courier = Courier(self.messenger.updates, clock, first_retry, self._reply)
        self._receiving = Receiving(self.messenger, courier)
        self._persons: dict[int, Person] = {}
        self._runner: web.AppRunner | None = None

    # Serving

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port, backlog=BACKLOG)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The base address, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def application(self) -> web.Application:
        """The page at ``/`` and the Bot API below ``/bot<token>/``, to be served by anyone."""
        app = web.Application(client_max_size=1024**2)
        app.router.add_route("*", "/bot{token:[^/]+}/{method:[^/]*}", self._call)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._download)
        add_page(app, self.messenger, self.host)

        async def start(_: web.Application) -> None:
            await self._receiving.resume()

        async def stop(_: web.Application) -> None:
            await self._receiving.stop()

        async def close(_: web.Application) -> None:
            self._storage.close()

        app.on_startup.append(start)
        app.on_shutdown.append(stop)
        app.on_cleanup.append(close)
        return app

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].lower()
        try:
            self._check_token(request.match_info["token"])
            parameters = await read_parameters(request)
            fault = await self.faults.strike(method)
            if fault and fault.drop == "before":
                return _dropped(request)
            result = await self._run(method, parameters)
        except BotApiError as error:
            return _refusal(error)
        if fault and (fault.drop or fault.spoil):
            self._note_unheard(result)
        if fault and fault.drop:
            return _dropped(request)
        answer = _json({"ok": True, "result": result})
        return await spoiled(request, answer, fault.spoil) if fault and fault.spoil else answer

    def _note_unheard(self, result: Any) -> None:
        if isinstance(result, dict) and "message_id" in result:
            self.unheard.add((result["chat"]["id"], result["message_id"]))

    async def _download(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_token(request.match_info["token"])
        except BotApiError as error:
            return _refusal(error)
        file = self.messenger.files.at(request.match_info["path"])
        return file.as_download() if file else _refusal(BotApiError(404, "Not Found"))

    def _check_token(self, token: str) -> None:
        match = _TOKEN.fullmatch(token)
        if match is None:
            raise BotApiError(404, "Not Found")
        if self.token is not None and token != self.token:
            raise BotApiError(401, "Unauthorized")
        self.messenger.bot["id"] = int(match[1])

    async def _run(self, method: str, parameters: Parameters) -> Any:
        if method == "getupdates":
            return await self._receiving.get_updates(parameters)
        if method == "setwebhook":
            return await self._receiving.set_webhook(parameters)
        if method == "deletewebhook":
            return await self._receiving.delete_webhook(parameters)
        if method == "getwebhookinfo":
            return self._receiving.webhook_info()
        if method not in self._methods.table:
            raise not_found()
        return self._methods.table[method](parameters)

    async def _reply(self, reply: dict[str, Any]) -> None:
        """A method in the answer to a webhook; the bot never learns how it went."""
        run = self._methods.table.get(str(reply.get("method", "")).lower())
        if run is None:
            return
        try:
            run(Parameters(reply))
        except BotApiError:
            return

    # The people's side, for tests

    def person(self, person_id: int, language_code: str = "en", first_name: str = "Sam") -> Person:
        """Somebody in a private chat with the bot; the same one for the same number."""
        if person_id not in self._persons:
            user = {
                "id": person_id,
                "is_bot": False,
                "first_name": first_name,
                "language_code": language_code,
            }
            chat = self.messenger.open(Chat(person_id, user=user))
            self._persons[person_id] = Person(self.messenger, chat)
        return self._persons[person_id]

    def group(self, chat_id: int, title: str = "Group", kind: str = "group") -> Chat:
        """A group, or with ``kind="channel"`` a channel; ids below zero."""
        return self.messenger.open(Chat(chat_id, kind, title))

    def say_in(self, chat: Chat, text: str, sender: Person | None = None) -> Update:
        """A message in a group, or a post in a channel."""
        return self.messenger.person_sends(chat, text, sender=sender.user if sender else None)

    def inject(self, fields: dict[str, Any]) -> Update:
        """Any update at all, for instance ``{"inline_query": {...}}``; numbered and queued."""
        return self.messenger.updates.add(fields, f"injected:{next(iter(fields))}")

    def deliver_again(self, update: Update) -> None:
        """Deliver an update once more, beside whatever else is under way."""
        self.messenger.updates.add_again(update)

    def fail(
        self,
        method: str,
        code: int,
        description: str,
        times: int = 1,
        retry_after: int | None = None,
    ) -> None:
        """Refuse the next calls of a method (``*``: of any)."""
        error = BotApiError(code, description, retry_after)
        self.faults.add(Fault(method.lower(), times, error=error))

    def delay(self, method: str, seconds: float, times: int = 1) -> None:
        """Let the next calls of a method take longer."""
        self.faults.add(Fault(method.lower(), times, delay=seconds))

    def drop(self, method: str, times: int = 1, *, after: bool = False) -> None:
        """Close the connection instead of answering, before the call has its effect or after."""
        self.faults.add(Fault(method.lower(), times, drop="after" if after else "before"))

    def spoil(self, method: str, how: Spoiled, times: int = 1) -> None:
        """Carry the next calls of a method out, and spoil the answers."""
        self.faults.add(Fault(method.lower(), times, spoil=how))

    def limit(self, per_chat: float = 1.0, burst: int = 1, overall: int = 30) -> None:
        """Switch flood control on, in messages a second."""
        self.faults.limit(per_chat, burst, overall)


def _json(body: dict[str, Any], status: int = 200, headers: Any = None) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(body),
        status=status,
        headers=headers,
        content_type="application/json",
    )


def _refusal(error: BotApiError) -> web.Response:
    body: dict[str, Any] = {
        "ok": False,
        "error_code": error.code,
        "description": error.description,
    }
    if error.retry_after is None:
        return _json(body, error.code)
    body["parameters"] = {"retry_after": error.retry_after}
    return _json(body, error.code, {"Retry-After": str(error.retry_after)})


def _dropped(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()
