"""What the bot says, free of any messenger's types."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

ButtonKind: TypeAlias = Literal["press", "url", "copy", "location", "share"]


class Button(Struct, frozen=True):
    """One button.

    ``value`` is, by kind: *press* what comes back in :class:`~bot.conversation.events.Press`
    (at most 64 bytes); *url* the address; *copy* the text for the clipboard; *share* the text to
    pass on; *location* nothing. ``start`` is where the link leads that a *share* button passes on
    (a start payload; empty: to the welcome).
    """

    label: str
    kind: ButtonKind = "press"
    value: str = ""
    start: str = ""


Rows: TypeAlias = tuple[tuple[Button, ...], ...]


class Document(Struct, frozen=True):
    """A file: ``name`` as people see it, ``media_type`` such as ``application/pdf``."""

    name: str
    media_type: str
    content: bytes


class Message(Struct, frozen=True):
    """One message: text in Telegram's HTML subset, buttons in rows.

    ``keys`` says where the buttons stand: under the message (*inline*), or in place of the
    person's keyboard (*reply*, the only place from which Telegram lets a location be shared).
    A reply keyboard stays until another one takes its place. ``instead`` asks to put the message
    in place of the one whose button was pressed, where the messenger can. With a ``document`` the
    text is what stands below it.
    """

    text: str
    rows: Rows = ()
    keys: Literal["inline", "reply"] = "inline"
    instead: bool = False
    flow: str = ""
    node: str = ""
    document: Document | None = None

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons in reading order."""
        return tuple(button for row in self.rows for button in row)
