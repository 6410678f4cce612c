"""Encryption of what is sensitive: AES-256-GCM with keys that can be rotated.

A sealed value is: key id (4 bytes), nonce (12 bytes), ciphertext, tag (16 bytes). Random nonces are
safe for 2³² values a key (NIST SP 800-38D, section 8.3).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot import private_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

KEY_BYTES: Final = 32
_ID = 4
_NONCE = 12
_PSEUDONYM = 16


class Keyring:
    """Keys, newest first: the newest seals, every one opens."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise ValueError("a key has 32 bytes, and there must be at least one")
        self._keys = tuple(keys)
        self._ciphers = {hashlib.sha256(key).digest()[:_ID]: AESGCM(key) for key in keys}
        self._newest = next(iter(self._ciphers))

    @classmethod
    def from_setting(cls, setting: str) -> Keyring:
        """Read ``SECRET_KEYS``: 32-byte keys in base64, separated by commas, newest first.

        Raises :class:`ValueError`, which names the variable and shows no key.
        """
        try:
            return cls(_decode(setting))
        except ValueError:
            raise ValueError(
                "SECRET_KEYS must be base64 of 32 random bytes, several separated by commas, "
                "newest first; `openssl rand -base64 32` makes one"
            ) from None

    @classmethod
    def from_file(cls, path: Path) -> Keyring:
        """Read keys from a file of the same form, made with one new key (mode 0600) if missing.

        Raises :class:`ValueError` when the file holds something else, :class:`OSError` when it
        can be neither read nor made.
        """
        if not path.exists():
            key = base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n"
            private_file.create(path, key)
        try:
            return cls(_decode(path.read_text("ascii")))
        except ValueError:
            raise ValueError(
                f"{path} is not a list of base64 keys of 32 bytes; restore it, or delete it to "
                "start anew (drafts encrypted with the old key are then lost)"
            ) from None

    def pseudonyms(self, name: bytes) -> list[str]:
        """What ``name`` is called where it must not be seen: by every key, the newest first.

        Nobody without a key can tell that a pseudonym is that of a name.
        """
        return [hmac.digest(key, name, "sha256")[:_PSEUDONYM].hex() for key in self._keys]

    def seal(self, data: bytes, context: bytes) -> bytes:
        """Encrypt; only the same ``context`` opens it again. Nothing stays nothing."""
        if not data:
            return b""
        nonce = secrets.token_bytes(_NONCE)
        return self._newest + nonce + self._ciphers[self._newest].encrypt(nonce, data, context)

    def open(self, sealed: bytes, context: bytes) -> bytes | None:
        """Decrypt; ``None`` when no key fits, or when the value was moved or tampered with."""
        if not sealed:
            return b""
        cipher = self._ciphers.get(sealed[:_ID])
        if cipher is None:
            return None
        try:
            nonce, body = sealed[_ID : _ID + _NONCE], sealed[_ID + _NONCE :]
            return cipher.decrypt(nonce, body, context)
        except (InvalidTag, ValueError):
            return None


def _decode(text: str) -> list[bytes]:
    words = text.replace(",", " ").split()
    try:
        return [base64.b64decode(word, validate=True) for word in words]
    except binascii.Error as error:
        raise ValueError("not base64") from error
