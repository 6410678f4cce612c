"""How a report is called: ``K7M-4QX`` by people, with a secret after it by programs."""

from __future__ import annotations

import secrets
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0/O, 1/I/L and U, which are misread or misheard: 30⁶ = 729 million references."""
_LENGTH: Final = 6
_SECRET: Final = 12
"""Bytes: with it no two reports have the same name, and none can be guessed."""


def new_report_id() -> str:
    """A new name, ``K7M-4QX-`` and 16 characters that are safe in a URL."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
    return f"{letters[:3]}-{letters[3:]}-{secrets.token_urlsafe(_SECRET)}"


def reference_of(report: str) -> str:
    """The part that people read out. Two reports may share it, if rarely."""
    return report[: _LENGTH + 1]
