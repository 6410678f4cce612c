from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from aiohttp import web
from scripted_api import ScriptedApi, refusal

from bot.telegram.profile import Profile, menu, mistakes, publish

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.telegram.api import Api

ENGLISH = Profile("Look", "What it does", "In short", (("help", "Help"), ("tips", "Tips")))
FRENCH = Profile("Regarde", "Ce qu'il fait", "En bref", (("help", "Aide"),))


class ProfileApi(ScriptedApi):
    """Remembers what is set, as Telegram does."""

    def __init__(self) -> None:
        super().__init__()
        self.set: dict[tuple[str, str], Any] = {}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        method, params = request.match_info["method"], await request.json()
        self.calls.append((method, params))
        if method.startswith("set") and self.answers:
            return web.json_response(answer := self.answers.popleft(), status=answer["error_code"])
        place = (method[3:], params.pop("language_code", ""))
        if method.startswith("set"):
            self.set[place] = params.get("commands", params)
            return web.json_response({"ok": True, "result": True})
        nothing = [] if method == "getMyCommands" else {}
        return web.json_response({"ok": True, "result": self.set.get(place, nothing)})

    @property
    def changes(self) -> list[str]:
        return [method for method in self.methods if method.startswith("set")]


@pytest.fixture
def server() -> ProfileApi:
    return ProfileApi()


@pytest.fixture
async def api(server: ProfileApi) -> AsyncIterator[Api]:
    async with server.serving() as api:
        yield api


async def test_every_language_is_set_once(api: Api, server: ProfileApi) -> None:
    profiles = {"en": ENGLISH, "fr": FRENCH}
    assert await publish(api, profiles) == 8
    assert server.set["MyName", ""] == {"name": "Look"}
    assert server.set["MyName", "fr"] == {"name": "Regarde"}
    assert server.set["MyDescription", "fr"] == {"description": "Ce qu'il fait"}
    assert server.set["MyShortDescription", "fr"] == {"short_description": "En bref"}
    assert server.set["MyCommands", ""] == [
        {"command": "help", "description": "Help"},
        {"command": "tips", "description": "Tips"},
    ]
    assert await publish(api, profiles) == 0
    assert len(server.changes) == 8


async def test_only_what_differs_is_changed(api: Api, server: ProfileApi) -> None:
    await publish(api, {"en": ENGLISH})
    server.calls.clear()
    assert await publish(api, {"en": msgspec.structs.replace(ENGLISH, name="See")}) == 1
    assert server.changes == ["setMyName"]


async def test_languages_are_those_that_telegram_knows(api: Api, server: ProfileApi) -> None:
    other = msgspec.structs.replace(FRENCH, name="Other")
    profiles = {"en": ENGLISH, "pt_BR": FRENCH, "pt": other, "zh-Hans": FRENCH, "fil": FRENCH}
    await publish(api, profiles)
    assert {language for _, language in server.set} == {"", "pt", "zh"}
    assert server.set["MyName", "pt"] == {"name": "Regarde"}


async def test_what_telegram_refuses_is_told_and_left(
    api: Api, server: ProfileApi, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers.extend(
        [
            refusal(429, "Too Many Requests: retry after 80000", retry_after=80_000),
            refusal(400, "Bad Request: too bad"),
            refusal(429, "Too Many Requests: retry after 1", retry_after=1),
        ]
    )
    # Neither the menu, for a day, nor the name; the short description a second later.
    assert await publish(api, {"en": ENGLISH}) == 2
    assert {what for what, _ in server.set} == {"MyDescription", "MyShortDescription"}
    commands, name = (record.getMessage() for record in caplog.records)
    assert commands.startswith("The bot's commands in other languages could not be set: Flood")
    assert name.startswith("The bot's name in other languages could not be set: Too bad.")


def test_a_chat_may_have_its_own_menu() -> None:
    call = menu(5, FRENCH)
    assert call.method == "setMyCommands"
    assert call.params == {
        "commands": [{"command": "help", "description": "Aide"}],
        "scope": {"type": "chat", "chat_id": 5},
    }


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        ({"name": "x" * 65}, "The name has 65 characters, Telegram takes 64."),
        ({"description": "x" * 513}, "The description has 513 characters, Telegram takes 512."),
        ({"short_description": "x" * 121}, "The short description has 121 characters"),
        ({"name": " "}, "The name is empty."),
        ({"commands": (("help", "x" * 257),)}, "The description of /help has 257 characters"),
        ({"commands": (("Help!", "x"),)}, "/Help! is no command"),
        ({"commands": (("a", "x"),) * 101}, "There are 101 commands"),
    ],
)
async def test_mistakes_are_found_before_anything_is_changed(
    api: Api, server: ProfileApi, change: dict[str, Any], mistake: str
) -> None:
    wrong = msgspec.structs.replace(FRENCH, **change)
    assert mistake in " ".join(mistakes(wrong))
    with pytest.raises(ValueError, match="Profile in fr: "):
        await publish(api, {"en": ENGLISH, "fr": wrong})
    assert not server.calls


def test_a_good_profile_has_no_mistakes() -> None:
    assert not list(mistakes(ENGLISH))
