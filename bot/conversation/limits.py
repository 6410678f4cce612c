"""Every cap of the engine in one place."""

from __future__ import annotations

from typing import Final

STEPS: Final = 100
"""Nodes one turn may walk through before it is taken for a loop."""

DEPTH: Final = 10
"""Calls that may be open at once."""

ANSWER: Final = 4096
"""Characters of a typed answer that are kept: all that one message can hold."""

CANDIDATES: Final = 8
"""Buttons offered when a place could be several."""

DOUBLE_TAP: Final = 5
"""Seconds in which the same press again is the same tap."""

CALLBACK_BYTES: Final = 64
"""Bytes a button may carry (a limit of Telegram)."""

LABEL_IN_PAIR: Final = 16
"""Characters up to which two buttons share a row."""
