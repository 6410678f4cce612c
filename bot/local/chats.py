"""A chat and its messages, as both sides see them."""

from typing import Any

from msgspec import Struct, field

from bot.local.keyboards import Markup
from bot.local.markup import Entity


class ChatMessage(Struct):
    """One bubble.

    ``content`` holds Telegram's further fields (photo, location…); with media, ``text`` is the
    caption. ``via_bot`` marks a person's message that the bot wrote, for an inline query.
    ``revision`` grows with every change in the chat, so a page that knows the last revision it has
    seen can ask for exactly what it missed. A deleted message keeps its place, its words are gone.
    """

    chat_id: int
    message_id: int
    date: int
    by_bot: bool
    revision: int
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    reply_markup: Markup | None = None
    content: dict[str, Any] = field(default_factory=dict)
    edit_date: int | None = None
    deleted: bool = False
    via_bot: bool = False

    @property
    def inline_keyboard(self) -> list[list[dict[str, Any]]]:
        """The rows of buttons under the message."""
        return (self.reply_markup or {}).get("inline_keyboard") or []


class Chat(Struct):
    """A private chat, group or channel. ``key`` is the secret under which a page opens it."""

    id: int
    type: str = "private"
    title: str = ""
    user: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    blocked: bool = False
    revision: int = 0
    keyboard: Markup | None = None
    messages: dict[int, ChatMessage] = field(default_factory=dict)

    @property
    def visible(self) -> list[ChatMessage]:
        """The messages that are not deleted, oldest first."""
        return [message for message in self.messages.values() if not message.deleted]

    @property
    def texts(self) -> list[str]:
        """The words of the visible messages, oldest first."""
        return [message.text for message in self.visible]

    @property
    def last(self) -> ChatMessage:
        """The newest visible message. Raises IndexError in an empty chat."""
        return self.visible[-1]

    def as_telegram(self) -> dict[str, Any]:
        """The Bot API's Chat object."""
        if self.type != "private":
            return {"id": self.id, "type": self.type, "title": self.title}
        names = ("first_name", "last_name", "username")
        return {
            "id": self.id,
            "type": self.type,
            **{name: self.user[name] for name in names if self.user.get(name)},
        }


def as_telegram(
    message: ChatMessage, chat: Chat, bot: dict[str, Any], sender: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The Bot API's Message object. ``sender`` is the person, where it is not the chat's own."""
    result: dict[str, Any] = {
        "message_id": message.message_id,
        "date": message.date,
        "chat": chat.as_telegram(),
    }
    if chat.type != "channel":
        result["from"] = bot if message.by_bot else (sender or chat.user)
    result |= message.content
    words = "caption" if message.content else "text"
    if message.text:
        result[words] = message.text
    if message.entities:
        result["caption_entities" if message.content else "entities"] = message.entities
    if message.via_bot:
        result["via_bot"] = bot
    if message.edit_date:
        result["edit_date"] = message.edit_date
    if message.inline_keyboard:
        result["reply_markup"] = message.reply_markup
    return result
