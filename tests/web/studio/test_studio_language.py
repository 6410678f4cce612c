"""The studio's page in the language of whoever works on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("studio-language")]

TOKEN = "a-token-that-nobody-guesses"
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@asynccontextmanager
async def opened(browser: Browser, studio: Any, locale: str) -> AsyncIterator[Page]:
    context = await browser.new_context(locale=locale, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    await page.goto(str(studio.server.make_url("/studio/login")))
    yield page
    await context.close()


async def log_in(page: Page) -> None:
    await page.locator("[name=token]").fill(TOKEN)
    await page.locator("[name=name]").fill("Ana")
    await page.locator("button.main").click()
    await expect(page.get_by_role("navigation")).to_be_visible()


async def speak(page: Page, language: str) -> None:
    await page.locator(".languages summary").click()
    await page.locator(".languages").get_by_role("button", name=language).click()


async def test_the_language_that_somebody_picks_stays(browser: Browser, whole: Any) -> None:
    async with opened(browser, whole, "en-GB") as page:
        html = page.locator("html")
        await expect(html).to_have_attribute("dir", "ltr")
        await speak(page, "العربية")
        await expect(html).to_have_attribute("dir", "rtl")
        await expect(page.get_by_label("رمز دخول الفريق")).to_be_visible()
        await log_in(page)
        await page.locator('[data-view="contacts"]').click()
        await expect(page.get_by_role("heading", name="جهات الاتصال")).to_be_visible()
        await page.reload()
        await expect(page.get_by_role("heading", name="جهات الاتصال")).to_be_visible()
        await expect(html).to_have_attribute("lang", "ar")
        await expect(html).to_have_attribute("dir", "rtl")
        await speak(page, "English")
        await expect(page.get_by_role("heading", name="Contacts")).to_be_visible()
        await expect(html).to_have_attribute("dir", "ltr")


async def test_at_first_it_is_the_language_of_the_browser(browser: Browser, whole: Any) -> None:
    async with opened(browser, whole, "fr-BE") as page:
        await expect(page.get_by_role("button", name="Se connecter")).to_be_visible()
        await log_in(page)
        await page.locator('[data-view="contacts"]').click()
        await expect(page.get_by_role("status").filter(has_text="contacts")).to_contain_text(
            "contacts, les 200 premiers sont affichés"
        )
        await page.get_by_label("Pays").first.select_option("DE")
        await expect(page.get_by_role("cell", name="Allemagne").first).to_be_visible()
        await expect(page.get_by_role("heading")).to_have_text("Contacts")


async def test_without_its_words_it_speaks_english(browser: Browser, whole: Any) -> None:
    context = await browser.new_context(locale="fr-FR")
    page = await context.new_page()
    await page.route("**/studio/words/**", lambda route: route.abort())
    await page.goto(str(whole.server.make_url("/studio/login")))
    await expect(page.get_by_role("button", name="Log in")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await context.close()


async def test_what_is_written_in_english_says_so(browser: Browser, whole: Any) -> None:
    async with opened(browser, whole, "ar") as page:
        await log_in(page)
        title = page.locator("h1 bdi", has_text="flows/start.yaml")
        await expect(title).to_have_attribute("lang", "en")
        code = page.locator(".cm-content")
        await expect(code).to_have_attribute("lang", "en")
        assert await code.evaluate("element => getComputedStyle(element).direction") == "ltr"
        assert (
            await page.locator(".surface").evaluate(
                "element => getComputedStyle(element).direction"
            )
            == "ltr"
        )
        await expect(page.locator(".bubble .body").first).to_have_attribute("dir", "auto")
