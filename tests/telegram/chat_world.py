"""Bots that share one Redis and one Bot API server, with a small engine inside."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace
from redis_cluster import EXECUTABLE

from bot.conversation.effects import Effect, Erase, FollowUp, Menu, Unsubscribe
from bot.conversation.engine import Turn
from bot.conversation.events import Press, Text
from bot.conversation.messages import Document, Message
from bot.conversation.session import Session
from bot.local import LocalBotApi
from bot.local.media import media
from bot.store.chats import ChatStore
from bot.store.connect import connect
from bot.store.embedded import EmbeddedRedis
from bot.store.errors import StoreUnavailable
from bot.store.keyring import Keyring
from bot.store.pipeline import Pipeline
from bot.store.subscribers import Subscribers
from bot.telegram.api import Api
from bot.telegram.calls import Call
from bot.telegram.conversations import Conversations
from bot.telegram.outbox import LEASE, Outbox
from bot.telegram.sender import Sender
from bot.telegram.updates import Incoming, read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from bot.local import Chat
    from bot.telegram.sender import Outcome

KEYRING = Keyring([b"k" * 32])
CHAT = 4711
FILE = Document("report.pdf", "application/pdf", b"room 412 " + bytes(range(256)) * 240)


class Clock:
    """Stands still until it is moved; seconds since 1970."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


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
            menu = Message("anything else?", flow="start")
            return Turn(session, (Message("call 116 000", flow="hotline"), menu))
        case Text("report"):
            question = Message("where?", flow="report")
            return Turn(session, (Message("in danger? 112", flow="urgent"), question))
        case Text("draft"):
            session = replace(session, secrets={"draft": "words"})
        case Text("draft?"):
            return Turn(session, (Message(f"draft: {session.secrets.get('draft')}"),))
        case Text("errand" | "stop" as word):
            effect = FollowUp("K7M", "{}") if word == "errand" else Unsubscribe()
            return Turn(session, (Message("sent"),), (effect,))
        case Text("file"):
            return Turn(session, (Message("yours", document=FILE),))
        case Text("twice"):
            return Turn(session, tuple(Message(f"{session.turn}{x}") for x in "ab"))
    said = event.text if isinstance(event, Text) else "pressed"
    return Turn(session, (Message(f"{session.turn}: {said}", flow="start"),))


class Outgoing:
    """The real sender; notes every call, and holds them back while ``open`` is not set."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self.calls: list[Call] = []
        self.arrived = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    def of(self, method: str) -> list[dict[str, Any]]:
        return [call.params for call in self.calls if call.method == method]

    async def send(self, call: Call) -> Outcome:
        self.arrived.set()
        await self.open.wait()
        self.calls.append(call)
        return await self._sender.send(call)


def carry_out(_chat_id: int, _locale: str, effect: Effect) -> list[Call]:
    """A menu for Telegram, and an errand called *note*."""
    if isinstance(effect, Menu):
        description = {"command": "tips", "description": effect.locale}
        return [Call("setMyCommands", {"commands": [description]})]
    if isinstance(effect, FollowUp):
        return [Call("note", {"report": effect.report})]
    if isinstance(effect, Unsubscribe):
        return [Call("note", {"report": "ended"})]
    return []


class Replica:
    """One process of the bot."""

    def __init__(
        self,
        url: str,
        sender: Any,
        clock: Callable[[], float],
        lease: float = LEASE,
        grace: float = 0.0,
    ) -> None:
        self.pipeline = Pipeline(connect(url))
        self.store = ChatStore(self.pipeline, KEYRING, clock=clock)
        self.subscribers = Subscribers(self.pipeline, clock=clock)
        self.noted: list[str] = []
        self.turns: list[int] = []
        errands = {"note": self._note}
        self.outbox = Outbox(self.store, sender, errands=errands, lease=lease)
        self.conversations = Conversations(
            self.store,
            self.outbox,
            self.subscribers,
            advance=advance,
            new_session=lambda language: Session(locale=language or "en"),
            carry_out=carry_out,
            stateless={"urgent", "hotline"},
            one_moment=lambda _language: "one moment",
            emergency=lambda _language: [Message("in danger: 112", flow="urgent")],
            home="https://t.me/bot",
            noted=lambda _incoming, _before, turn: self.turns.append(turn.session.turn),
            grace=grace,
        )

    async def _note(self, _chat_id: int, errand: Mapping[str, Any]) -> None:
        self.noted.append(errand["report"])

    async def handle(self, incoming: Incoming) -> None:
        """Answer an update, as a process that lives does."""
        with contextlib.suppress(StoreUnavailable):
            await self.store.report_alive(self.outbox._me)
        await self.conversations.handle(incoming)

    async def sweep(self) -> None:
        """One look at what is due, to its end."""
        await self.outbox.sweep()
        await self.outbox.idle()

    async def close(self) -> None:
        await self.outbox.idle()
        await self.pipeline.close()


class World:
    """Redis, a local Bot API server, and replicas of the bot on them."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.redis = EmbeddedRedis(folder, EXECUTABLE)
        self.api = LocalBotApi(clock=self.clock)
        self.outgoing: Any = None
        self._exit = AsyncExitStack()

    async def __aenter__(self) -> World:
        await self._exit.enter_async_context(self.redis)
        await self._exit.enter_async_context(self.api)
        api = Api.at(self.api.url, "123:TOKEN")
        for request in (api.request, api._request[0]):
            await request.initialize()
            self._exit.push_async_callback(request.shutdown)
        self.outgoing = Outgoing(Sender(api, pause=0.01))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._exit.aclose()

    def replica(self, sender: Any = None, lease: float = LEASE, grace: float = 0.0) -> Replica:
        replica = Replica(self.redis.url, sender or self.outgoing, self.clock, lease, grace)
        self._exit.push_async_callback(replica.close)
        return replica

    def chat(self, chat_id: int = CHAT) -> Chat:
        return self.api.person(chat_id).chat

    def said(self, chat_id: int = CHAT) -> list[str]:
        """What the bot said and did not delete."""
        return [message.text for message in self.chat(chat_id).visible if message.by_bot]

    def update(self, event: Any, chat_id: int = CHAT) -> Incoming:
        """A person writes a text, or presses what is under the last message."""
        messenger, chat = self.api.messenger, self.chat(chat_id)
        if isinstance(event, Press):
            return self._delivered(messenger.person_presses(chat, chat.last, event.data))
        return self._delivered(messenger.person_sends(chat, event))

    def photo(self, album: str, caption: str = "") -> Incoming:
        """A person sends a photo, one of several."""
        content = {**media("photo"), "media_group_id": album, "caption": caption}
        return self._delivered(self.api.messenger.person_sends(self.chat(), content=content))

    def _delivered(self, update: Any) -> Incoming:
        incoming = read(msgspec.json.encode(update))
        assert isinstance(incoming, Incoming)
        return incoming

    def flood(self, seconds: int) -> None:
        """Telegram refuses the next message and says when to come back."""
        self.api.fail("sendMessage", 429, "Too Many Requests", retry_after=seconds)
