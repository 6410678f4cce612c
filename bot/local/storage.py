"""Keeps what the server knows in a SQLite file, so that a restart continues every chat."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pathlib import Path


class Storage:
    """Records by kind and key. Without a path nothing is written: memory is all there is.

    The file is readable by its owner only, since it holds conversations.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._file: sqlite3.Connection | None = None
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=NORMAL")
        self._file.execute("PRAGMA secure_delete=ON")
        self._file.execute(
            "CREATE TABLE IF NOT EXISTS records"
            " (kind TEXT, key TEXT, value BLOB, PRIMARY KEY (kind, key)) WITHOUT ROWID"
        )

    def put(self, kind: str, key: object, value: object) -> None:
        """Write a record as JSON, over an older one if there is one."""
        if self._file:
            self._file.execute(
                "INSERT OR REPLACE INTO records VALUES (?, ?, ?)",
                (kind, str(key), msgspec.json.encode(value)),
            )

    def remove(self, kind: str, key: object) -> None:
        """Forget a record."""
        if self._file:
            self._file.execute("DELETE FROM records WHERE kind = ? AND key = ?", (kind, str(key)))

    def get(self, kind: str, key: object) -> bytes | None:
        """The JSON of one record."""
        if self._file is None:
            return None
        row = self._file.execute(
            "SELECT value FROM records WHERE kind = ? AND key = ?", (kind, str(key))
        ).fetchone()
        return row[0] if row else None

    def all(self, kind: str) -> list[bytes]:
        """The JSON of all records of a kind, in no order."""
        if self._file is None:
            return []
        rows = self._file.execute("SELECT value FROM records WHERE kind = ?", (kind,))
        return [value for (value,) in rows]

    def close(self) -> None:
        """Let go of the file."""
        if self._file:
            self._file.close()
