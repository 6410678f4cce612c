"""What the engine may ask about the world: the clock, places, words, actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Protocol, TypeAlias

from msgspec import Struct

from bot.conversation.effects import Effect
from bot.conversation.messages import Message
from bot.conversation.session import SlotValue


class Place(Protocol):
    """A country, or a place in it."""

    @property
    def country(self) -> str:
        """ISO 3166-1 alpha-2."""
        ...

    @property
    def name(self) -> str:
        """As shown to the person."""
        ...


class Found(Protocol):
    """What a text or a point means; *ambiguous* has ``candidates`` of several countries."""

    @property
    def status(self) -> str:
        """``found``, ``ambiguous`` or ``unknown``."""
        ...

    @property
    def place(self) -> Place | None: ...
    @property
    def candidates(self) -> Sequence[Place]: ...


class World(Protocol):
    """Everything outside the conversation that a turn may look at. All of it is read-only."""

    @property
    def now(self) -> datetime:
        """The time, aware of its zone."""
        ...

    @property
    def languages(self) -> Sequence[str]:
        """Locales the bot speaks, English first."""
        ...

    @property
    def actions(self) -> Mapping[str, Action]:
        """What a ``do`` node can name."""
        ...

    def new_report_id(self) -> str:
        """A new one at every call: a reference that people can read out, and what is secret."""
        ...

    def find_place(self, text: str, locale: str) -> Found: ...
    def place_at(self, latitude: float, longitude: float, locale: str) -> Found: ...
    def country_name(self, code: str, locale: str) -> str: ...
    def zone_of(self, country: str, place: str) -> tzinfo | None:
        """The clock of a place in a country; None when it is not known, or one of several."""
        ...

    def translate(self, locale: str, context: str, text: str) -> str: ...


class Told(Struct, frozen=True):
    """One answer as a person reads it: ``slot``, what it is called, what was answered."""

    slot: str
    label: str
    answer: str


class Request(Struct, frozen=True):
    """What an action is given.

    ``arguments`` are the node's ``with``, slots already looked up (None when unset). ``told`` gives
    all that was answered in this flow and has a label, in any language; nothing of it is escaped.
    """

    locale: str
    arguments: Mapping[str, SlotValue | None]
    world: World
    told: Callable[[str], Sequence[Told]]

    def country(self, name: str) -> str | None:
        """The country code in an argument that holds a place or a country."""
        value = self.arguments.get(name)
        return value[0] if isinstance(value, list) else value


class Result(Struct, frozen=True):
    """What an action gives back: things to say, answers to keep (None: to forget), effects, a new
    language.
    """

    messages: tuple[Message, ...] = ()
    slots: Mapping[str, SlotValue | None] = {}
    effects: tuple[Effect, ...] = ()
    locale: str = ""


Action: TypeAlias = Callable[[Request], Result]
