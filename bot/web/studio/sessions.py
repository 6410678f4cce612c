"""Who is logged in. Kept in memory: a restart logs everybody out."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

LASTS: Final = 12 * 3600
"""Seconds from login to the end of a session."""


class StaffSession(Struct, frozen=True):
    """One editor at work: the ``name`` given at login, what each POST must carry, and its end."""

    name: str
    csrf: str
    ends: float


class Sessions:
    """All sessions, by a hash of their id, so that no id lies about. ``clock`` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._open: dict[str, StaffSession] = {}

    def begin(self, name: str) -> str:
        """Open a session; its id, for the cookie."""
        now = self._clock()
        self._open = {key: each for key, each in self._open.items() if each.ends > now}
        session_id = secrets.token_urlsafe(32)
        self._open[_key(session_id)] = StaffSession(name, secrets.token_urlsafe(32), now + LASTS)
        return session_id

    def find(self, session_id: str) -> StaffSession | None:
        """The session of an id, while it lasts."""
        found = self._open.get(_key(session_id))
        return found if found and found.ends > self._clock() else None

    def end(self, session_id: str) -> StaffSession | None:
        """Close a session, and give it back if there was one."""
        return self._open.pop(_key(session_id), None)


def _key(session_id: str) -> str:
    return hashlib.sha256(session_id.encode("utf-8", "replace")).hexdigest()
