"""axe looks at every page for what keeps people out, by WCAG 2.2 at level AA.

In both themes, and in languages that run from left to right and from right to left.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bot.application import Application
from bot.content import shipped
from bot.local import LocalBotApi
from bot.reports.summary import mail_link

sys.path.append(str(Path(__file__).parents[1] / "end_to_end"))  # for the bot at work

from running_bot import environment, running

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("accessibility")]

TOKEN = "a-token-that-nobody-guesses"
PATIENCE = 30_000
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
THEMES = ("light", "dark")
START = {"en": "Start", "fr": "Démarrer", "ar": "ابدأ"}
"""How a chat is begun, by language."""
VIEWS = ("Campaigns", "Contacts", "Translations", "Figures", "Reports")
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1440, "height": 900}
MAIL = mail_link("report@example.org", "Report", "What was seen: a man led a girl into room 12.")
expect.set_options(timeout=PATIENCE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[LocalBotApi]:
    async with LocalBotApi() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(
    server: LocalBotApi, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Application]:
    """The bot at work, with a studio in which everything may be changed."""
    content = tmp_path_factory.mktemp("content")
    for part in ("flows", "data", "locales"):
        shutil.copytree(shipped() / part, content / part)
    environ = environment(server, tmp_path_factory.mktemp("data"), "polling")
    async with running(
        environ | {"CONTENT_DIR": str(content), "STAFF_TOKEN": TOKEN}
    ) as application:
        yield application


@asynccontextmanager
async def opened(browser: Browser, address: str, **options: Any) -> AsyncIterator[Page]:
    context = await browser.new_context(reduced_motion="reduce", **options)
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    await page.goto(address)
    yield page
    await context.close()


async def found_by_axe(page: Page) -> list[str]:
    """What keeps somebody out: rule, why, and the elements."""
    results = await Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    return [
        f"{each['id']}: {each['help']}: {[node['target'] for node in each['nodes']][:5]}"
        for each in results.response["violations"]
    ]


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


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("viewport", [LAPTOP, PHONE], ids=["laptop", "phone"])
async def test_the_studio(browser: Browser, bot: Application, viewport: Any, theme: str) -> None:
    root = f"http://127.0.0.1:{bot.settings.port}/studio/"
    found: dict[str, list[str]] = {}
    async with opened(browser, root, viewport=viewport, color_scheme=theme) as page:
        token = page.get_by_label("Staff token")
        await expect(token).to_be_visible()
        found["Login"] = await found_by_axe(page)
        await token.fill(TOKEN)
        await page.get_by_label("Your name").fill("Ana")
        await page.get_by_role("button", name="Log in").click()
        await expect(page.get_by_role("navigation")).to_be_visible()
        await page.goto(f"{root}flows#flows/start.yaml")
        await expect(page.locator(".node").first).to_be_attached()
        found["Flows"] = await found_by_axe(page)
        for view in VIEWS:
            await page.get_by_role("link", name=view, exact=True).click()
            await expect(page.get_by_role("heading", level=1, name=view).last).to_be_visible()
            found[view] = await found_by_axe(page)
    assert {view: each for view, each in found.items() if each} == {}
