"""The page that opens a mail, in a real browser."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

from bot.content import shipped
from bot.i18n.catalogues import Catalogues
from bot.reports.summary import mail_link
from bot.web.mail_page import PATH, add_mail_page

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("mail-page")]

PHONE = {"width": 390, "height": 844}
BODY = (
    "What was seen or heard: A man led a girl of about ten into room 12.\nWhen: last night & later"
)
MAIL = mail_link("report@example.org", "Report of suspected <exploitation>", BODY)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address() -> AsyncIterator[str]:
    app = web.Application()
    catalogues = Catalogues.load(shipped() / "locales")
    add_mail_page(app, lambda: catalogues)
    async with TestServer(app) as server:
        yield str(server.make_url(PATH))


@asynccontextmanager
async def _opened(browser: Browser, address: str, **options: Any) -> AsyncIterator[Page]:
    context = await browser.new_context(**{"viewport": PHONE, "locale": "en-GB", **options})
    context.set_default_timeout(8000)
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text))
    await page.goto(address)
    yield page
    await context.close()
    assert problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_one_button_opens_the_mail(
    browser: Browser, address: str, scheme: str, tmp_path: Path
) -> None:
    options = {"color_scheme": scheme, "locale": "fr-FR" if scheme == "dark" else "en-GB"}
    async with _opened(browser, f"{address}#en&{MAIL}", **options) as page:
        await expect(page.locator("#address")).to_have_text("report@example.org")
        button = page.get_by_role("link", name="Open the mail")
        href = await button.get_attribute("href")
        assert href is not None
        parts = urlsplit(href)
        assert (parts.scheme, parts.path) == ("mailto", "report@example.org")
        asked = parse_qs(parts.query)
        assert asked["subject"] == ["Report of suspected <exploitation>"]
        assert asked["body"] == [BODY.replace("\n", "\r\n")]
        await expect(page.locator("#cut")).to_be_hidden()
        assert page.url == address  # the report has left the address
        folder = Path(os.environ.get("PICTURES", tmp_path))
        await page.screenshot(path=folder / f"mail-{scheme}.png")
        await page.locator("summary").click()
        await expect(page.locator("#body")).to_contain_text("room 12")
        await page.screenshot(path=folder / f"mail-{scheme}-open.png")


async def test_it_speaks_the_language_of_the_chat_or_of_the_browser(
    browser: Browser, address: str
) -> None:
    async with _opened(browser, f"{address}#fr&{MAIL}") as page:
        await expect(page.locator("html")).to_have_attribute("lang", "fr")
        await expect(page.locator("#open")).not_to_have_text("Open the mail")
    async with _opened(browser, f"{address}#xx&{MAIL}", locale="fr-BE") as page:
        await expect(page.locator("html")).to_have_attribute("lang", "fr")


async def test_a_report_that_was_cut_says_so(browser: Browser, address: str) -> None:
    link = mail_link("report@example.org", "Report", "word " * 1000, 1900)
    async with _opened(browser, f"{address}#en&{link}") as page:
        await expect(page.locator("#cut")).to_be_visible()


@pytest.mark.parametrize(
    "given",
    [
        "",
        "#",
        "#en",
        "#en&",
        "#en&javascript:alert(1)",
        "#en&https://example.org/?subject=a",
        "#en&mailto:a@example.org,b@example.org?subject=x&body=y",
        "#en&mailto:a@example.org%0Acc:b@example.org?subject=x",
        "#en&mailto:%?subject=x&body=y",
        "#en&mailto:<script>@example.org?subject=x&body=y",
    ],
)
async def test_it_opens_nothing_but_a_mail_to_one(
    browser: Browser, address: str, given: str
) -> None:
    async with _opened(browser, address + given) as page:
        await expect(page.get_by_role("heading", name="There is no mail here")).to_be_visible()
        await expect(page.locator("#open")).not_to_have_attribute("href", "")
        assert await page.locator("#open").get_attribute("href") is None


async def test_nobody_else_is_copied_in(browser: Browser, address: str) -> None:
    link = "mailto:a@example.org?cc=b@example.org&subject=x&bcc=c@example.org&body=y"
    async with _opened(browser, f"{address}#en&{link}") as page:
        href = await page.locator("#open").get_attribute("href")
        assert href == "mailto:a@example.org?subject=x&body=y"


async def test_the_next_mail_is_shown_in_the_same_tab(browser: Browser, address: str) -> None:
    async with _opened(browser, f"{address}#en&{MAIL}") as page:
        await expect(page.locator("#address")).to_have_text("report@example.org")
        await page.goto(f"{address}#en&mailto:other@example.org?subject=x&body=y")
        await expect(page.locator("#address")).to_have_text("other@example.org")


async def test_nothing_from_elsewhere_is_allowed(address: str) -> None:
    async with aiohttp.ClientSession() as session:
        for part in ("", "/mail.css", "/mail.js"):
            async with session.get(address + part) as response:
                assert response.status == 200
                assert "default-src 'none'" in response.headers["Content-Security-Policy"]
                assert response.headers["Referrer-Policy"] == "no-referrer"
                text = (await response.text()).replace("https://example", "")
                assert "http://" not in text
                assert "https://" not in text
