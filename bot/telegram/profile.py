"""How the bot presents itself before anybody writes to it: name, descriptions, command menu."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from telegram.error import BadRequest, RetryAfter

from bot.telegram import limits
from bot.telegram.api import wait_asked
from bot.telegram.calls import Call

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.telegram.api import Api

_log = logging.getLogger(__name__)

LONGEST_WAIT: Final = 30.0
"""Seconds to wait when Telegram asks to; names in particular may be changed only a few times a day,
and a longer wait is left to the next start."""

_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE: Final = re.compile(r"([a-z]{2})(?:[-_].*)?")


class Profile(Struct, frozen=True):
    """The bot's presentation in one language, plain text throughout.

    ``description`` is shown in the empty chat, ``short_description`` on the profile page and with
    shared links; ``commands`` are pairs of name (without slash) and description, in menu order.
    """

    name: str
    description: str
    short_description: str
    commands: tuple[tuple[str, str], ...]


def mistakes(profile: Profile) -> Iterator[str]:
    """What Telegram would refuse, one sentence each."""
    for what, text, most in (
        ("name", profile.name, limits.BOT_NAME),
        ("description", profile.description, limits.DESCRIPTION),
        ("short description", profile.short_description, limits.SHORT_DESCRIPTION),
        *(
            (f"description of /{command}", text, limits.COMMAND_DESCRIPTION)
            for command, text in profile.commands
        ),
    ):
        if not text.strip():
            yield f"The {what} is empty."
        elif len(text) > most:
            yield f"The {what} has {len(text)} characters, Telegram takes {most}."
    if len(profile.commands) > limits.COMMANDS:
        yield f"There are {len(profile.commands)} commands, Telegram takes {limits.COMMANDS}."
    for command, _ in profile.commands:
        if not _COMMAND.fullmatch(command):
            yield f"/{command} is no command: use up to 32 of a-z, 0-9 and _."


async def publish(api: Api, profiles: Mapping[str, Profile], *, default: str = "en") -> int:
    """Give the bot its presentation in every language; how many things had to be changed.

    ``profiles`` by locale; that of ``default`` is for everybody whose language is not there.
    Telegram knows two-letter languages only: of several locales of a language the first counts,
    a language without a two-letter code is left out. Only what differs is set, since changes are
    rationed. What Telegram refuses is logged and left.

    Raises :class:`ValueError` for a profile with mistakes, before anything is changed, and
    :class:`telegram.error.TelegramError` when Telegram cannot be reached.
    """
    for locale, profile in profiles.items():
        if found := list(mistakes(profile)):
            raise ValueError(f"Profile in {locale}: {' '.join(found)}")
    changes = 0
    for language, profile in _by_language(profiles, default).items():
        for what, key, wanted in _pieces(profile):
            changes += await _publish(api, language, what, key, wanted)
    return changes


def menu(chat_id: int, profile: Profile) -> Call:
    """Show one chat the commands in a language of its own choice."""
    return Call(
        "setMyCommands",
        {"commands": _commands(profile), "scope": {"type": "chat", "chat_id": chat_id}},
    )


def _by_language(profiles: Mapping[str, Profile], default: str) -> dict[str, Profile]:
    languages = {"": profiles[default]}
    for locale, profile in profiles.items():
        language = _LANGUAGE.fullmatch(locale.lower())
        if language and locale != default:
            languages.setdefault(language[1], profile)
    return languages


def _commands(profile: Profile) -> list[dict[str, str]]:
    return [{"command": name, "description": text} for name, text in profile.commands]


def _pieces(profile: Profile) -> Iterator[tuple[str, str, object]]:
    """What is read with ``get...`` and changed with ``set...``: method, parameter, value."""
    yield "MyCommands", "commands", _commands(profile)
    yield "MyName", "name", profile.name
    yield "MyShortDescription", "short_description", profile.short_description
    yield "MyDescription", "description", profile.description


async def _publish(api: Api, language: str, what: str, key: str, wanted: object) -> bool:
    try:
        current = await _patiently(api, f"get{what}", {"language_code": language})
        # Commands come as a bare list, everything else inside an object.
        if (current.get(key) if isinstance(current, dict) else current) == wanted:
            return False
        await _patiently(api, f"set{what}", {key: wanted, "language_code": language})
    except (BadRequest, RetryAfter) as error:
        _log.warning(
            "The bot's %s in %s could not be set: %s. The next start tries again.",
            key.replace("_", " "),
            language or "other languages",
            error.message.rstrip("."),
        )
        return False
    return True


async def _patiently(api: Api, method: str, params: dict[str, Any]) -> Any:
    """Call once more after a short wait that Telegram asks for."""
    try:
        return await api.call(method, params)
    except RetryAfter as error:
        if wait_asked(error) > LONGEST_WAIT:
            raise
        await asyncio.sleep(wait_asked(error))
        return await api.call(method, params)
