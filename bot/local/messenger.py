"""The messenger itself: what the bot and the people do to the chats, and what each hears of it."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, structs

from bot.local.autolink import with_found_entities
from bot.local.chats import Chat, ChatMessage, as_telegram
from bot.local.errors import bad_request, blocked
from bot.local.files import Files
from bot.local.profile import load_profile
from bot.local.updates import PRESS_LIFETIME, Update, UpdateQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.local.inline import InlineAnswer, InlineResult
    from bot.local.keyboards import Markup
    from bot.local.markup import Entity
    from bot.local.storage import Storage

BOT = {
    "id": 1_000_000_001,
    "is_bot": True,
    "first_name": "Don't look away",
    "username": "dont_look_away_bot",
}
DELETABLE_FOR = 48 * 3600  # seconds


class Answer(Struct):
    """What the bot answered to the press of a button."""

    query_id: str
    text: str = ""
    show_alert: bool = False
    url: str = ""


class Signal(Struct):
    """Something that a page or a waiting test wants to know at once."""

    kind: str  # message, action, answer, inline or profile
    message: ChatMessage | None = None
    action: str = ""
    answer: Answer | None = None
    inline: InlineAnswer | None = None


class _Query(Struct):
    chat_id: int
    date: float


class Messenger:
    """All chats of one bot. ``clock`` gives Unix seconds."""

    def __init__(self, storage: Storage, clock: Callable[[], float]) -> None:
        self.storage = storage
        self.clock = clock
        self.bot = dict(BOT)
        self.profile = load_profile(storage)
        self.updates = UpdateQueue(storage, clock)
        self.files = Files(storage)
        epoch = storage.get("counter", "epoch")
        self.epoch = msgspec.json.decode(epoch, type=str) if epoch else secrets.token_hex(6)
        storage.put("counter", "epoch", self.epoch)
        chats = [msgspec.json.decode(raw, type=Chat) for raw in storage.all("chat")]
        self.chats = {chat.id: chat for chat in chats}
        stored = [msgspec.json.decode(raw, type=ChatMessage) for raw in storage.all("message")]
        for message in sorted(stored, key=lambda message: message.message_id):
            self.chats[message.chat_id].messages[message.message_id] = message
        self.files.note_shown(stored)
        self._last_message_id = max((message.message_id for message in stored), default=0)
        self._queries: dict[str, _Query] = {}
        self._inline_queries: dict[str, _Query] = {}
        self._listeners: dict[int, set[asyncio.Queue[Signal]]] = {}
        self.on_change: Callable[[ChatMessage], None] | None = None
        """Hears of every message that is new, or was changed or deleted, at that very moment."""

    # Chats

    def chat(self, chat_id: int) -> Chat:
        """Raises "chat not found" (400), or 403 when the person has blocked the bot."""
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        if chat.blocked:
            raise blocked()
        return chat

    def open(self, chat: Chat) -> Chat:
        """Add a chat, or give back the one with the same id."""
        if chat.id not in self.chats:
            chat.key = chat.key or secrets.token_urlsafe(16)
            self.chats[chat.id] = chat
            self.save(chat)
        return self.chats[chat.id]

    def save(self, chat: Chat) -> None:
        """Write a chat down, without its messages."""
        self.storage.put("chat", chat.id, structs.replace(chat, messages={}))

    def save_profile(self) -> None:
        """Write the bot's profile down and show it."""
        self.storage.put("profile", "bot", self.profile)
        for chat_id in list(self._listeners):
            self.signal(chat_id, Signal("profile"))

    def subscribe(self, chat_id: int) -> asyncio.Queue[Signal]:
        """Every signal of a chat from now on, for as long as the server lives."""
        queue: asyncio.Queue[Signal] = asyncio.Queue()
        self._listeners.setdefault(chat_id, set()).add(queue)
        return queue

    @contextmanager
    def listen(self, chat_id: int) -> Iterator[asyncio.Queue[Signal]]:
        """Every signal of a chat while the context lasts."""
        queue = self.subscribe(chat_id)
        try:
            yield queue
        finally:
            self._listeners[chat_id].discard(queue)

    def signal(self, chat_id: int, signal: Signal) -> None:
        """Tell everyone who listens to a chat."""
        for queue in self._listeners.get(chat_id, ()):
            queue.put_nowait(signal)

    def _changed(self, chat: Chat, message: ChatMessage) -> None:
        chat.revision += 1
        message.revision = chat.revision
        self.storage.put("message", message.message_id, message)
        self.save(chat)
        if self.on_change:
            self.on_change(message)
        self.signal(chat.id, Signal("message", message=message))

    def _add(self, chat: Chat, by_bot: bool, text: str, **fields: Any) -> ChatMessage:
        self._last_message_id += 1
        message = ChatMessage(
            chat_id=chat.id,
            message_id=self._last_message_id,
            date=int(self.clock()),
            by_bot=by_bot,
            revision=0,
            text=text,
            **fields,
        )
        chat.messages[message.message_id] = message
        self._changed(chat, message)
        return message

    # What the bot does

    def render(self, message: ChatMessage) -> dict[str, Any]:
        """The Bot API's Message object."""
        return as_telegram(message, self.chats[message.chat_id], self.bot)

    def bot_sends(
        self,
        chat: Chat,
        text: str,
        entities: list[Entity],
        markup: Markup | None,
        content: dict[str, Any] | None = None,
    ) -> ChatMessage:
        """A new message from the bot; a reply keyboard in it stays with the chat."""
        if markup and "keyboard" in markup:
            chat.keyboard = markup
        elif markup and ("remove_keyboard" in markup or "force_reply" in markup):
            chat.keyboard = None
        sent = self._add(
            chat, True, text, entities=entities, reply_markup=markup, content=content or {}
        )
        self.files.note_shown((sent,))
        return sent

    def bot_edits(
        self,
        message: ChatMessage,
        markup: Markup | None,
        content: tuple[str, list[Entity]] | None = None,
    ) -> ChatMessage:
        """Change text and buttons, or the buttons alone."""
        if not message.by_bot or (message.reply_markup and not message.inline_keyboard):
            raise bad_request("message can't be edited")
        text, entities = content or (message.text, message.entities)
        if (text, entities, markup) == (message.text, message.entities, message.reply_markup):
            raise bad_request(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        message.text, message.entities, message.reply_markup = text, entities, markup
        message.edit_date = int(self.clock())
        self._changed(self.chats[message.chat_id], message)
        return message

    def bot_deletes(self, messages: list[ChatMessage]) -> None:
        """Delete for both sides: words and all; only the fact stays, for pages to catch up."""
        if any(self.clock() - message.date > DELETABLE_FOR for message in messages):
            raise bad_request("message can't be deleted for everyone")
        for message in messages:
            message.deleted = True
            self.files.remove_of(message)
            message.text, message.entities = "", []
            message.reply_markup, message.content = None, {}
            self._changed(self.chats[message.chat_id], message)

    def bot_answers(self, answer: Answer) -> None:
        """The answer to a press. Raises 400 when nobody waits for it any more."""
        chat_id = self._waiting(self._queries, answer.query_id)
        self.signal(chat_id, Signal("answer", answer=answer))

    def bot_lists(self, answer: InlineAnswer) -> None:
        """The answer to an inline query. Raises 400 like :meth:`bot_answers`."""
        chat_id = self._waiting(self._inline_queries, answer.query_id)
        self.signal(chat_id, Signal("inline", inline=answer))

    def _waiting(self, queries: dict[str, _Query], query_id: str) -> int:
        query = queries.get(query_id)
        if query is None or self.clock() - query.date > PRESS_LIFETIME:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        return query.chat_id

    # What a person does

    def person_sends(
        self,
        chat: Chat,
        text: str = "",
        content: dict[str, Any] | None = None,
        sender: dict[str, Any] | None = None,
    ) -> Update:
        """A text, or media with an optional caption. Gives back the update."""
        message = self._add(
            chat, False, text, entities=with_found_entities(text, []), content=content or {}
        )
        kind = "channel_post" if chat.type == "channel" else "message"
        rendered = as_telegram(message, chat, self.bot, sender)
        return self.updates.add({kind: rendered}, f"chat:{chat.id}")

    def person_edits(self, message: ChatMessage, text: str) -> Update:
        """Other words in an old message of the person's."""
        chat = self.chats[message.chat_id]
        message.text, message.entities = text, with_found_entities(text, [])
        message.edit_date = int(self.clock())
        self._changed(chat, message)
        return self.updates.add({"edited_message": self.render(message)}, f"chat:{chat.id}")

    def person_presses(self, chat: Chat, message: ChatMessage, data: str) -> Update:
        """A button under a message. Presses wait in a queue of the person's own."""
        query = {
            "id": self._new_query(self._queries, chat),
            "from": chat.user,
            "message": self.render(message),
            "chat_instance": str(chat.id),
            "data": data,
        }
        return self.updates.add({"callback_query": query}, f"press:{chat.user['id']}")

    def person_asks(self, chat: Chat, text: str) -> Update:
        """The bot's name and a text, typed in some chat; ``chat`` is the person's with the bot."""
        query = {
            "id": self._new_query(self._inline_queries, chat),
            "from": chat.user,
            "query": text,
            "offset": "",
        }
        return self.updates.add({"inline_query": query}, f"inline:{chat.user['id']}")

    def person_chooses(self, chat: Chat, result: InlineResult, user: dict[str, Any]) -> ChatMessage:
        """A result becomes a message of the person in ``chat``, sent through the bot."""
        message = self._add(
            chat,
            False,
            result.text,
            entities=result.entities,
            reply_markup=result.reply_markup,
            via_bot=True,
        )
        kind = "channel_post" if chat.type == "channel" else "message"
        rendered = as_telegram(message, chat, self.bot, user)
        self.updates.add({kind: rendered}, f"chat:{chat.id}")
        return message

    def _new_query(self, queries: dict[str, _Query], chat: Chat) -> str:
        now = self.clock()
        for query_id in [key for key, old in queries.items() if now - old.date >= PRESS_LIFETIME]:
            del queries[query_id]
        query_id = str(secrets.randbits(62))
        queries[query_id] = _Query(chat.id, now)
        return query_id

    def person_blocks(self, chat: Chat, blocks: bool) -> Update:
        """Block the bot, or let it speak again."""
        old, new = ("member", "kicked") if blocks else ("kicked", "member")
        chat.blocked = blocks
        self.save(chat)
        self.signal(chat.id, Signal("profile"))

        def member(status: str) -> dict[str, Any]:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": self.bot, "status": status, **until}

        change = {
            "chat": chat.as_telegram(),
            "from": chat.user,
            "date": int(self.clock()),
            "old_chat_member": member(old),
            "new_chat_member": member(new),
        }
        return self.updates.add({"my_chat_member": change}, f"chat:{chat.id}")
