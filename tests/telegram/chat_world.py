"""A Bot API server that keeps chats, a small engine, and bots that share one Redis."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web
from msgspec.structs import replace

from bot.conversation.effects import Erase, Menu
from bot.conversation.events import Press, Text
from bot.conversation.messages import Message
from bot.conversation.session import Session
from bot.store.chats import ChatStore
from bot.store.connect import connect
from bot.store.embedded import EmbeddedRedis
from bot.store.keyring import Keyring
from bot.store.pipeline import Pipeline
from bot.telegram.api import Api
from bot.telegram.calls import Call
from bot.telegram.conversations import Conversations
from bot.telegram.outbox import LEASE, Outbox
from bot.telegram.sender import Sender
from bot.telegram.updates import Incoming

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEYRING = Keyring([b"k" * 32])
CHAT = 4711


class Clock:
    """Stands still until it is moved; seconds since 1970."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Turn:
    session: Session
    messages: tuple[Message, ...] = ()
    effects: tuple[Any, ...] = ()
    notice: str = ""


def advance(session: Session, event: Any) -> Turn:
    """Counts turns and says them back; a few words do what a test needs."""
    if isinstance(event, Press):
        if event.data == "urgent":
            return Turn(session, (Message("call 112", flow="urgent"),))
        if event.data != str(session.turn):
            return Turn(session, notice="an old button")
    session = replace(session, turn=session.turn + 1)
    match event:
        case Text("erase"):
            return Turn(Session(), (Message("all is forgotten"),), (Erase(),))
        case Text("menu"):
            return Turn(session, (Message("bonjour"),), (Menu("fr"),))
        case Text("hotline"):
            return Turn(session, (Message("call 116 000", flow="hotline"),))
        case Text("draft"):
            session = replace(session, secrets={"draft": "words"})
        case Text("draft?"):
            return Turn(session, (Message(f"draft: {session.secrets.get('draft')}"),))
        case Text("twice"):
            return Turn(session, tuple(Message(f"{session.turn}{x}") for x in "ab"))
    said = event.text if isinstance(event, Text) else "pressed"
    return Turn(session, (Message(f"{session.turn}: {said}", flow="start"),))


class ChatApi:
    """Keeps what was said; ``answers`` holds refusals for the next calls of a method."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.texts: dict[int, list[str]] = defaultdict(list)
        self.answers: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.arrived = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()
        self._ids = itertools.count(1000)

    def of(self, method: str) -> list[dict[str, Any]]:
        return [params for name, params in self.calls if name == method]

    async def answer(self, request: web.Request) -> web.Response:
        method, params = request.match_info["method"], await request.json()
        self.arrived.set()
        await self.open.wait()
        if self.answers[method]:
            refusal = self.answers[method].pop(0)
            return web.json_response(refusal, status=refusal["error_code"])
        self.calls.append((method, params))
        if method != "sendMessage":
            return web.json_response({"ok": True, "result": True})
        self.texts[params["chat_id"]].append(params["text"])
        return web.json_response({"ok": True, "result": {"message_id": next(self._ids)}})


class Replica:
    """One process of the bot."""

    def __init__(
        self, url: str, sender: Any, clock: Callable[[], float], lease: float = LEASE
    ) -> None:
        self.pipeline = Pipeline(connect(url))
        self.store = ChatStore(self.pipeline, KEYRING, clock=clock)
        self.outbox = Outbox(self.store, sender, lease=lease)
        self.conversations = Conversations(
            self.store,
            self.outbox,
            advance=advance,
            new_session=lambda language: Session(locale=language or "en"),
            menu=lambda _chat_id, locale: [
                Call("setMyCommands", {"commands": [], "language_code": locale})
            ],
            stateless={"urgent", "hotline"},
            one_moment=lambda _language: "one moment",
            emergency=lambda _language: [Message("in danger: 112", flow="urgent")],
            home="https://t.me/bot",
        )
        self.handle = self.conversations.handle

    async def sweep(self) -> None:
        """One look at what is due, to its end."""
        await self.outbox.sweep()
        await self.outbox.idle()

    async def close(self) -> None:
        await self.outbox.idle()
        await self.pipeline.close()


class World:
    """Redis, a Bot API server, and replicas of the bot on them."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.redis = EmbeddedRedis(folder)
        self.api = ChatApi()
        self.sender: Any = None
        self._exit = AsyncExitStack()
        self._ids = itertools.count(1)

    async def __aenter__(self) -> World:
        await self._exit.enter_async_context(self.redis)
        app = web.Application()
        app.router.add_post("/{token}/{method}", self.api.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        self._exit.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        api = Api.at(f"http://127.0.0.1:{runner.addresses[0][1]}", "123:TOKEN")
        for request in (api.request, api._request[0]):
            await request.initialize()
            self._exit.push_async_callback(request.shutdown)
        self.sender = Sender(api, pause=0.01)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._exit.aclose()

    def replica(self, sender: Any = None, lease: float = LEASE) -> Replica:
        replica = Replica(self.redis.url, sender or self.sender, self.clock, lease)
        self._exit.push_async_callback(replica.close)
        return replica

    def update(self, event: Any, chat_id: int = CHAT, **more: Any) -> Incoming:
        """What Telegram would deliver; a string is a text."""
        event = Text(event) if isinstance(event, str) else event
        update_id = next(self._ids)
        return Incoming(
            **{"update_id": update_id, "message_id": update_id, **more},
            chat_id=chat_id,
            event=event,
        )
