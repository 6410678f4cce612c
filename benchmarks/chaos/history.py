"""The history of a run: what was done, said and broken, a JSON document a line.

It is written while things happen and read afterwards by :mod:`benchmarks.chaos.checker`, which
knows nothing else of the run. Times are Unix seconds by the clock of the recorder.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import Struct

from bot.local import LocalBotApi
from bot.local.chats import ChatMessage

STOOD_STILL: Final = "machine stood still"
"""The outage of which nobody is the cause: too little time for the recorder, and so for all."""


class Asked(Struct, tag="asked"):
    """Somebody did something: an update as the bot is to get it.

    ``names`` is what an answer must name, whatever else it says; empty: it must be just what the
    conversation demands.
    """

    at: float
    chat: int
    update: dict[str, Any]
    names: str = ""


class Got(Struct, tag="got"):
    """A message from the bot was taken by Telegram, or changed (``edited``)."""

    at: float
    chat: int
    message: int
    text: str
    edited: bool = False


class Unheard(Struct, tag="unheard"):
    """A message that was taken while the bot got no proper answer: it may be sent again."""

    chat: int
    message: int


class Killed(Struct, tag="killed"):
    """A process of the bot died by SIGKILL."""

    at: float
    who: str


class Outage(Struct, tag="outage"):
    """Something was broken from ``at`` until ``until``; ``what`` in a few words."""

    at: float
    until: float
    what: str


class Kept(Struct, tag="kept"):
    """What Redis holds of a chat at the end; ``effects`` are still to be delivered."""

    chat: int
    turn: int
    place: str
    locale: str
    answers: dict[str, str | list[str]]
    effects: int
    erased: bool


class Reported(Struct, tag="reported"):
    """A witness pressed "send it now"; ``words`` are theirs alone, ``told`` whether they learned
    that it arrived.
    """

    chat: int
    words: str
    told: bool


class Arrived(Struct, tag="arrived"):
    """A report that the partner has kept."""

    words: str


class Due(Struct, tag="due"):
    """A subscriber who is to get a message of a campaign; ``unknown`` when the bot lists it as one
    of which nobody can say whether it arrived.
    """

    chat: int
    unknown: bool


class Left(Struct, tag="left"):
    """The end: updates that nobody has taken, and the last trouble that Telegram had with the
    webhook (empty: none).
    """

    waiting: int
    trouble: str = ""


class Timed(Struct, tag="timed"):
    """How long a person waited for an answer (seconds), and in which part of the run they asked."""

    seconds: float
    part: str = ""


Entry: TypeAlias = (
    Asked | Got | Unheard | Killed | Outage | Kept | Reported | Arrived | Due | Left | Timed
)


class Recorder:
    """Writes a history; hears by itself of all that the bot says in any chat of ``telegram``."""

    def __init__(self, path: Path, telegram: LocalBotApi) -> None:
        self._file = path.open("wb")
        self._telegram = telegram
        self._seen: set[int] = set()
        self.newest = 0.0
        """When the bot said something for the last time."""
        telegram.messenger.on_change = self._heard

    def note(self, entry: Entry) -> None:
        """Add an entry."""
        self._file.write(msgspec.json.encode(entry) + b"\n")

    def asked(self, update: dict[str, Any], chat: int, names: str = "") -> None:
        """Note what somebody did."""
        self.note(Asked(time.time(), chat, update, names))

    def close(self) -> None:
        """Note what Telegram knows at the end, and finish."""
        for chat, message in sorted(self._telegram.unheard):
            self.note(Unheard(chat, message))
        self._file.close()

    def _heard(self, message: ChatMessage) -> None:
        if not message.by_bot or message.deleted:
            return
        self.newest = time.time()
        edited = message.message_id in self._seen
        self._seen.add(message.message_id)
        self.note(Got(self.newest, message.chat_id, message.message_id, message.text, edited))


def read(path: Path) -> Iterator[Entry]:
    """The entries of a history. Raises :class:`msgspec.DecodeError` when it is damaged."""
    decoder = msgspec.json.Decoder(Entry)
    with path.open("rb") as lines:
        yield from map(decoder.decode, lines)
