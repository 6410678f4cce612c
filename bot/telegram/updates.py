"""What Telegram delivers, read into what the bot understands.

Only the fields that are needed are read (msgspec skips the rest), which costs a small part of
building python-telegram-bot's ``Update``. What a kind of update is read as:

======================================  ===========================================================
private message: text                   :class:`Incoming` with ``Text``, ``Command`` or ``Start``
private message: location, venue        :class:`Incoming` with ``Location``
private message: anything else sent     :class:`Incoming` with ``Media``, of which the kind is kept
private message: service message        :class:`Ignored`
private message: a card of this bot     :class:`Ignored`: the words are the bot's own
message in a group                      :class:`Redirect` for a command to this bot, else ignored
button under a message in private       :class:`Incoming` with ``Press``
button elsewhere                        :class:`Ignored`: the bot puts none there
``my_chat_member`` in private           :class:`Blocked` or :class:`Unblocked`
``inline_query``                        :class:`Inline`
any other kind                          :class:`Ignored`, for the reason in :data:`NOT_SERVED`
malformed                               :class:`Ignored`
======================================  ===========================================================
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import msgspec
from msgspec import Meta, Struct, field

from bot.conversation.events import Command, Event, Location, Media, Press, Start, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVED: Final = ("message", "callback_query", "my_chat_member", "inline_query")
"""The kinds of update to ask Telegram for (``allowed_updates``)."""

NOT_SERVED: Final = {
    "edited_message": "an answer counts as first given; Back corrects it; live locations move on",
    "channel_post": "the bot talks with people, not with channels",
    "edited_channel_post": "the bot talks with people, not with channels",
    "business_connection": "the bot does not speak in anybody's name",
    "business_message": "the bot does not speak in anybody's name",
    "edited_business_message": "the bot does not speak in anybody's name",
    "deleted_business_messages": "the bot does not speak in anybody's name",
    "guest_message": "the bot talks in private only",
    "message_reaction": "a thumb is no answer",
    "message_reaction_count": "a thumb is no answer",
    "chosen_inline_result": "who shares what with whom is nobody's business",
    "shipping_query": "the bot sells nothing",
    "pre_checkout_query": "the bot sells nothing",
    "purchased_paid_media": "the bot sells nothing",
    "poll": "the bot holds no polls",
    "poll_answer": "the bot holds no polls",
    "chat_member": "the bot manages no groups",
    "chat_join_request": "the bot manages no groups",
    "chat_boost": "the bot manages no groups",
    "removed_chat_boost": "the bot manages no groups",
    "managed_bot": "the bot manages no bots",
}


class Incoming(Struct, frozen=True):
    """A person did something in their private chat with the bot.

    ``user_language`` as Telegram has it (``pt-br``), perhaps empty. ``message_id`` is the message
    that was written, or the one under which a button was pressed; ``None`` when Telegram no longer
    lets that one be edited. ``callback_query_id`` must be answered. ``album`` is shared by the
    photos that were sent together.
    """

    update_id: int
    chat_id: int
    event: Event
    user_language: str = ""
    message_id: int | None = None
    callback_query_id: str | None = None
    album: str = ""


class Redirect(Struct, frozen=True):
    """Somebody called the bot in a group, where it only says: please write to me in private."""

    update_id: int
    chat_id: int
    user_language: str = ""


class Blocked(Struct, frozen=True):
    """A person blocked the bot: nothing more can be sent to them."""

    update_id: int
    chat_id: int


class Unblocked(Struct, frozen=True):
    """A person let the bot in again, or for the first time."""

    update_id: int
    chat_id: int


class Inline(Struct, frozen=True):
    """Somebody typed the bot's name in another chat, and perhaps more: the ``query``."""

    update_id: int
    inline_query_id: str
    user_language: str = ""
    query: str = ""


class Ignored(Struct, frozen=True):
    """Nothing to do, on purpose; ``update_id`` is ``None`` when not even that could be read."""

    update_id: int | None
    reason: str


Update: TypeAlias = Incoming | Redirect | Blocked | Unblocked | Inline | Ignored


_Id: TypeAlias = Annotated[int, Meta(ge=-(2**52), le=2**52)]
"""What identifies something: "at most 52 significant bits", as the Bot API says of a chat's."""


class _User(Struct):
    language_code: str = ""
    is_bot: bool = False
    username: str = ""


class _Chat(Struct):
    id: _Id
    type: str


class _Sent(Struct):
    """A message, with every kind of content that a person can send."""

    message_id: _Id
    chat: _Chat
    sender: _User = field(name="from", default_factory=_User)
    via_bot: _User | None = None
    text: str | None = None
    caption: str = ""
    location: Location | None = None
    media_group_id: str = ""
    rich_message: Any = None
    animation: Any = None
    audio: Any = None
    checklist: Any = None
    contact: Any = None
    dice: Any = None
    document: Any = None
    game: Any = None
    giveaway: Any = None
    invoice: Any = None
    live_photo: Any = None
    paid_media: Any = None
    photo: Any = None
    poll: Any = None
    sticker: Any = None
    story: Any = None
    video: Any = None
    video_note: Any = None
    voice: Any = None


class _Shown(Struct):
    """The message under a button; a ``date`` of 0 marks one that is no longer accessible."""

    message_id: _Id
    chat: _Chat
    date: int = 0


