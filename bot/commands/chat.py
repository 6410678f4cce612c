"""``dontlookaway chat``: the very conversation of the bot, in a terminal or line by line."""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape

from bot.application import content_folder
from bot.content import Content
from bot.conversation.effects import Erase
from bot.conversation.events import Command, Event, Location, Media, Press, Start, Text
from bot.conversation.messages import Button, Message
from bot.conversation.session import Session
from bot.i18n.negotiate import negotiate
from bot.settings import Settings


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``chat`` to the command line."""
    parser = subparsers.add_parser("chat", help="talk to the bot here")
    parser.add_argument("--locale", default="en", help="language of the person (en)")
    parser.add_argument("--jsonl", action="store_true", help="one JSON document a line, both ways")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Chat until the input ends."""
    content = Content.load(content_folder(Settings.read(os.environ)))
    chat = Chat(content, args.locale)
    return _jsonl(chat) if args.jsonl else _terminal(chat)


class Mistake(ValueError):
    """The input cannot be understood; the text says what it should look like."""


class Chat:
    """One person's chat with the engine, in memory."""

    def __init__(self, content: Content, locale: str) -> None:
        self._content = content
        self._language = locale
        self.renew(locale, None)

    def renew(self, locale: str, now: datetime | None) -> None:
        """Forget everything; ``now`` stops the clock there."""
        self._session = Session(locale=negotiate(locale, self._content.catalogues.languages))
        self._language = locale
        self._now = now
        self._turn = 0
        self._shown: tuple[tuple[Button, ...], ...] = ()

    @property
    def turn(self) -> int:
        """Turns taken in this chat."""
        return self._turn

    def take(self, event: Event) -> tuple[Message, ...]:
        """Let the person do something; what the bot says to it."""
        turn = self._content.advance(self._session, event, self._now or datetime.now(UTC))
        self._session = turn.session
        self._turn += 1
        if any(isinstance(effect, Erase) for effect in turn.effects):
            now, count = self._now, self._turn
            self.renew(self._language, now)
            self._turn = count
        self._shown = tuple(m.buttons for m in turn.messages if m.buttons) or self._shown
        return turn.messages

    def press(self, wanted: str | int) -> Event:
        """The event of pressing a button: by label any that the last turn showed, by position
        (from 0) one of its last message that has buttons.
        """
        last = self._shown[-1] if self._shown else ()
        if isinstance(wanted, int):
            if not 0 <= wanted < len(last):
                raise Mistake(f"There is no button {wanted}: {len(last)} are shown.")
            button = last[wanted]
        else:
            buttons = [button for each in self._shown for button in each]
            labelled = [button for button in buttons if button.label == wanted]
            if not labelled:
                labels = ", ".join(button.label for button in buttons)
                raise Mistake(f'There is no button "{wanted}". Shown are: {labels}.')
            button = labelled[-1]
        if button.kind != "press":
            raise Mistake(f'"{button.label}" is no button that tells the bot anything.')
        # Keys of the keyboard at the bottom carry no value; they arrive as their text.
        return Press(button.value) if ":" in button.value else Text(button.label)


def _jsonl(chat: Chat) -> int:
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            messages = _take(chat, _document(line))
        except Mistake as mistake:
            _print({"turn": chat.turn, "error": str(mistake)})
            _print({"turn": chat.turn, "done": True})
            continue
        if messages is None:
            continue
        for message in messages:
            _print(_public(chat.turn, message))
        _print({"turn": chat.turn, "done": True})
    return 0


def _print(document: dict[str, Any]) -> None:
    print(json.dumps(document, ensure_ascii=False), flush=True)


def _public(turn: int, message: Message) -> dict[str, Any]:
    public: dict[str, Any] = {
        "turn": turn,
        "text": plain(message.text),
        "buttons": [
            {"label": button.label, "kind": button.kind, "value": button.value}
            for button in message.buttons
        ],
        "flow": message.flow,
        "node": message.node,
        "html": message.text,
    }
    if (document := message.document) is not None:
        public["document"] = {
            "name": document.name,
            "media_type": document.media_type,
            "size": len(document.content),
        }
    return public


def plain(text: str) -> str:
    """A message as it reads without formatting."""
    return html.unescape(re.sub(r"<[^>]*>", "", text))


def _document(line: str) -> dict[str, Any]:
    try:
        document = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        raise Mistake('Each line must be one JSON object, such as {"text": "hello"}.') from None
    if not isinstance(document, dict) or len(document) != 1:
        raise Mistake("Each line must be a JSON object with exactly one key.")
    return document


def _take(chat: Chat, document: dict[str, Any]) -> tuple[Message, ...] | None:
    """Do what a line says; None when it started a fresh chat, which says nothing."""
    (kind, value), *_ = document.items()
    if kind == "new":
        _renew(chat, value)
        return ()
    return chat.take(_event(chat, kind, value))


def _event(chat: Chat, kind: str, value: Any) -> Event:
    match kind, value:
        case "text", str():
            return Text(value)
        case "press", str() | int() if not isinstance(value, bool):
            return chat.press(value)
        case "location", [int() | float() as latitude, int() | float() as longitude]:
            return Location(float(latitude), float(longitude))
        case "start", str() | None | True:
            return Start(value if isinstance(value, str) else "")
        case "command", str():
            name, _, argument = value.strip().lstrip("/").partition(" ")
            name = name.partition("@")[0].lower()
            return Start(argument.strip()) if name == "start" else Command(name, argument.strip())
        case "photo", True | str():
            return Media("photo", value if isinstance(value, str) else "")
    raise Mistake(
        "A line must be one of text, press, location, start, command, photo, new, each with its"
        f" value as documented; {json.dumps(kind)} with this value is none of them."
    )


def _renew(chat: Chat, value: Any) -> None:
    options = value if isinstance(value, dict) else {}
    now = options.get("now")
    try:
        moment = datetime.fromisoformat(str(now)) if now else None
    except ValueError:
        raise Mistake('"now" must look like 2027-06-20T23:40:00-03:00.') from None
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    chat.renew(str(options.get("locale") or "en"), moment)


def _terminal(chat: Chat) -> int:
    console = Console(highlight=False)
    console.print("[dim]Write, or press a button by its number. Ctrl+D ends.[/dim]")
    _show(console, chat.take(Start()))
    for line in _typed(console):
        try:
            event: Event = chat.press(int(line) - 1) if line.isdecimal() else _typed_event(line)
            _show(console, chat.take(event))
        except Mistake as mistake:
            console.print(f"[red]{escape(str(mistake))}[/red]")
    return 0


def _typed(console: Console) -> Iterator[str]:
    while True:
        try:
            line = console.input("[bold]> [/bold]").strip()
        except EOFError:
            return
        if line:
            yield line


def _typed_event(line: str) -> Event:
    if not line.startswith("/"):
        return Text(line)
    name, _, argument = line[1:].partition(" ")
    return Start(argument) if name == "start" else Command(name.lower(), argument)


def _show(console: Console, messages: Iterable[Message]) -> None:
    for message in messages:
        number = 0
        console.print()
        if message.document is not None:
            size = decimal(len(message.document.content))
            console.print(f"📎 {escape(message.document.name)} ({size})")
        console.print(escape(plain(message.text)))
        for row in message.rows:
            labels = []
            for button in row:
                number += 1
                shown = f" {button.value}" if button.kind in ("url", "copy") else ""
                labels.append(f"[cyan]{number}[/cyan] {escape(button.label + shown)}")
            console.print("  " + "   ".join(labels))
