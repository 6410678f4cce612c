"""Who is here, flows drawn, conversations tried out, and how far the translations are."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from aiohttp import web
from babel import UnknownLocaleError
from msgspec import Struct

from bot.i18n.catalogues import direction, language_name
from bot.i18n.negotiate import SOURCE
from bot.web.studio.answers import Refusal, answer, asked
from bot.web.studio.drawing import draw
from bot.web.studio.editing import known_only, parameter, today
from bot.web.studio.login import STAFF
from bot.web.studio.paths import known
from bot.web.studio.preview import Scene, play
from bot.web.studio.shelf import Shelf
from bot.web.studio.strings import overview, strings
from bot.web.studio.worker import Worker


class Subject(Struct, frozen=True, forbid_unknown_fields=True):
    """A flow to draw, with edits that are not saved yet."""

    flow: str
    files: dict[str, str] = {}


class Trying:
    """What shows editors the effect of what they write.

    ``spoken`` gives the languages that the running bot offers, ``problem`` why it does not use the
    content as it is saved; ``mail_page`` is where it opens mails.
    """

    def __init__(
        self,
        shelf: Shelf,
        worker: Worker,
        *,
        spoken: Callable[[], Sequence[str]],
        problem: Callable[[], str],
        mail_page: str,
    ) -> None:
        self._shelf = shelf
        self._worker = worker
        self._spoken = spoken
        self._problem = problem
        self._mail_page = mail_page

    def add_to(self, app: web.Application) -> None:
        """Serve it."""
        app.router.add_get("/api/me", self._me)
        app.router.add_post("/api/graph", self._graph)
        app.router.add_post("/api/preview", self._preview)
        app.router.add_get("/api/translations", self._translations)
        app.router.add_get("/api/translations/strings", self._strings)

    async def _me(self, request: web.Request) -> web.Response:
        staff = request[STAFF]
        return answer(
            {
                "csrf": staff.csrf,
                "may_write": self._shelf.may_write,
                "name": staff.name,
                "languages": list(self._languages()),
                "problem": self._problem(),
            }
        )

    def _languages(self) -> Iterator[dict[str, Any]]:
        translated = [path.split("/")[1] for path in known(self._shelf.folder) if ".po" in path]
        for code in (SOURCE, *translated):
            with contextlib.suppress(UnknownLocaleError, ValueError):  # the checker says so
                yield {
                    "code": code,
                    "name": language_name(code),
                    "direction": direction(code),
                    "offered": code in self._spoken(),
                }

    async def _graph(self, request: web.Request) -> web.Response:
        subject = await asked(request, Subject)
        texts = known_only(subject.files)
        folder = self._shelf.folder
        return answer(await self._worker.run(draw, folder, texts, subject.flow, today()))

    async def _preview(self, request: web.Request) -> web.Response:
        scene = await asked(request, Scene)
        known_only(scene.files)
        folder = self._shelf.folder
        return answer(await self._worker.run(play, folder, scene, self._mail_page))

    async def _translations(self, _: web.Request) -> web.Response:
        return answer({"languages": await self._worker.run(overview, self._shelf.folder)})

    async def _strings(self, request: web.Request) -> web.Response:
        language, state = parameter(request, "language"), request.query.get("state", "missing")
        page = request.query.get("page", "1")
        if state not in ("missing", "fuzzy") or not page.isdecimal() or len(page) > 9:
            raise Refusal(400, '"state" must be missing or fuzzy, "page" a number.')
        found = await self._worker.run(
            strings, self._shelf.folder, language, fuzzy=state == "fuzzy", page=int(page)
        )
        return answer(found)
