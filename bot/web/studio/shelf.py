"""The files of a content folder: read them, and replace one without ever leaving half of it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from msgspec import Struct

from bot.web.studio.answers import Refusal
from bot.web.studio.paths import kind_of, known, located

_VERSION: Final = re.compile(r"(\d{8}T\d{6}\.\d{6}Z)-([\w-]{1,40})")
_STAMP: Final = "%Y%m%dT%H%M%S.%fZ"


class Listed(Struct, frozen=True):
    """A file in the list: ``size`` in bytes, ``version`` another one after every change."""

    path: str
    kind: str
    size: int
    version: str


class Written(Struct, frozen=True):
    """A file as it is now."""

    path: str
    text: str
    version: str


class Former(Struct, frozen=True):
    """A version that was replaced at ``at`` (ISO 8601) by somebody."""

    id: str
    at: str
    by: str
    size: int


class Shelf:
    """The content in ``folder``; versions that are replaced go to ``history``.

    Everything raises :class:`~bot.web.studio.answers.Refusal` for a path that is none of the
    content's, and :class:`OSError`.
    """

    def __init__(self, folder: Path, history: Path, *, writable: bool) -> None:
        self.folder = folder
        self._history = history
        self._writable = writable

    @property
    def may_write(self) -> bool:
        """Whether the operator and the file system allow changes."""
        folders = (self.folder / "flows", self.folder / "data")
        return self._writable and all(os.access(folder, os.W_OK) for folder in folders)

    def listing(self) -> list[Listed]:
        """Every file of the content."""
        found = []
        for path in known(self.folder):
            content = located(self.folder, path).read_bytes()
            found.append(Listed(path, kind_of(path), len(content), _version(content)))
        return found

    def read(self, path: str) -> Written:
        """One file."""
        real = located(self.folder, path)
        if not real.is_file():
            raise Refusal(404, "There is no such file in the content.")
        content = real.read_bytes()
        return Written(path, _text(content), _version(content))

    def version(self, path: str) -> str:
        """The version of a file; empty when there is none yet."""
        real = located(self.folder, path)
        return _version(real.read_bytes()) if real.is_file() else ""

    def expect(self, path: str, version: str) -> None:
        """Make sure that a file may be replaced, and is what the editor saw.

        Raises :class:`~bot.web.studio.answers.Refusal`: 403 when nobody may write, 409 when it is
        not that version any more.
        """
        if not self.may_write:
            raise Refusal(403, "The content is read-only here: download your change instead.")
        if (today := self.version(path)) != version:
            reason = "Somebody has changed this file since you opened it."
            raise Refusal(409, reason, {"path": path, "version": today})

    def replace(self, path: str, text: str, version: str, by: str) -> str:
        """Write a file of which the editor saw ``version``; the version that it has now.

        Raises as :meth:`expect` does.
        """
        self.expect(path, version)
        real, content = located(self.folder, path), text.encode()
        former = real.read_bytes() if version else None
        if former == content:
            return version
        real.parent.mkdir(parents=True, exist_ok=True)
        mode = 0o644
        if former is not None:
            mode = stat.S_IMODE(real.stat().st_mode)
            self._keep(path, former, by)
        _write(real, content, mode)
        return _version(content)

    def history(self, path: str) -> list[Former]:
        """The versions that were replaced, the newest first."""
        located(self.folder, path)
        folder = self._history / path
        found = []
        for kept in sorted(folder.iterdir(), reverse=True) if folder.is_dir() else ():
            if match := _VERSION.fullmatch(kept.name):
                at = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
                shown = at.isoformat(timespec="seconds")
                found.append(Former(kept.name, shown, match[2], kept.stat().st_size))
        return found

    def former(self, path: str, version_id: str) -> str:
        """The text of a version that was replaced."""
        located(self.folder, path)
        kept = self._history / path / version_id
        if not _VERSION.fullmatch(version_id) or not kept.is_file():
            raise Refusal(404, "There is no such version of this file.")
        return _text(kept.read_bytes())

    def _keep(self, path: str, content: bytes, by: str) -> None:
        folder = self._history / path
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = re.sub(r"[^\w-]+", "-", by).strip("-")[:40] or "editor"
        _write(folder / f"{datetime.now(UTC):{_STAMP}}-{name}", content, 0o600)


def _version(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise Refusal(422, "This file is not UTF-8 text.") from None


def _write(path: Path, content: bytes, mode: int) -> None:
    """Whoever reads, even after a power cut, gets the old content or the new."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".studio-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            Path(draft).chmod(mode)
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(draft).unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
