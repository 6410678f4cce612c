"""Words that must stay where they belong, and where they are found instead."""

from __future__ import annotations

import base64
import json
from typing import Final
from urllib.parse import quote

from joserfc.jwk import OKPKey
from msgspec import Struct

TOKEN: Final = "987654321:CANARY-token-AAbbCCdd"
SECRET: Final = "canary-webhook-secret-77"
STAFF: Final = "canary-staff-token-88"
REDIS: Final = "canary-redis-password-99"
KEY: Final = b"canary-secret-key-0123456789abcd"
WORDS: Final = "canarywords of a witness at room 4711"
"""What people write into reports, captions and whatever else takes words."""
MAIL: Final = "canary.witness@example.org"
NAME: Final = "Kanarina-Vogelsang"
USERNAME: Final = "kanarina_vogelsang"
FIRST_CHAT: Final = 7_734_512_345_000
"""The first of a thousand chat ids, which all begin alike."""


class Canary(Struct, frozen=True):
    """Something that must not be seen: all the ways to write it, and where it may stand."""

    name: str
    forms: tuple[bytes, ...]
    allowed: tuple[str, ...] = ()


def _forms(text: str | bytes) -> tuple[bytes, ...]:
    raw = text.encode() if isinstance(text, str) else text
    forms = {raw, quote(raw).encode(), raw.hex().encode(), base64.b64encode(raw).rstrip(b"=")}
    if isinstance(text, str):
        forms.add(json.dumps(text)[1:-1].encode())
        forms.add(text.replace(" ", "+").encode())
    return tuple(sorted(forms))


def planted(*private: OKPKey) -> tuple[Canary, ...]:
    """All of them; ``private`` are keys of a partner, which the bot never gets to see."""
    keys = [str(key.as_dict(private=True)["d"]) for key in private]
    return (
        Canary("bot token", _forms(TOKEN) + _forms(TOKEN.partition(":")[2])),
        Canary("webhook secret", _forms(SECRET)),
        Canary("staff token", _forms(STAFF)),
        Canary("Redis password", _forms(REDIS)),
        Canary("secret key", _forms(KEY)),
        Canary("keys of a partner", tuple(form for key in keys for form in _forms(key))),
        Canary("words of a report", _forms(WORDS) + _forms(WORDS.partition(" ")[0])),
        Canary("mail address of a witness", _forms(MAIL)),
        Canary("name of a person", _forms(NAME) + _forms(USERNAME)),
        # By design: keys in Redis are named after chats. docs/security.md says so.
        Canary("chat id", _forms(str(FIRST_CHAT)[:10]), allowed=("Redis",)),
    )


def escaped(canaries: tuple[Canary, ...], emitted: dict[str, bytes]) -> list[str]:
    """Where which canary was seen though it must not be; empty when all is well."""
    return [
        f"{canary.name} in {where}"
        for where, told in emitted.items()
        for canary in canaries
        if where.partition(":")[0] not in canary.allowed
        and any(form in told for form in canary.forms)
    ]
