"""What a turn wants done besides messages; the application carries it out."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct


class Erase(Struct, frozen=True, tag="erase"):
    """Forget this chat: its record, and the messages that can still be deleted."""


class Menu(Struct, frozen=True, tag="menu"):
    """Show the command menu of this chat in another language."""

    locale: str


Effect: TypeAlias = Erase | Menu
