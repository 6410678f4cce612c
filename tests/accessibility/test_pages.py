"""axe looks at the pages for everybody for what keeps people out, by WCAG 2.2 at level AA.

In both themes, and in languages that run from left to right and from right to left.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from looked_at import PHONE, THEMES, found_by_axe, opened
from playwright.async_api import Browser, expect

from bot.application import Application
from bot.local import LocalBotApi
from bot.reports.summary import mail_link

sys.path.append(str(Path(__file__).parents[1] / "end_to_end"))  # for the bot at work

from running_bot import environment, running

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("accessibility")]

START = {"en": "Start", "fr": "Démarrer", "ar": "ابدأ"}
"""How a chat is begun, by language."""
MAIL = mail_link("report@example.org", "Report", "What was seen: a man led a girl into room 12.")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[LocalBotApi]:
    async with LocalBotApi() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(
    server: LocalBotApi, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Application]:
    async with running(
        environment(server, tmp_path_factory.mktemp("data"), "polling")
    ) as application:
        yield application


async def test_axe_finds_what_is_wrong(browser: Browser) -> None:
    async with opened(browser, "about:blank") as page:
        await page.set_content("<p style='color:#999;background:#fff'>Grey</p><img src='x'>")
        found = " ".join(await found_by_axe(page))
    for rule in ("color-contrast", "image-alt", "html-has-lang", "document-title"):
        assert f"{rule}: " in found


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", START)
async def test_the_chat_page(
    browser: Browser, server: LocalBotApi, bot: Application, language: str, theme: str
) -> None:
    address = f"{server.url}/?lang={language}&theme={theme}"
    async with opened(browser, address, viewport=PHONE, color_scheme=theme) as page:
        assert bot.username
        start = page.get_by_role("button", name=START[language], exact=True)
        await expect(start).to_be_visible()
        assert await found_by_axe(page) == []
        await start.click()
        await expect(page.locator(".message.bot").first).to_be_visible()
        await page.get_by_role("textbox").fill("Kenya")
        await page.keyboard.press("Enter")
        await expect(page.locator(".message.bot", has_text="116").first).to_be_visible()
        assert await found_by_axe(page) == []
        await page.locator("#settings-button").click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await found_by_axe(page) == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", START)
async def test_the_page_that_opens_a_mail(
    browser: Browser, bot: Application, language: str, theme: str
) -> None:
    root = f"http://127.0.0.1:{bot.settings.port}/mail"
    async with opened(browser, f"{root}#{language}&{MAIL}", color_scheme=theme) as page:
        await expect(page.locator("html")).to_have_attribute("lang", language)
        await page.locator("summary").click()
        assert await found_by_axe(page) == []
    async with opened(browser, f"{root}#{language}", color_scheme=theme) as page:
        assert await found_by_axe(page) == []
