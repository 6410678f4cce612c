"""Who comes in, and who does not."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.web.studio import add_studio
from bot.web.studio.attempts import FREE, FREE_OVERALL, KNOWN_FOR, LONGEST, Attempts
from bot.web.studio.login import COOKIE
from bot.web.studio.sessions import LASTS, Sessions

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("studio-login")]


TOKEN = "a-token-that-nobody-guesses"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest_asyncio.fixture(loop_scope="module")
async def quiet(small, pipeline, tmp_path):
    """A studio at whose door nobody has been yet."""
    studio = type(small)(small.folder, tmp_path, pipeline, writable=False)
    async with studio.server:
        yield studio


@asynccontextmanager
async def visitor(studio, **headers):
    """A browser of its own; ``X_Forwarded_For`` is a header, too."""
    browser = studio.browser()
    browser.http.headers.update({name.replace("_", "-"): text for name, text in headers.items()})
    yield browser
    await browser.http.close()


async def fail(studio, address, times):
    """Where the last of wrong tokens from an address leads."""
    async with visitor(studio, X_Forwarded_For=address) as stranger:
        return [await stranger.login(token="wrong") for _ in range(times)][-1]


async def test_nothing_is_told_to_strangers(small):
    stranger = small.browser()
    for path in ("me", "files", "file", "hotlines", "figures", "reports", "nonsense", ""):
        status, body = await stranger.get(path)
        assert (status, body) == (401, {"error": "Please log in."}), path
    for path in ("check", "save", "preview", "reports/retry", "hotlines/checked"):
        status, body = await stranger.post(path, {})
        assert (status, body) == (401, {"error": "Please log in."}), path
    await stranger.http.close()


async def test_the_page_is_for_all_and_strict(small):
    stranger = small.browser()
    for path in ("", "login", "flows", "assets/main.js"):
        async with stranger.http.get(small.server.make_url(f"/studio/{path}")) as response:
            assert response.status == 200
            policy = response.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self';")
            assert "unsafe" not in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Referrer-Policy"] == "same-origin"
    async with stranger.http.get(small.server.make_url("/studio")) as response:
        assert response.url.path == "/studio/"
    await stranger.http.close()


async def test_the_token_opens_and_leaving_closes(small):
    staff = small.browser()
    assert await staff.login("  Ana\n Maria ") == "/studio/"
    (cookie,) = staff.http.cookie_jar
    assert cookie.key == COOKIE
    assert (cookie["path"], cookie["samesite"], cookie["max-age"]) == (
        "/studio",
        "Strict",
        str(12 * 3600),
    )
    assert cookie["httponly"]
    status, me = await staff.get("me")
    assert status == 200
    assert me["name"] == "Ana Maria"
    assert me["may_write"] is True
    assert me["problem"] == "flows/quiz.yaml is broken."
    assert me["languages"] == [
        {"code": "en", "name": "English", "direction": "ltr", "offered": True}
    ]
    logout = small.server.make_url("/studio/logout")
    async with staff.http.post(logout, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/studio/login")
    headers = {"Cookie": f"{COOKIE}={cookie.value}"}
    async with staff.http.get(small.server.make_url("/studio/api/me"), headers=headers) as response:
        assert response.status == 401  # whoever kept the cookie has nothing
    await staff.http.close()


async def test_a_post_from_another_page_does_nothing(small, ana, content):
    edit = {"path": "flows/tour.yaml", "text": "", "version": ""}
    for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "x" * 43}, {"X-CSRF-Token": "é"}):
        status, body = await ana.post("save", edit, headers)
        assert status == 403
        assert "own page" in body["error"]
    for path in ("check", "preview", "graph", "diff", "hotlines/checked", "reports/retry"):
        assert (await ana.post(path, {}, {}))[0] == 403, path


async def test_the_token_of_another_session_is_no_good(small, ana):
    other = await small.browser().enter("Bo")
    assert (await ana.post("check", {"files": {}}, {"X-CSRF-Token": other.csrf}))[0] == 403
    await other.http.close()


async def test_guessing_many_at_once_is_slowed_down(whole):
    thief = whole.browser()
    guesses = [f"guess-{number}" for number in range(40)] + ["é" * 30, "", "x" * 100_000]
    led = await asyncio.gather(*(thief.login(token=guess) for guess in guesses))
    assert sum(where == "/studio/login?wrong" for where in led) == FREE
    assert all(where.startswith(("/studio/login?wrong", "/studio/login?wait=")) for where in led)
    assert (await thief.login()).startswith("/studio/login?wait=")  # now even the right one waits
    await thief.http.close()
    lines = (whole.data_dir / "studio" / "audit.jsonl").read_text().splitlines()
    failures = [line for line in map(json.loads, lines) if line["event"] == "login failed"]
    assert len(failures) == FREE
    assert all(line["address"] == "127.0.0.1" for line in failures)


async def test_a_proxy_says_who_guesses(small):
    staff = small.browser()
    for number in range(FREE + 1):
        staff.http.headers["X-Forwarded-For"] = f"198.51.100.{number}, 203.0.113.7"
        where = await staff.login(token="wrong")
    assert where == "/studio/login?wait=1"
    staff.http.headers["X-Forwarded-For"] = "203.0.113.7, 203.0.113.8"
    assert await staff.login() == "/studio/"
    await staff.http.close()


async def test_a_proxy_may_say_it_in_a_header_of_its_own(small):
    staff = small.browser()
    for number in range(FREE + 1):
        staff.http.headers.popall("X-Forwarded-For", None)
        staff.http.headers.add("X-Forwarded-For", f"198.51.100.{number}")  # what a stranger sent
        staff.http.headers.add("X-Forwarded-For", "203.0.113.9")
        where = await staff.login(token="wrong")
    assert where == "/studio/login?wait=1"
    await staff.http.close()


async def test_addresses_of_ipv4_that_are_written_as_ipv6_are_told_apart(quiet):
    assert await fail(quiet, "::ffff:198.51.100.1", FREE + 1) == "/studio/login?wait=1"
    assert await fail(quiet, "198.51.100.1", 1) == "/studio/login?wait=1"  # the same one
    assert await fail(quiet, "::ffff:198.51.100.2", 1) == "/studio/login?wrong"


@pytest.mark.parametrize(
    ("proxy", "near"),
    [("100.64.0.7", True), ("::ffff:10.1.2.3", True), ("100.128.0.1", False), ("8.8.8.8", False)],
)
async def test_who_is_named_counts_when_the_proxy_is_near(small, pipeline, tmp_path, proxy, near):
    @web.middleware
    async def through(request, handler):
        return await handler(request.clone(remote=proxy))

    studio = type(small)(small.folder, tmp_path, pipeline, writable=False)
    studio.server.app.middlewares.append(through)
    async with studio.server:
        assert await fail(studio, "203.0.113.7", FREE + 1) == "/studio/login?wait=1"
        led = await fail(studio, "203.0.113.8", 1)
    assert led == ("/studio/login?wrong" if near else "/studio/login?wait=1")


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://studio.example"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1"}, False),
        ({"Origin": "http://127.0.0.1:4711"}, True),
        ({"Origin": "https://studio.example"}, False),
        ({"Origin": "https://Studio.example", "X-Forwarded-Host": "studio.example:443"}, True),
        ({"Origin": "https://evil.example", "X-Forwarded-Host": "studio.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "null", "X-Forwarded-Host": ""}, False),
        ({"Origin": "http://["}, False),
    ],
)
async def test_a_page_of_another_site_neither_fails_for_others_nor_logs_them_out(
    quiet, headers, ours
):
    wrong = {"token": "wrong", "name": ""}
    async with visitor(quiet) as staff:
        await staff.enter()
        for _ in range(FREE + 1):
            url = quiet.server.make_url("/studio/login")
            async with staff.http.post(
                url, data=wrong, headers=headers, allow_redirects=False
            ) as response:
                assert response.status == (303 if ours else 403)
        url = quiet.server.make_url("/studio/logout")
        async with staff.http.post(url, headers=headers, allow_redirects=False) as response:
            assert response.status == (303 if ours else 403)
        assert (await staff.get("me"))[0] == (401 if ours else 200)
        assert (await staff.login()).startswith("/studio/login?wait=" if ours else "/studio/")


async def test_browsers_say_whose_form_it_is(browser, quiet):
    """By plain http, where they say the least."""
    studio = "http://studio.example/studio"
    form = f'<form method="post" action="{studio}/login"><button>You have won</button></form>'
    context = await browser.new_context(
        proxy={"server": f"http://127.0.0.1:{quiet.server.port}", "bypass": "<-loopback>"}
    )
    page = await context.new_page()
    await page.goto(f"{studio}/login")
    await page.locator("[name=token]").fill(TOKEN)
    await page.locator("[name=name]").fill("Ana")
    await page.locator("button.main").click()
    await page.wait_for_url(f"{studio}/")

    await page.route(
        "http://elsewhere.example/",
        lambda route: route.fulfill(body=form, content_type="text/html"),
    )
    await page.goto("http://elsewhere.example/")
    async with page.expect_response(f"{studio}/login") as answer:
        await page.get_by_role("button").click()
    assert (await answer.value).status == 403
    await context.close()


async def test_staff_who_were_here_do_not_wait_for_what_strangers_do(quiet):
    async with (
        visitor(quiet, X_Forwarded_For="203.0.113.7") as office,
        visitor(quiet, X_Forwarded_For="203.0.113.8") as home,
    ):
        assert await office.login() == "/studio/"
        for network in range(FREE_OVERALL // FREE):
            assert await fail(quiet, f"2001:db8:0:{network:x}::1", FREE) == "/studio/login?wrong"
        assert (await home.login()).startswith("/studio/login?wait=")
        assert await office.login() == "/studio/"
        assert await fail(quiet, "203.0.113.7", FREE + 1) == "/studio/login?wait=1"


async def test_staff_are_known_for_a_month_and_not_without_end(monkeypatch):
    clock = Clock()
    attempts = Attempts(clock)
    attempts.succeeded("192.0.2.1")
    clock.now += KNOWN_FOR
    for number in range(FREE_OVERALL):
        attempts.failed(f"198.51.100.{number}")
    assert attempts.wait("192.0.2.1") == 0
    assert attempts.wait("192.0.2.2") > 0
    clock.now += 0.5
    assert attempts.wait("192.0.2.1") > 0

    monkeypatch.setattr("bot.web.studio.attempts.KNOWN", 2)
    for number in (2, 3, 2, 4):
        attempts.succeeded(f"192.0.2.{number}")
    assert [attempts.wait(f"192.0.2.{number}") > 0 for number in (2, 3, 4)] == [False, True, False]


async def test_waiting_doubles_is_limited_and_ends():
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(FREE):
        assert attempts.wait("192.0.2.1") == 0
        attempts.failed("192.0.2.1")
    assert attempts.wait("192.0.2.1") == 1
    attempts.failed("192.0.2.1")
    assert attempts.wait("192.0.2.1") == 2
    assert attempts.wait("192.0.2.2") == 0
    for _ in range(60):
        attempts.failed("192.0.2.1")
    assert attempts.wait("192.0.2.1") == LONGEST
    assert 0 < attempts.wait("192.0.2.2") <= 4  # staff are held up by strangers, yet not for long
    clock.now += LONGEST + 1
    assert attempts.wait("192.0.2.1") == 0
    attempts.failed("192.0.2.1")
    assert attempts.wait("192.0.2.1") == 0


async def test_a_household_has_many_ipv6_addresses():
    attempts = Attempts(Clock())
    for number in range(FREE):
        attempts.failed(f"2001:db8::{number:x}")
    assert attempts.wait("2001:db8::ffff") > 0
    assert attempts.wait("2001:db8:0:1::1") == 0


async def test_by_https_the_cookie_goes_no_other_way_and_a_bad_token_is_warned_of(
    small, tmp_path, caplog
):
    app = web.Application()
    add_studio(
        app,
        "secret",
        folder=small.folder,
        writable=False,
        data_dir=tmp_path,
        secure=True,
        spoken=tuple,
        problem=str,
        counters=small.counters,
        reports=small.reports,
        staff=small.staff,
        bot=str,
    )
    assert "STAFF_TOKEN is short" in caplog.text
    assert "secret" not in caplog.text
    async with TestServer(app) as server, ClientSession() as http:
        form = {"token": "secret", "name": ""}
        url = server.make_url("/studio/login")
        async with http.post(url, data=form, allow_redirects=False) as response:
            assert "; Secure" in response.headers["Set-Cookie"]


async def test_a_session_ends_by_itself():
    clock = Clock()
    sessions = Sessions(clock)
    session_id = sessions.begin("Ana")
    assert sessions.find(session_id).name == "Ana"
    assert sessions.find(session_id + "x") is None
    clock.now += LASTS
    assert sessions.find(session_id) is None


async def test_no_secret_is_in_the_trail(small, ana):
    trail = small.data_dir / "studio" / "audit.jsonl"
    text = trail.read_text()
    assert '"login","by":"Ana"' in text
    (cookie,) = ana.http.cookie_jar
    for secret in ("a-token-that-nobody-guesses", cookie.value, ana.csrf, "guess-"):
        assert secret not in text
    assert trail.stat().st_mode & 0o777 == 0o600
