"""References that people read out and type: ``K7M-4QX``."""

from __future__ import annotations

import secrets
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0/O, 1/I/L and U, which are misread or misheard: 30⁶ = 729 million references."""
_LENGTH = 6


def new_reference() -> str:
    """A reference that nobody can guess or count on from another one.

    Two may be equal, if rarely: it names a report to people, and is no key.
    """
    letters = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
    return f"{letters[:3]}-{letters[3:]}"


def parse_reference(text: str) -> str | None:
    """The reference in ``text`` as somebody typed it (``k7m 4qx``), ``None`` if it is none."""
    letters = "".join(text.upper().replace("-", " ").split())
    if len(letters) != _LENGTH or not set(letters) <= set(ALPHABET):
        return None
    return f"{letters[:3]}-{letters[3:]}"
