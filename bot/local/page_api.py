"""The chat page: its files, and the JSON and event stream that it lives on.

A page opens a chat by an unguessable key. The stream sends whole messages with the chat's revision
as event id; a page that reconnects gets exactly what changed meanwhile, and showing a message
twice changes nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

from bot.local.chats import Chat, ChatMessage
from bot.local.media import media
from bot.local.messenger import Messenger, Signal

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler, Middleware

PAGE = Path(__file__).parent / "page"
HEARTBEAT = 15.0  # seconds between signs of life on a quiet stream
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Act(msgspec.Struct):
    """Something the person did in the page; ``do`` says what."""

    do: str
    text: str = ""
    message_id: int = 0
    row: int = 0
    column: int = 0
    latitude: float = 0.0
    longitude: float = 0.0


class NewPerson(msgspec.Struct):
    """Who opens the page for the first time."""

    language_code: str = "en"
    first_name: str = "Guest"


def add_page(app: web.Application, messenger: Messenger, host: str) -> None:
    """Serve the page at ``/`` and what it needs below ``/chat``."""
    page = _Page(messenger)
    app.middlewares.append(_guard(host))
    app.router.add_get("/", page.index)
    app.router.add_static("/page", PAGE)
    app.router.add_post("/chat", page.create)
    app.router.add_get("/chat/{key}", page.about)
    app.router.add_get("/chat/{key}/events", page.events)
    app.router.add_get("/chat/{key}/files/{message_id:[0-9]{1,15}}", page.file)
    app.router.add_post("/chat/{key}", page.act)
    app.on_shutdown.append(page.close)


def _guard(host: str) -> Middleware:
    """A server on the loopback answers only to loopback names, so no web page can rebind to it."""
    local = _is_loopback(host)

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        name = request.url.host or ""
        if local and not _is_loopback(name):
            return web.Response(status=421, text="This server answers on this computer only.")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(SECURITY)
            response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return guard


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Page:
    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger
        self._streams: set[asyncio.Task[Any]] = set()

    async def close(self, _: web.Application) -> None:
        for stream in self._streams:
            stream.cancel()

    async def index(self, _: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "index.html")

    def _chat(self, request: web.Request) -> Chat:
        key = request.match_info["key"]
        for chat in self._messenger.chats.values():
            if secrets.compare_digest(chat.key.encode(), key.encode()):
                return chat
        raise web.HTTPNotFound(text="There is no such chat.")

    async def create(self, request: web.Request) -> web.Response:
        person = await _body(request, NewPerson)
        number = 1_000_000_000 + secrets.randbelow(2**42)
        user = {
            "id": number,
            "is_bot": False,
            "first_name": person.first_name[:64],
            "language_code": person.language_code[:35],
        }
        chat = self._messenger.open(Chat(number, user=user))
        return _json({"key": chat.key})

    async def about(self, request: web.Request) -> web.Response:
        """Everything around the messages: the bot's profile in the person's language."""
        chat = self._chat(request)
        profile = self._messenger.profile
        language = chat.user.get("language_code", "")
        return _json(
            {
                "name": profile.text("name", language) or self._messenger.bot["first_name"],
                "description": profile.text("description", language),
                "short_description": profile.text("short_description", language),
                "commands": profile.commands_for(chat.id, language),
                "language_code": language,
                "blocked": chat.blocked,
                "keyboard": chat.keyboard,
            }
        )

    async def act(self, request: web.Request) -> web.Response:
        chat = self._chat(request)
        act = await _body(request, Act)
        messenger = self._messenger
        query_id = ""
        if chat.blocked and act.do not in ("start", "unblock", "language"):
            raise web.HTTPConflict(text="The bot is blocked.")
        match act.do:
            case "send":
                if not act.text.strip():
                    raise web.HTTPBadRequest(text="An empty message cannot be sent.")
                messenger.person_sends(chat, act.text.strip()[:4096])
            case "start":
                if chat.blocked:
                    messenger.person_blocks(chat, False)
                messenger.person_sends(chat, f"/start {act.text}".strip()[:4096])
            case "press":
                message, data = self._pressed(chat, act)
                update = messenger.person_presses(chat, message, data)
                query_id = update["callback_query"]["id"]
            case "location":
                location = {"latitude": act.latitude, "longitude": act.longitude}
                if not (abs(act.latitude) <= 90 and abs(act.longitude) <= 180):
                    raise web.HTTPBadRequest(text="No such place on Earth.")
                messenger.person_sends(chat, content={"location": location})
            case "photo":
                messenger.person_sends(chat, act.text[:1024], media("photo"))
            case "language":
                chat.user["language_code"] = act.text[:35]
                messenger.save(chat)
                messenger.signal(chat.id, Signal("profile"))
            case "block" | "unblock":
                messenger.person_blocks(chat, act.do == "block")
            case _:
                raise web.HTTPBadRequest(text="Nobody can do that here.")
        return _json({"query_id": query_id})

    async def file(self, request: web.Request) -> web.Response:
        """The document or the picture that a message of the bot shows."""
        message = self._chat(request).messages.get(int(request.match_info["message_id"]))
        file = self._messenger.files.of(message) if message else None
        if file is None:
            raise web.HTTPNotFound(text="There is no such file any more.")
        return file.as_picture() if file.width else file.as_download()

    def _pressed(self, chat: Chat, act: Act) -> tuple[ChatMessage, str]:
        message = chat.messages.get(act.message_id)
        try:
            if message is None or min(act.row, act.column) < 0:
                raise LookupError
            return message, message.inline_keyboard[act.row][act.column]["callback_data"]
        except LookupError:
            raise web.HTTPConflict(text="That button is gone.") from None

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: what the page has missed, then everything as it happens."""
        chat = self._chat(request)
        response = web.StreamResponse(
            headers={**SECURITY, "Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        task = asyncio.current_task()
        if task:
            self._streams.add(task)
        try:
            await response.prepare(request)
            with self._messenger.listen(chat.id) as signals:
                await self._catch_up(request, response, chat)
                while True:
                    try:
                        signal = await asyncio.wait_for(signals.get(), HEARTBEAT)
                        await self._send(response, signal)
                    except TimeoutError:
                        await response.write(b": still here\n\n")
        except (ConnectionError, asyncio.CancelledError):
            return response
        finally:
            if task:
                self._streams.discard(task)

    async def _catch_up(
        self, request: web.Request, response: web.StreamResponse, chat: Chat
    ) -> None:
        last = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        epoch, _, revision = last.partition(":")
        seen = int(revision) if epoch == self._messenger.epoch and revision.isdigit() else 0
        if seen == 0:
            await response.write(b"event: reset\ndata: {}\n\n")
        missed = [message for message in chat.messages.values() if message.revision > seen]
        for message in sorted(missed, key=lambda message: message.revision):
            await self._send(response, Signal("message", message=message))
        await response.write(b"event: ready\ndata: {}\n\n")

    async def _send(self, response: web.StreamResponse, signal: Signal) -> None:
        event = f"event: {signal.kind}\n"
        data: Any = {}
        if signal.message:
            event += f"id: {self._messenger.epoch}:{signal.message.revision}\n"
            data = signal.message
        elif signal.answer:
            data = signal.answer
        elif signal.action:
            data = {"action": signal.action}
        await response.write(event.encode() + b"data: " + msgspec.json.encode(data) + b"\n\n")


async def _body(request: web.Request, kind: type[Any]) -> Any:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="Send JSON.")
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except msgspec.MsgspecError as problem:
        raise web.HTTPBadRequest(text=str(problem)) from None


def _json(body: Any) -> web.Response:
    return web.Response(body=msgspec.json.encode(body), content_type="application/json")
