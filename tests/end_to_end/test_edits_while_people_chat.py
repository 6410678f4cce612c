"""Editors save while people are in the middle of a conversation with the running bot."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from joserfc.jwk import OKPKey
from running_bot import environment, reached, running, until

from bot.application import Application
from bot.content import shipped
from bot.local import LocalBotApi, Person

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("edits")]

PARTNER = {
    "id": "north",
    "name": "Hotline North",
    "countries": ["KE"],
    "kinds": "*",
    "endpoint": "https://north.example/reports",
    "public_key": OKPKey.generate_key("X25519").as_dict(private=False),
}
PARTNERS = json.dumps({"partners": [PARTNER]})


def lay_out(folder: Path, *languages: str) -> None:
    """Copy the content as it was shipped, with some of its languages."""
    parts = ("flows", "data", *(f"locales/{language}" for language in languages))
    for part in parts:
        shutil.copytree(shipped() / part, folder / part)


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A link to the content, as a deployment that swaps whole folders has one."""
    folder = tmp_path_factory.mktemp("content")
    lay_out(folder / "one", "fr")
    (folder / "now").symlink_to("one")
    return folder / "now"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def edited(
    server: LocalBotApi, edition: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Application]:
    """The bot at work with that content."""
    environ = environment(server, tmp_path_factory.mktemp("data"), "polling")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("bot.reload.LOOK", 0.1)
        async with running(environ | {"CONTENT_DIR": str(edition)}) as application:
            first = application.content
            await until(lambda: application.content is not first)  # it was checked
            yield application


async def get(application: Application, path: str) -> str:
    """What a supervisor sees; it is always well."""
    url = f"http://127.0.0.1:{application.settings.port}{path}"
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        assert response.status == 200
        return await response.text()


async def short_description(application: Application, language: str) -> str:
    """What Telegram shows of the bot in a language."""
    shown: dict[str, str] = await application.api.call(
        "getMyShortDescription", {"language_code": language}
    )
    return shown["short_description"]


def rewrite(edition: Path, file: str, old: str, new: str) -> str:
    """Edit a file as most editors do, by renaming another one over it; what it said before."""
    path = edition / file
    before = path.read_text("utf-8")
    assert old in before
    beside = path.with_name(f".{path.name}.swp")
    beside.write_text(before.replace(old, new), "utf-8")
    beside.replace(path)
    return before


async def asked_where(application: Application, person: Person) -> list[str]:
    """Somebody new, up to the question where it happened."""
    await person.start()
    await reached(application.store, person, 1)
    await person.send("/hotline")
    return await reached(application.store, person, 2)


async def test_who_waits_at_a_step_that_is_renamed_goes_on_with_new_words(
    edited: Application, edition: Path, newcomer: Callable[..., Person]
) -> None:
    person, other = newcomer(), newcomer("fr")
    assert await asked_where(edited, person) != ["Where was it?"]
    old, version = edited.content, edited.content.flows.version
    renamed = "  whereabouts:\n    was: [where]\n    say: Where was it?"
    path = edition / "flows" / "hotline.yaml"
    text = path.read_text("utf-8").replace("goto: where}", "goto: whereabouts}")
    lines = [
        renamed if line == "  where:" else line
        for line in text.replace("start: where", "start: whereabouts").splitlines()
        if not line.startswith("    say: In which country or town did it happen")
    ]
    for end in (len(lines) // 2, len(lines)):  # caught in the middle of writing, too
        path.write_text("\n".join(lines[:end]) + "\n", "utf-8")
    await until(lambda: edited.content is not old)
    assert edited.content.flows.version != version

    await person.send("Kenya")
    assert any("116" in text for text in await reached(edited.store, person, 3))
    assert "dontlookaway_updates_across_editions_total 1.0" in await get(edited, "/metrics")
    assert await asked_where(edited, other) == ["Where was it?"]  # nobody has translated it yet


async def test_a_broken_edit_keeps_what_was_good_and_says_so(
    edited: Application,
    edition: Path,
    newcomer: Callable[..., Person],
    caplog: pytest.LogCaptureFixture,
) -> None:
    old, person = edited.content, newcomer()
    before = rewrite(edition, "flows/help.yaml", "start: ", "start: nowhere_")
    await until(lambda: edited.content_problem)
    assert edited.content is old
    assert "ready, but the content on disk cannot be used: " in await get(edited, "/readyz")
    assert "flows/help.yaml:" in await get(edited, "/readyz")
    assert "dontlookaway_content_broken 1.0" in await get(edited, "/metrics")
    said = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert any("flows/help.yaml:" in line and "E303" in line for line in said)
    assert len(await asked_where(edited, person)) == 1

    (edition / "flows" / "help.yaml").write_text(before, "utf-8")
    await until(lambda: not edited.content_problem)
    assert await get(edited, "/readyz") == "ready\n"
    assert "dontlookaway_content_broken 0.0" in await get(edited, "/metrics")


async def test_another_folder_in_its_place_with_a_language_more_and_a_partner(
    edited: Application, edition: Path, newcomer: Callable[..., Person]
) -> None:
    assert '"pt":' not in await get(edited, "/mail")
    assert await short_description(edited, "pt") == await short_description(edited, "en")
    temporary_key = edited.signing_key.thumbprint()
    two = edition.parent / "two"
    lay_out(two, "fr", "pt")
    (two / "data" / "partners.yaml").write_text(PARTNERS, "utf-8")
    link = edition.parent / "next"
    link.symlink_to("two")
    old = edited.content
    link.replace(edition)
    await until(lambda: edited.content is not old)

    assert '"pt":' in await get(edited, "/mail")
    words = edited.presentation.profile("pt").short_description
    async with asyncio.timeout(10):
        while await short_description(edited, "pt") != words:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert [partner.id for partner in edited.content.partners] == ["north"]
    assert edited.signing_key.thumbprint() != temporary_key
    said = await asked_where(edited, newcomer("pt"))
    assert len(said) == 1
