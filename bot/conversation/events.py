"""What can happen in a chat, free of any messenger's types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from bot.conversation.session import SlotValue


class Text(Struct, frozen=True):
    """Something typed (or a key of a reply keyboard, which arrives as its text)."""

    text: str


class Press(Struct, frozen=True):
    """A button under a message was pressed; ``data`` is what that button carried."""

    data: str


class Location(Struct, frozen=True):
    """A position was shared, in degrees (WGS 84)."""

    latitude: float
    longitude: float


class Start(Struct, frozen=True):
    """The chat was opened, perhaps by a deep link that carries a payload."""

    payload: str = ""


class Command(Struct, frozen=True):
    """A slash command, its name without the slash and in lower case."""

    name: str
    argument: str = ""


class Media(Struct, frozen=True):
    """A photo, video, voice message, file, contact…: never downloaded, only its kind is known."""

    kind: str
    caption: str = ""


class Push(Struct, frozen=True):
    """The bot speaks first: node ``target``, filled in with ``values``.

    It leads nobody away from where they are: what is open stays open.
    """

    target: str
    values: Mapping[str, SlotValue] = {}


Event: TypeAlias = Text | Press | Location | Start | Command | Media | Push
