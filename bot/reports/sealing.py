"""What only the partner can read, and proof that it came from this bot.

A report is a JWE in compact form (RFC 7516): ECDH-ES+A256KW to the partner's X25519 or P-256 key,
A256GCM for the content. A request carries a JWS with detached content (RFC 7515, appendix F) of its
body, by the bot's Ed25519 key (RFC 9864).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from joserfc import jwe, jws
from joserfc.jwe import JWERegistry
from joserfc.jwk import ECKey, OKPKey, import_key
from joserfc.jws import JWSRegistry

from bot import private_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SealingKey: TypeAlias = ECKey | OKPKey

LARGEST: Final = 1_000_000
"""Bytes of a sealed report, far above any report in words."""

_WRAP, _CONTENT, _SIGN = "ECDH-ES+A256KW", "A256GCM", "Ed25519"
_CURVES = ("X25519", "P-256")


class _Sealed(JWERegistry):
    max_ciphertext_length = LARGEST


class _Signed(JWSRegistry):
    max_payload_length = 2 * LARGEST  # it is measured in base64


_sealed = _Sealed(algorithms=[_WRAP, _CONTENT])
_signed = _Signed(algorithms=[_SIGN])


class NotReadable(Exception):
    """Sealed for another key, signed by another one, or changed on its way."""


def sealing_key(jwk: Mapping[str, Any]) -> SealingKey:
    """A partner's key from its JWK (RFC 7517), public or private.

    Raises :class:`ValueError`, which does not show the key.
    """
    try:
        key = import_key(dict(jwk))
    except Exception:  # the library lets errors of several libraries through
        key = None
    if not isinstance(key, ECKey | OKPKey) or key.curve_name not in _CURVES:
        raise ValueError("not a JWK of kty OKP with crv X25519, or of kty EC with crv P-256")
    return key


def verifying_key(jwk: Mapping[str, Any]) -> OKPKey:
    """A key for signatures from its JWK. Raises :class:`ValueError`, which does not show it."""
    try:
        key = OKPKey.import_key(dict(jwk))
    except Exception:  # the library lets errors of several libraries through
        key = None
    if key is None or key.curve_name != _SIGN:
        raise ValueError("not a JWK of kty OKP with crv Ed25519")
    return key


def seal(document: bytes, key: SealingKey) -> str:
    """Encrypt ``document`` so that only the private half of ``key`` opens it."""
    header = {"alg": _WRAP, "enc": _CONTENT, "kid": key.thumbprint()}
    return jwe.encrypt_compact(header, document, key, registry=_sealed)


def open_sealed(sealed: str, private: SealingKey) -> bytes:
    """The document; for the partner. Raises :class:`NotReadable`."""
    try:
        plaintext = jwe.decrypt_compact(sealed, private, registry=_sealed).plaintext
    except Exception as error:  # odd headers make the library raise anything
        raise NotReadable("not a report sealed for this key") from error
    if plaintext is None:
        raise NotReadable("there is no content")
    return plaintext


def sign(body: bytes, key: OKPKey) -> str:
    """The detached signature of a request's body, ``header..signature``."""
    header = {"alg": _SIGN, "kid": key.thumbprint()}
    return jws.detach_content(jws.serialize_compact(header, body, key, registry=_signed))


def verify(body: bytes, signature: str, public: OKPKey) -> None:
    """Check the detached signature of a body. Raises :class:`NotReadable`."""
    if ".." not in signature:  # the library would check the content in it, and not the body
        raise NotReadable("not a detached signature")
    try:
        jws.deserialize_compact(signature, public, payload=body, registry=_signed)
    except Exception as error:  # odd headers make the library raise anything
        raise NotReadable("not signed by this key") from error


def signing_key(path: Path) -> OKPKey:
    """The bot's own Ed25519 key, from a JWK file that is made (mode 0600) if missing.

    Raises :class:`ValueError` when the file holds something else, :class:`OSError` when it can
    be neither read nor made.
    """
    if not path.exists():
        made = OKPKey.generate_key("Ed25519").as_dict(private=True)
        private_file.create(path, json.dumps(made).encode())
    try:
        key = OKPKey.import_key(json.loads(path.read_bytes()))
        usable = key.curve_name == "Ed25519" and key.is_private
    except Exception:  # the library lets errors of several libraries through
        usable = False
    if not usable:
        raise ValueError(
            f"{path} is not a private Ed25519 key (JWK); restore it, or delete it to start anew "
            "(partners then need the new public key)"
        )
    return key