class _Pressed(Struct):
    id: str
    sender: _User = field(name="from", default_factory=_User)
    message: _Shown | None = None
    data: str = ""


class _Member(Struct):
    status: str


class _MemberChange(Struct):
    chat: _Chat
    new_chat_member: _Member


class _Query(Struct):
    id: str
    sender: _User = field(name="from", default_factory=_User)
    query: str = ""


class _Delivered(Struct):
    update_id: _Id
    message: _Sent | None = None
    callback_query: _Pressed | None = None
    my_chat_member: _MemberChange | None = None
    inline_query: _Query | None = None


# An animation also comes as a document; the others are alone.
_MEDIA: Final = (
    *("photo", "video", "animation", "live_photo", "document", "voice", "video_note", "audio"),
    *("sticker", "contact", "story", "paid_media", "poll", "checklist", "dice", "game"),
    *("giveaway", "invoice"),
)
_COMMAND: Final = re.compile(r"/(\w{1,64})(?:@(\w+))?(?:\s+(.*))?", re.ASCII | re.DOTALL)
_RICH: Final = ("text", "blocks", "items", "summary", "caption", "credit", "cells")
_RICH_DEPTH: Final = 20
_LONGEST_QUERY: Final = 256

_decode = msgspec.json.Decoder(_Delivered).decode
_decode_anything = msgspec.json.Decoder().decode


def read(update: bytes | dict[str, Any], *, username: str = "") -> Update:
    """Read one update, as JSON or decoded; never raises.

    ``username`` is the bot's own, by which it is called in groups.
    """
    try:
        delivered = (
            msgspec.convert(update, _Delivered) if isinstance(update, dict) else _decode(update)
        )
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _unreadable(update)
    if delivered.message is not None:
        return _message(delivered.update_id, delivered.message, username)
    if delivered.callback_query is not None:
        return _press(delivered.update_id, delivered.callback_query)
    if delivered.my_chat_member is not None:
        return _membership(delivered.update_id, delivered.my_chat_member)
    if (query := delivered.inline_query) is not None:
        text = query.query[:_LONGEST_QUERY]
        return Inline(delivered.update_id, query.id, query.sender.language_code, text)
    return _not_served(delivered.update_id, update)


def _message(update_id: int, message: _Sent, username: str) -> Update:
    if message.chat.type != "private":
        command = _COMMAND.fullmatch(message.text or "")
        if not command or not username or (command[2] or "").lower() != username.lower():
            return Ignored(update_id, "group")
        return Redirect(update_id, message.chat.id, message.sender.language_code)
    via = message.via_bot.username if message.via_bot else ""
    if message.sender.is_bot or (via and via.lower() == username.lower()):
        return Ignored(update_id, "written by a bot")
    event = _event(message)
    if event is None:
        return Ignored(update_id, "service message")
    return Incoming(
        update_id,
        message.chat.id,
        event,
        user_language=message.sender.language_code,
        message_id=message.message_id,
        album=message.media_group_id,
    )


def _event(message: _Sent) -> Event | None:
    if message.text is not None:
        return _written(message.text)
    if message.location is not None:
        return message.location
    if message.rich_message is not None:
        return Text(" ".join(_rich_words(message.rich_message, _RICH_DEPTH)))
    for kind in _MEDIA:
        if getattr(message, kind) is not None:
            return Media(kind, message.caption)
    return None


def _written(text: str) -> Event:
    command = _COMMAND.fullmatch(text) if text.startswith("/") else None
    if command is None:
        return Text(text)
    name, argument = command[1].lower(), (command[3] or "").strip()
    return Start(argument) if name == "start" else Command(name, argument)


def _rich_words(rich: object, depth: int) -> Iterator[str]:
    """The words of a rich message, whose parts nest; deeper ones than anybody writes are left."""
    if isinstance(rich, str):
        yield rich
    elif isinstance(rich, list) and depth:
        for part in rich:
            yield from _rich_words(part, depth - 1)
    elif isinstance(rich, dict) and depth:
        for key in _RICH:
            yield from _rich_words(rich.get(key), depth - 1)


def _press(update_id: int, press: _Pressed) -> Update:
    message = press.message
    if message is None or message.chat.type != "private":
        return Ignored(update_id, "button outside a private chat")
    return Incoming(
        update_id,
        message.chat.id,
        Press(press.data),
        user_language=press.sender.language_code,
        message_id=message.message_id if message.date else None,
        callback_query_id=press.id,
    )


def _membership(update_id: int, change: _MemberChange) -> Update:
    if change.chat.type != "private":
        return Ignored(update_id, "group membership")
    if change.new_chat_member.status == "kicked":
        return Blocked(update_id, change.chat.id)
    return Unblocked(update_id, change.chat.id)


def _not_served(update_id: int, update: bytes | dict[str, Any]) -> Ignored:
    try:
        fields = update if isinstance(update, dict) else _decode_anything(update)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # in what is skipped else
        return Ignored(update_id, "malformed")
    kind = next((name for name in fields if name != "update_id"), "empty")
    return Ignored(update_id, kind if kind in NOT_SERVED else "unknown kind")


def _unreadable(update: bytes | dict[str, Any]) -> Ignored:
    try:
        fields = update if isinstance(update, dict) else _decode_anything(update)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        fields = None
    update_id = fields.get("update_id") if isinstance(fields, dict) else None
    return Ignored(update_id if type(update_id) is int else None, "malformed")
