"""Words that messages about mistakes share."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence to put behind a message, empty when no name is near."""
    close = difflib.get_close_matches(word, sorted(known), n=1)
    return f' Did you mean "{close[0]}"?' if close else ""


def listed(names: Iterable[str]) -> str:
    """Names in order, as they are written in a sentence."""
    return ", ".join(sorted(names)) or "none"
