"""Small flows, a small honest world, and a person who talks with the engine in it."""

# ruff: noqa: ARG002 - the small world takes what the engine gives, and needs little of it

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.conversation.effects import Erase, Menu
from bot.conversation.engine import Turn, advance
from bot.conversation.events import Event, Press, Text
from bot.conversation.flows import FlowSet, load
from bot.conversation.messages import Button, Message
from bot.conversation.session import Session
from bot.conversation.world import Request, Result

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

COMMON = """
emergency: urgent
menu: start/menu
place: hotline
media: help/media
here: here
commands: {emergency: urgent}
links: {to: {goto: hotline}, at: {goto: trial/two, save: here_note}}
buttons:
  emergency: 🆘 Emergency
  back: ◀ Back
  menu: ☰ Menu
  location: 📍 Location
  "yes": "Yes"
  "no": "No"
  today: Today
  yesterday: Yesterday
  done: Done
texts:
  hello: HELLO
  stale: STALE
  moved: MOVED
  expired: EXPIRED
  unclear: 'UNCLEAR "{answer}"'
  lost: LOST
  which: WHICH
  got: GOT {place}
  choose: CHOOSE
"""
TRIGGERS = """
triggers:
  danger: {goto: urgent, wins: true, phrases: {en: [danger]}, unless: {en: [no danger]}}
  wish: {goto: hotline, phrases: {en: [who can i call]}}
"""
FLOWS = {
    "start": """
flow: start
start: greet
nodes:
  greet: {say: Welcome, goto: menu}
  menu:
    say: Menu?
    choices:
      - {label: 📞 Call, goto: hotline}
      - {label: 🧪 Try, goto: trial}
""",
    "urgent": """
flow: urgent
start: known
slots: {here: {type: place, keep: chat}}
nodes:
  known: {branch: [{when: {here: set}, goto: numbers}, {goto: where}]}
  where: {say: Where are you?, ask: place, save: here, goto: numbers}
  numbers: {say: "Call in {here}", goto: safe}
  safe: {say: Be safe, choices: [{label: Elsewhere, goto: where}]}
""",
    "hotline": """
flow: hotline
start: where
slots: {here: {type: place, keep: chat}}
nodes:
  where: {say: Where?, ask: place, save: here, goto: contacts}
  contacts: {say: "Contacts of {here}", goto: more}
  more: {say: More?, choices: [{label: Other, goto: where}]}
""",
    "help": "{flow: help, start: media, nodes: {media: {say: No pictures please, end: true}}}",
    "trial": """
flow: trial
start: one
slots: {here_note: {type: text, given: true}}
nodes:
  one: {say: One?, choices: [{label: To two, goto: two}]}
  two: {say: Two?, choices: [{label: To three, goto: three}]}
  three: {say: Three?, choices: [{label: The end, goto: bye}]}
  bye: {say: Bye, end: true}
""",
}
NAMES = {"KE": "Kenya", "TH": "Thailand", "GE": "Georgia", "US": "United States", "FR": "France"}


class Place(Struct, frozen=True):
    country: str
    name: str


class Found(Struct, frozen=True):
    status: str
    place: Place | None = None
    candidates: tuple[Place, ...] = ()


def found(code: str, name: str = "") -> Found:
    return Found("found", Place(code, name or NAMES[code]))


PLACES = {
    **{name.lower(): found(code) for code, name in NAMES.items()},
    **{code.lower(): found(code) for code in NAMES},
    "<i>pattaya & co</i>": found("TH", "<i>Pattaya & co</i>"),
    "georgia": Found("ambiguous", None, (Place("GE", "Georgia"), Place("US", "Georgia"))),
}
FRENCH = {
    "🆘 Emergency": "🆘 Urgence",
    "☰ Menu": "☰ Menu",
    "Menu?": "Que faire ?",
    "Yes": "Oui",
    "HELLO": "BONJOUR",
}


def set_language(request: Request) -> Result:
    language = str(request.arguments["language"])
    return Result(effects=(Menu(language),), locale=language)


def note(request: Request) -> Result:
    said = ", ".join(f"{name}={value}" for name, value in sorted(request.arguments.items()))
    return Result((Message(f"NOTED {said}"),), {"noted": "yes"})


def erase(request: Request) -> Result:
    return Result(effects=(Erase(),))


class SmallWorld:
    """Five countries, two languages, three actions, and a clock that is set by hand."""

    languages = ("en", "fr")
    actions = {"set_language": set_language, "note": note, "erase": erase}  # noqa: RUF012

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 12, tzinfo=UTC)

    def find_place(self, text: str, locale: str) -> Found:
        said = text.casefold()
        if said in PLACES:
            return PLACES[said]
        return next(
            (PLACES[w] for w in said.split() if w in PLACES and len(w) > 2), Found("unknown")
        )

    def place_at(self, latitude: float, longitude: float, locale: str) -> Found:
        return found("KE", "Mombasa") if latitude < 0 else Found("unknown")

    def country_name(self, code: str, locale: str) -> str:
        return NAMES.get(code, code)

    def zone_of(self, country: str, place: str) -> tzinfo | None:
        return ZoneInfo("Africa/Nairobi") if country == "KE" else None

    def translate(self, locale: str, context: str, text: str) -> str:
        return FRENCH.get(text, text) if locale == "fr" else text


def flows(folder: Path, changed: Mapping[str, str] | None = None, *without: str) -> FlowSet:
    """The small flows, some of them changed, added or left out."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"common": COMMON, "triggers": TRIGGERS, **FLOWS, **(changed or {})}
    for path in folder.glob("*.yaml"):
        path.unlink()
    for name, text in files.items():
        if name not in without:
            (folder / f"{name}.yaml").write_text(text, "utf-8")
    return load(folder)


class Person:
    """Somebody who talks with the bot; ten seconds pass before each thing they do."""

    def __init__(self, flow_set: FlowSet, session: Session | None = None) -> None:
        self.flows = flow_set
        self.world = SmallWorld()
        self.session = session or Session()
        self.turn = Turn(self.session)

    def does(self, event: Event, after: float = 10) -> str:
        """Returns what the bot says, its messages joined by ``|``."""
        self.world.now += timedelta(seconds=after)
        self.turn = advance(self.flows, self.session, event, self.world)
        self.session = self.turn.session
        return "|".join(message.text for message in self.turn.messages)

    def writes(self, text: str) -> str:
        return self.does(Text(text))

    def presses(self, label: str) -> str:
        """Press a button under the last turn's messages; a key arrives as its text."""
        button = self.button(label)
        return self.does(Press(button.value) if button.value else Text(button.label))

    def button(self, label: str) -> Button:
        found = [b for m in self.turn.messages for b in m.buttons if b.label == label]
        assert found, f"no button {label!r} among {self.labels}"
        # The keys of a reply keyboard come back as text, those under a message by what they carry.
        inline = any(found[-1] in m.buttons and m.keys == "inline" for m in self.turn.messages)
        return found[-1] if inline else Button(label)

    @property
    def labels(self) -> list[str]:
        return [button.label for message in self.turn.messages for button in message.buttons]

    @property
    def at(self) -> str:
        return f"{self.session.flow}/{self.session.node}"
