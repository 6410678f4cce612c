"""Requests that no page makes: refused in one line, never an error of the studio's own."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("studio-odd")]

DIGITS = "9" * 5000
"""More than Python reads as one number."""


@pytest.mark.parametrize(
    ("where", "query", "expected"),
    [
        ("campaigns/picture", {"name": "\x00"}, 404),
        ("campaigns/picture", {"name": f"{'x' * 300}.png"}, 404),
        ("campaigns/picture", {"name": "../../x.png"}, 404),
        ("figures", {"days": DIGITS}, 400),
        ("translations/strings", {"language": "fr", "page": DIGITS}, 400),
    ],
)
async def test_what_no_page_asks_for_is_refused_in_a_line(
    ana: Any, where: str, query: dict[str, str], expected: int, caplog: pytest.LogCaptureFixture
) -> None:
    status, found = await ana.get(where, **query)
    assert status == expected
    assert found.keys() == {"error"}
    assert "\n" not in found["error"]
    assert not caplog.records


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="token"'),
        ("multipart/form-data", b"token=x"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"token=x"),
        ("application/x-www-form-urlencoded", b"token=\xff"),
        ("nonsense", b"\x00"),
    ],
)
async def test_what_is_no_form_is_no_token(
    small: Any, kind: str, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = small.browser()
    address = small.server.make_url("/studio/login")
    async with stranger.http.post(
        address, data=body, headers={"Content-Type": kind}, allow_redirects=False
    ) as response:
        assert response.status == 303
        assert response.headers["Location"].startswith("/studio/login?w")
    await stranger.http.close()
    assert not caplog.records
