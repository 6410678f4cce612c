"""How often an update may fail before it is let go."""

from __future__ import annotations

import traceback
from typing import Final

ATTEMPTS: Final = 3
_REMEMBERED: Final = 10_000


class Attempts:
    """Counts the failures of each update, so that one that always fails does not block the rest.

    The oldest counts are forgotten beyond 10,000: their updates never came again.
    """

    def __init__(self) -> None:
        self._failures: dict[int, int] = {}

    def failed(self, update_id: int) -> bool:
        """Count a failure; true when it was the last one allowed."""
        failures = self._failures.pop(update_id, 0) + 1
        if failures >= ATTEMPTS:
            return True
        self._failures[update_id] = failures
        if len(self._failures) > _REMEMBERED:
            del self._failures[next(iter(self._failures))]
        return False

    def passed(self, update_id: int) -> None:
        """Forget the failures of an update that went well in the end."""
        self._failures.pop(update_id, None)


def origin(error: BaseException) -> str:
    """What failed and where, without the error's own words: they may quote what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    name = type(error).__name__
    return f"{name} at {frames[-1].filename}:{frames[-1].lineno}" if frames else name
