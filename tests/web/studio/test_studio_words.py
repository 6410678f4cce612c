"""The words of the studio's page: all can be translated, and French and Arabic have them all."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import parse_mapping_cfg
from yarl import URL

from bot.content import shipped
from bot.i18n import pofile
from bot.i18n.catalogues import catalogue_files
from bot.i18n.progress import progress
from bot.i18n.template import PAGE_METHODS, STUDIO, build_template
from bot.web.studio import PAGE

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("studio-words")]

STRING = r'"(?:[^"\\]|\\.)*"'
CALL = re.compile(rf"\b(say|sayWith|sayMany)\(\s*(?:({STRING})(?:,\s*({STRING}))?)?")
INTERNAL = "say.js"
UNWELCOME = ("prostitu", "tourisme sexuel", "pornograph", "بغاء", "دعارة", "إباحي", "سياحة جنس")


@cache
def template() -> Catalog:
    return build_template(shipped(), STUDIO)


@cache
def catalogue(language: str) -> pofile.PoCatalog:
    return pofile.read(catalogue_files(shipped() / "locales", STUDIO.name)[language], language)


def said() -> list[tuple[str, str, str | None, str | None]]:
    """File, function, and the one or two sentences of every call in the page."""
    found = []
    for path in sorted(PAGE.glob("*.js")):
        if path.name != INTERNAL:
            for function, *sentences in CALL.findall(path.read_text("utf-8")):
                one, many = (json.loads(each) if each else None for each in sentences)
                found.append((path.name, function, one, many))
    return found


def translations(language: str) -> list[tuple[str, str]]:
    return [
        (str(message.id), text)
        for message in catalogue(language)
        if message.id
        for text in ([message.string] if isinstance(message.string, str) else message.string)
    ]


async def test_every_sentence_of_the_page_can_be_translated() -> None:
    calls = said()
    assert len(calls) > 300
    for file, function, one, many in calls:
        assert one, f"{file}: {function}() wants its sentence as it is"
        message = template().get(one)
        assert message is not None, f"{file}: {one}"
        if function == "sayMany":
            assert message.id == (one, many)
    known = {message.id if isinstance(message.id, str) else message.id[0] for message in template()}
    assert known - {""} == {one for _, _, one, _ in calls}


async def test_pybabel_is_told_the_same_as_the_command() -> None:
    with (shipped() / "locales/studio.cfg").open() as file:
        methods, _ = parse_mapping_cfg(file)
    assert methods == [*PAGE_METHODS]


@pytest.mark.parametrize("language", ["fr", "ar"])
async def test_a_translation_is_whole_and_says_that_nobody_has_reviewed_it(language: str) -> None:
    found = progress(language, catalogue(language), template())
    assert (found.missing, found.fuzzy, found.flaws) == (0, 0, ())
    assert found.total == found.translated > 300
    assert found.reviewed is False
    assert "not been reviewed by a native speaker yet" in catalogue(language).header_comment


@pytest.mark.parametrize("language", ["fr", "ar"])
async def test_words_that_blame_the_child_are_avoided(language: str) -> None:
    for _, text in translations(language):
        assert not any(word in text.lower() for word in UNWELCOME), text


async def test_typography_is_french() -> None:
    for _, french in translations("fr"):
        assert "'" not in french, french
        assert '"' not in french, french
        assert not re.search(r"[^\u00a0][:;!?»]", french), french
        assert not re.search(r"«[^\u00a0]", french), french


async def test_whoever_is_not_logged_in_gets_the_words(whole: Any) -> None:
    stranger = whole.browser()
    async with stranger.http.get(whole.server.make_url("/studio/words")) as response:
        assert [each["code"] for each in await response.json()] == ["en", "ar", "fr"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-cache"
    async with stranger.http.get(whole.server.make_url("/studio/words/fr")) as response:
        words = await response.json()
    assert words["Log in"] == "Se connecter"
    assert words["{count} contact"]["other"] == "{count} contacts"
    await stranger.http.close()


@pytest.mark.parametrize(
    "name",
    ["en", "xx", "FR", "fr/", "fr.po", "", "../words/fr", "..%2f..%2flocales%2ffr", "fr%00", "%2e"],
)
async def test_words_of_another_name_are_refused(whole: Any, name: str) -> None:
    stranger = whole.browser()
    url = URL(f"{whole.server.make_url('/studio/words')}/{name}", encoded=True)
    async with stranger.http.get(url) as response:
        status, found = response.status, await response.json()
    await stranger.http.close()
    assert status == 404
    assert found.keys() == {"error"}
