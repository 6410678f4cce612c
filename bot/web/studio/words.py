"""The page in the language of the staff: which languages there are, and their words.

Nobody need be logged in for them: the page on which one logs in speaks these languages as well.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from aiohttp import web
from msgspec import json

from bot.content import shipped
from bot.i18n.catalogues import catalogue_files, direction, language_name
from bot.i18n.negotiate import SOURCE
from bot.i18n.page_words import PageWords, page_words
from bot.i18n.pofile import CatalogueError
from bot.i18n.template import STUDIO
from bot.web.studio.answers import Refusal
from bot.web.studio.overlay import Kept

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST: Final = 50
"""Languages of which the words are kept in memory."""


class Words:
    """Translations of the page: those in the content ``folder``, else those that ship."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: Kept[bytes] = Kept(MOST)

    def add_to(self, app: web.Application) -> None:
        """Serve the list of languages, and the words of each."""
        app.router.add_get("/words", self._languages)
        app.router.add_get("/words/{language:.*}", self._words)

    async def _languages(self, _: web.Request) -> web.Response:
        codes = (SOURCE, *(code for code in self._files() if code != SOURCE))
        return _json(
            json.encode(
                [
                    {"code": code, "name": language_name(code), "direction": direction(code)}
                    for code in codes
                ]
            )
        )

    async def _words(self, request: web.Request) -> web.Response:
        language = request.match_info["language"]
        paths = self._files().get(language)
        if paths is None:
            raise Refusal(404, "The studio does not speak this language.")
        state = " ".join(f"{path} {path.stat().st_mtime_ns}" for path in paths)
        with _readable():  # in a thread, since reading takes a while and witnesses do not wait
            read = partial(_read, paths, language)
            return _json(await asyncio.to_thread(self._kept.get, state, read))

    def _files(self) -> dict[str, list[Path]]:
        """By language, what ships first."""
        found: dict[str, list[Path]] = {}
        with _readable():
            for folder in dict.fromkeys((shipped(), self._folder)):
                for code, path in catalogue_files(folder / "locales", STUDIO.name).items():
                    found.setdefault(code, []).append(path)
        return dict(sorted(found.items()))


def _read(paths: list[Path], language: str) -> bytes:
    words: PageWords = {}
    for path in paths:
        words |= page_words(path, language)
    return json.encode(words)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except CatalogueError:  # its words name files, which is nothing for whoever is not logged in
        reason = 'A translation of the studio cannot be read: "dontlookaway check" says why.'
        raise Refusal(422, reason) from None


def _json(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="application/json")
