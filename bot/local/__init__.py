"""A local Bot API server with a chat page: the demo, the tests' counterpart and a preview."""

from bot.local.chats import Chat, ChatMessage
from bot.local.person import Person
from bot.local.server import LocalBotApi

__all__ = ["Chat", "ChatMessage", "LocalBotApi", "Person"]
