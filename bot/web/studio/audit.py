"""Who did what in the studio: one JSON line for each, in a file for the operator's eyes only."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pathlib import Path


class Audit:
    """The trail. Lines are only ever added; no token is in them."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, event: str, **details: str) -> None:
        """Add a line. Raises :class:`OSError` when the file cannot be written."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        line = msgspec.json.encode({"at": at, "event": event, **details}) + b"\n"
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line)  # one call, so that lines of two replicas never mix
        finally:
            os.close(handle)
