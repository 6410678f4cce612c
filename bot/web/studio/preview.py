"""A chat with content that nobody has saved yet: the very engine of the bot. Runs in the worker.

The chat itself is kept by whoever asks, as text that they need not understand.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from bot.content import Content
from bot.conversation.effects import Erase
from bot.conversation.events import Command, Event, Location, Press, Start, Text
from bot.conversation.messages import Message
from bot.conversation.session import Session, pack, unpack
from bot.i18n.negotiate import negotiate
from bot.knowledge.data_file import country_codes
from bot.web.studio.answers import Refusal
from bot.web.studio.edition import edition


class Deed(Struct, frozen=True, forbid_unknown_fields=True):
    """What the person does: exactly one of these."""

    text: str | None = None
    press: str | None = None
    command: str | None = None
    start: str | None = None
    location: tuple[float, float] | None = None
    node: str | None = None


class Scene(Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a preview; without a ``session`` a fresh chat begins."""

    event: Deed
    files: dict[str, str] = {}
    session: str = ""
    locale: str = "en"
    country: str = ""
    now: str = ""


def play(folder: Path, scene: Scene, mail_page: str = "") -> dict[str, Any]:
    """What the bot answers. Raises :class:`~bot.web.studio.answers.Refusal`."""
    content = edition(folder, scene.files, mail_page)
    now = _moment(scene.now)
    session = _resumed(scene.session) if scene.session else _fresh(content, scene)
    if scene.event.node is not None:
        session = replace(session, turn=max(session.turn, 1))  # no greeting in mid-conversation
    event = _event(content, scene.event)
    try:
        turn = content.advance(session, event, now)
    except Exception as error:
        # The checker is to find whatever would do this; until the edit is mended, say so.
        reason = f"The conversation cannot go on here ({type(error).__name__})."
        raise Refusal(422, reason, {"findings": []}) from None
    after = turn.session
    if any(isinstance(effect, Erase) for effect in turn.effects):
        after = Session(locale=after.locale)
    return {
        "session": _kept(after),
        "messages": [_shown(message) for message in turn.messages],
        "effects": msgspec.to_builtins(turn.effects),
        "notice": turn.notice,
        "at": f"{after.flow}/{after.node}" if after.flow else "",
    }


def _fresh(content: Content, scene: Scene) -> Session:
    locale = negotiate(scene.locale, content.catalogues.languages)
    country = scene.country.upper()
    if not country:
        return Session(locale=locale)
    if country not in country_codes():
        raise Refusal(400, f'There is no country "{country}". Use a code such as KE.')
    name = content.places.country_name(country, locale)
    return Session(locale=locale, slots={content.flows.common.here: [country, name]})


def _event(content: Content, deed: Deed) -> Event:
    given = {name: value for name, value in asdict(deed).items() if value is not None}
    match given:
        case {"text": str(text), **rest} if not rest:
            return Text(text)
        case {"press": str(value), **rest} if not rest:
            # Keys of the keyboard at the bottom carry no value; they arrive as their text.
            return Press(value) if ":" in value else Text(value)
        case {"start": str(payload), **rest} if not rest:
            return Start(payload)
        case {"command": str(line), **rest} if not rest:
            name, _, argument = line.strip().removeprefix("/").partition(" ")
            name, argument = name.lower(), argument.strip()
            return Start(argument) if name == "start" else Command(name, argument)
        case {"location": (latitude, longitude), **rest} if not rest:
            return Location(latitude, longitude)
        case {"node": str(target), **rest} if not rest:
            if content.flows.node(content.flows.resolve(target)) is None:
                raise Refusal(404, f'There is no node "{target}".')
            return Command(target)
    raise Refusal(400, "The event must be one of text, press, command, start, location, node.")


def _moment(text: str) -> datetime:
    if not text:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(400, '"now" must look like 2027-06-20T23:40:00-03:00.') from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _kept(session: Session) -> str:
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(pack(session))).decode()


def _resumed(text: str) -> Session:
    try:
        parts = msgspec.msgpack.decode(base64.urlsafe_b64decode(text), type=tuple[bytes, bytes])
        return unpack(*parts)
    except (binascii.Error, ValueError):
        raise Refusal(400, "This chat cannot be continued: start it again.") from None


def _shown(message: Message) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "text": message.text,
        "rows": [
            [{"label": each.label, "kind": each.kind, "value": each.value} for each in row]
            for row in message.rows
        ],
        "keys": message.keys,
        "flow": message.flow,
        "node": message.node,
    }
    if (document := message.document) is not None:
        shown["document"] = {
            "name": document.name,
            "media_type": document.media_type,
            "size": len(document.content),
        }
    return shown
