"""What the bot says about itself: name, descriptions, commands; each in every language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, field

from bot.local.errors import bad_request

if TYPE_CHECKING:
    from bot.local.storage import Storage

Command = dict[str, str]

LONGEST = {"name": 64, "description": 512, "short_description": 120}
COMMANDS = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")


class Profile(Struct):
    """Texts and commands by language code; the empty code is the default."""

    name: dict[str, str] = field(default_factory=dict)
    description: dict[str, str] = field(default_factory=dict)
    short_description: dict[str, str] = field(default_factory=dict)
    commands: dict[str, list[Command]] = field(default_factory=dict)
    menu_buttons: dict[str, dict[str, Any]] = field(default_factory=dict)

    def set_text(self, what: str, text: str, language: str) -> None:
        """Set name, description or short description; an empty text removes it."""
        texts: dict[str, str] = getattr(self, what)
        if len(text) > LONGEST[what]:
            raise bad_request(f"{what.replace('_', ' ')} is too long")
        if text:
            texts[language] = text
        else:
            texts.pop(language, None)

    def text(self, what: str, language: str) -> str:
        """In this language if there is one, else the default."""
        texts: dict[str, str] = getattr(self, what)
        return (
            texts.get(language)
            or texts.get(language.split("-", maxsplit=1)[0])
            or texts.get("", "")
        )

    def set_commands(self, commands: object, scope: dict[str, Any], language: str) -> None:
        """Replace the commands of one scope and language."""
        self.commands[_place(scope, language)] = _checked(commands)

    def delete_commands(self, scope: dict[str, Any], language: str) -> None:
        """Fall back to the commands of the next wider scope or language."""
        self.commands.pop(_place(scope, language), None)

    def exact_commands(self, scope: dict[str, Any], language: str) -> list[Command]:
        """What was set for exactly this scope and language."""
        return self.commands.get(_place(scope, language), [])

    def commands_for(self, chat_id: int, language: str) -> list[Command]:
        """What a person sees in a private chat: the narrowest scope wins, then the language."""
        language = language.partition("-")[0]
        scopes: list[dict[str, Any]] = [
            {"type": "chat", "chat_id": chat_id},
            {"type": "all_private_chats"},
            {"type": "default"},
        ]
        for scope in scopes:
            for code in (language, ""):
                commands = self.exact_commands(scope, code)
                if commands:
                    return commands
        return []

    def menu_button(self, chat_id: int | None) -> dict[str, Any]:
        """The button beside the input field."""
        default = self.menu_buttons.get("", {"type": "default"})
        return self.menu_buttons.get(str(chat_id), default) if chat_id else default


def _place(scope: dict[str, Any], language: str) -> str:
    kind = scope.get("type", "default")
    return f"{kind}:{scope.get('chat_id', '')}:{scope.get('user_id', '')}:{language}"


def _checked(commands: object) -> list[Command]:
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    checked: list[Command] = []
    for command in commands:
        name = str(command.get("command", "")).removeprefix("/").lower()
        description = str(command.get("description", "")).strip()
        if not _COMMAND.fullmatch(name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(description) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        checked.append({"command": name, "description": description})
    return checked


def load_profile(storage: Storage) -> Profile:
    """As it was left, or empty."""
    return msgspec.json.decode(storage.get("profile", "bot") or b"{}", type=Profile)
