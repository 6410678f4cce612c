"""Nothing that must stay secret gets out of the real program: the short form of the day in
``benchmarks.canaries``, by webhook and by long polling, with the log in both forms.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from benchmarks.canaries import look
from benchmarks.canaries_planted import FIRST_CHAT, STAFF, TOKEN, WORDS, escaped, planted

PLACES = {
    *("log", "processes", "metrics", "healthz", "readyz", "HTTP", "studio", "studio, outside"),
    *("command", "DATA_DIR", "Redis"),
}


async def test_no_canary_escapes_from_a_day_of_the_real_program(tmp_path: Path) -> None:
    found, emitted, messages = await look(tmp_path, days=1, people=2)
    assert found == []
    assert messages > 300
    assert {where.partition(":")[0] for where in emitted} == PLACES
    assert all(emitted.values()), [where for where, told in emitted.items() if not told]
    # What it was about did happen.
    assert str(FIRST_CHAT)[:10].encode() in emitted["Redis"]
    assert b"let go" in emitted["log"] or b"did not get through" in emitted["log"]
    assert b"python" in emitted["processes"]
    assert b'"flood"' in emitted["metrics"]
    assert b"login failed" in emitted["DATA_DIR: studio/audit.jsonl"]


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("log", f"https://api.telegram.org/bot{TOKEN}/sendMessage"),
        ("metrics", f'updates{{chat="{FIRST_CHAT + 5}"}} 1'),
        ("DATA_DIR: studio/audit.jsonl", json.dumps({"token": STAFF})),
        ("processes", f"python\0-m\0bot\0{TOKEN.partition(':')[2]}"),
        ("HTTP", WORDS.replace(" ", "%20")),
        ("Redis", WORDS),
    ],
)
def test_a_canary_that_escapes_is_seen(where: str, told: str) -> None:
    (found,) = escaped(planted(OKPKey.generate_key("Ed25519")), {where: told.encode()})
    assert found.endswith(f" in {where}")


def test_chat_ids_may_stand_in_redis() -> None:
    assert escaped(planted(), {"Redis": str(FIRST_CHAT).encode()}) == []
