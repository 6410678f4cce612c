"""Deep links, and what is counted of them."""

from __future__ import annotations

import re
from typing import Final

from bot.conversation.effects import Count

_COUNTABLE: Final = re.compile(r"[A-Za-z0-9-]{1,64}")


def counted(what: str, value: str) -> tuple[Count, ...]:
    """Count a value of a link, if it is one that a poster can hold."""
    return (Count(f"{what}.{value}"),) if _COUNTABLE.fullmatch(value) else ()
