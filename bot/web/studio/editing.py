"""Files, their mistakes, and saving them."""

from __future__ import annotations

import asyncio
import difflib
import re
from datetime import UTC, date, datetime

from aiohttp import web
from msgspec import Struct

from bot.conversation.flows import Finding
from bot.web.studio.answers import Refusal, answer, asked
from bot.web.studio.audit import Audit
from bot.web.studio.checking import findings
from bot.web.studio.contacts import checked_today, rows, wanted
from bot.web.studio.login import STAFF
from bot.web.studio.paths import kind_of
from bot.web.studio.shelf import Shelf
from bot.web.studio.worker import Worker

HOTLINES = "data/hotlines.yaml"


class Edits(Struct, frozen=True, forbid_unknown_fields=True):
    """Edits that are not saved yet: text by path."""

    files: dict[str, str] = {}


class Edit(Struct, frozen=True, forbid_unknown_fields=True):
    """A file to save: its text, and the version that the editor began from."""

    path: str
    text: str
    version: str = ""


class Save(Struct, frozen=True, forbid_unknown_fields=True):
    """One file to save, or several that only fit together."""

    path: str = ""
    text: str = ""
    version: str = ""
    files: list[Edit] = []


class Checked(Struct, frozen=True, forbid_unknown_fields=True):
    """A contact that somebody has looked at today; country empty: an international one."""

    country: str
    name: str


class Editing:
    """What editors do to files. One at a time saves."""

    def __init__(self, shelf: Shelf, worker: Worker, audit: Audit) -> None:
        self._shelf = shelf
        self._worker = worker
        self._audit = audit
        self._saving = asyncio.Lock()

    def add_to(self, app: web.Application) -> None:
        """Serve it."""
        router = app.router
        router.add_get("/api/files", self._files)
        router.add_get("/api/file", self._file)
        router.add_post("/api/check", self._check)
        router.add_post("/api/diff", self._diff)
        router.add_post("/api/save", self._save)
        router.add_get("/api/history", self._history)
        router.add_get("/api/history/version", self._former)
        router.add_get("/api/hotlines", self._hotlines)
        router.add_post("/api/hotlines/checked", self._hotline_checked)

    async def _files(self, _: web.Request) -> web.Response:
        return answer(await asyncio.to_thread(self._shelf.listing))

    async def _file(self, request: web.Request) -> web.Response:
        return answer(await asyncio.to_thread(self._shelf.read, parameter(request, "path")))

    async def _check(self, request: web.Request) -> web.Response:
        texts = known_only((await asked(request, Edits)).files)
        found = await self._worker.run(findings, self._shelf.folder, texts, today())
        return answer({"findings": found})

    async def _diff(self, request: web.Request) -> web.Response:
        edit = await asked(request, Edit)
        known_only({edit.path: edit.text})
        new = not self._shelf.version(edit.path)
        before = "" if new else self._shelf.read(edit.path).text
        patch = await self._worker.run(unified, edit.path, before, edit.text, new=new)
        return answer({"path": edit.path, "diff": patch})

    async def _save(self, request: web.Request) -> web.Response:
        save = await asked(request, Save)
        edits = save.files or [Edit(save.path, save.text, save.version)]
        async with self._saving:
            written, found = await self._write(edits, request[STAFF].name)
        files = [{"path": path, "version": version} for path, version in written.items()]
        return answer({**({"files": files} if save.files else files[0]), "findings": found})

    async def _write(self, edits: list[Edit], by: str) -> tuple[dict[str, str], list[Finding]]:
        """Save edits that bring no new mistake; their versions now, and all findings."""
        texts = known_only({edit.path: edit.text for edit in edits})
        for edit in edits:
            await asyncio.to_thread(self._shelf.expect, edit.path, edit.version)
        folder, day = self._shelf.folder, today()
        found = await self._worker.run(findings, folder, texts, day)
        if any(finding.is_error for finding in found):
            known = {_gist(each) for each in await self._worker.run(findings, folder, {}, day)}
            if any(each.is_error and _gist(each) not in known for each in found):
                raise Refusal(422, "Mend the mistakes first.", {"findings": found})
        written = {}
        for edit in edits:
            version = await asyncio.to_thread(
                self._shelf.replace, edit.path, edit.text, edit.version, by
            )
            written[edit.path] = version
            self._audit.note("save", by=by, path=edit.path, version=version)
        return written, found

    async def _history(self, request: web.Request) -> web.Response:
        return answer(await asyncio.to_thread(self._shelf.history, parameter(request, "path")))

    async def _former(self, request: web.Request) -> web.Response:
        path, version_id = parameter(request, "path"), parameter(request, "id")
        text = await asyncio.to_thread(self._shelf.former, path, version_id)
        return answer({"path": path, "id": version_id, "text": text})

    async def _hotlines(self, request: web.Request) -> web.Response:
        query, kind, country = (request.query.get(name, "") for name in ("q", "kind", "country"))
        found = await self._worker.run(rows, self._shelf.folder, today())
        return answer([row for row in found if wanted(row, query, kind, country)])

    async def _hotline_checked(self, request: web.Request) -> web.Response:
        contact, by, day = await asked(request, Checked), request[STAFF].name, today()
        async with self._saving:
            file = await asyncio.to_thread(self._shelf.read, HOTLINES)
            text = await self._worker.run(
                checked_today, file.text, contact.country, contact.name, day
            )
            version = await asyncio.to_thread(self._shelf.replace, HOTLINES, text, file.version, by)
        self._audit.note("checked", by=by, country=contact.country, name=contact.name)
        return answer(
            {
                "country": contact.country,
                "name": contact.name,
                "checked": day,
                "version": version,
            }
        )


def parameter(request: web.Request, name: str) -> str:
    """A part of the query. Raises :class:`~bot.web.studio.answers.Refusal` when it is missing."""
    if not (value := request.query.get(name)):
        raise Refusal(400, f'"{name}" is missing.')
    return value


def known_only(texts: dict[str, str]) -> dict[str, str]:
    """The edits, if all of them are of files that belong to the content."""
    for path in texts:
        if not kind_of(path):
            raise Refusal(404, "There is no such file in the content.")
    return texts


def today() -> date:
    """The date (UTC), by which the age of what was checked is counted."""
    return datetime.now(UTC).date()


def unified(path: str, before: str, after: str, *, new: bool) -> str:
    """The change as ``git apply`` and ``patch`` take it; empty when there is none."""
    lines = []
    source = "/dev/null" if new else f"a/{path}"
    # By line feeds only, as git does: other breaks may stand in the middle of a sentence.
    old, edited = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (before, after))
    for line in difflib.unified_diff(old, edited, source, f"b/{path}"):
        ends = "" if line.endswith("\n") else "\n\\ No newline at end of file\n"
        lines.append(line + ends)
    return "".join(lines)


def _gist(finding: Finding) -> tuple[str, str, str]:
    """What is wrong, wherever an edit above it has moved it."""
    return finding.file, finding.code, finding.message
