"""The chat page in a real browser, with a real bot behind it."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sample_bot
from PIL import Image
from playwright.async_api import Browser, Page, expect
from telegram import Bot

from bot.local import LocalBotApi

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("chat-page")]

PHONE = {"width": 390, "height": 844}
COMMANDS = [("start", "Start again"), ("help", "What I can do"), ("privacy", "Erase my data")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api() -> AsyncIterator[LocalBotApi]:
    async with LocalBotApi() as api:
        async with Bot("123456:SAMPLE", base_url=f"{api.url}/bot") as bot:
            await bot.set_my_commands(COMMANDS)
            await bot.set_my_description("I help you reach those who can act for a child.")
            await bot.set_my_description("Je vous aide à joindre qui peut agir.", "fr")
        task = asyncio.create_task(sample_bot.run(api.url))
        yield api
        await sample_bot.stop(task)


@asynccontextmanager
async def _opened(browser: Browser, address: str, **options: Any) -> AsyncIterator[Page]:
    context = await browser.new_context(**{"viewport": PHONE, "locale": "en-GB", **options})
    context.set_default_timeout(8000)
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda line: problems.append(line.text) if "Content Security" in line.text else None,
    )
    await page.goto(address)
    yield page
    await context.close()
    assert problems == []


@pytest.fixture
def visit(browser: Browser, api: LocalBotApi) -> Any:
    """Open the page as a new visitor: ``async with visit("?lang=fr") as page``."""

    def opened(query: str = "", **options: Any) -> AbstractAsyncContextManager[Page]:
        return _opened(browser, f"{api.url}/{query}", **options)

    return opened


@pytest.fixture
def shoot(tmp_path: Path) -> Any:
    """Keep a picture of the page; ``PICTURES`` names a folder to look at them later."""
    folder = Path(os.environ.get("PICTURES", tmp_path))

    async def take(page: Page, name: str) -> None:
        await page.wait_for_timeout(250)
        await page.screenshot(path=folder / f"{name}.png")

    return take


async def _start(page: Page) -> None:
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(page.locator(".message.bot").first).to_be_visible()


async def test_an_empty_chat_introduces_the_bot(visit: Any, shoot: Any) -> None:
    async with visit("?lang=fr") as page:
        await expect(page.locator("#description")).to_have_text(
            "Je vous aide à joindre qui peut agir."
        )
        await expect(page.get_by_role("button", name="Démarrer")).to_be_visible()
        await shoot(page, "empty")


async def test_a_conversation_with_every_button(visit: Any, shoot: Any) -> None:
    async with visit("?lang=en&theme=light&start=qr-42", reduced_motion="reduce") as page:
        await _start(page)
        await expect(page.get_by_text("You came by qr-42")).to_be_visible()
        await expect(page.get_by_role("link", name="+33 1 40 97 11 99")).to_have_attribute(
            "href", "tel:+33140971199"
        )
        await shoot(page, "greeting")
        await page.get_by_role("button", name="Hidden text: show").click()
        await page.get_by_role("button", name="A child is in danger now").click()
        await expect(page.locator("#alert p")).to_have_text("Call 112 now")
        await shoot(page, "alert")
        await page.get_by_role("button", name="OK").click()
        await page.get_by_role("button", name="Copy 112", exact=True).click()
        await expect(page.locator("#toast")).to_have_text("Copied")
        link = page.get_by_role("link", name="Website")
        await expect(link).to_have_attribute("target", "_blank")
        await page.get_by_role("button", name="Report").click()
        await expect(page.get_by_role("button", name="Kenya")).to_be_visible()
        await expect(page.get_by_role("textbox")).to_have_attribute(
            "placeholder", "Country or town"
        )
        await shoot(page, "keyboard")
        await page.get_by_role("button", name="Kenya").click()
        await expect(page.get_by_text("You said: Kenya")).to_be_visible()
        await page.locator("#photo").set_input_files(
            {"name": "a.png", "mimeType": "image/png", "buffer": b"not read"}
        )
        await expect(page.get_by_text("Please send no pictures.")).to_be_visible()
        await shoot(page, "photo")


async def test_a_position_from_the_browser(visit: Any) -> None:
    where = {"latitude": -1.29, "longitude": 36.82}
    async with visit(geolocation=where, permissions=["geolocation"]) as page:
        await _start(page)
        await page.get_by_role("button", name="Report").click()
        await page.get_by_role("button", name="Share my location").click()
        await expect(page.get_by_text("You are at -1.29, 36.82")).to_be_visible()
        await expect(page.get_by_role("button", name="Kenya")).to_be_hidden()


async def test_a_position_from_the_list_when_the_browser_gives_none(visit: Any, shoot: Any) -> None:
    async with visit() as page:
        await _start(page)
        await page.get_by_role("button", name="Report").click()
        await page.get_by_role("button", name="Share my location").click()
        await expect(page.get_by_role("button", name="Mombasa")).to_be_visible()
        await shoot(page, "places")
        await page.get_by_role("button", name="Mombasa").click()
        await expect(page.get_by_text("You are at -4.04, 39.67")).to_be_visible()
        await shoot(page, "position")


async def test_right_to_left_and_dark(visit: Any, shoot: Any) -> None:
    async with visit("?lang=ar&theme=dark") as page:
        await page.get_by_role("button", name="ابدأ", exact=True).click()
        await expect(page.get_by_text("هل رأيت شيئًا يقلقك؟")).to_be_visible()
        assert await page.evaluate("document.documentElement.dir") == "rtl"
        mine = await page.locator(".message.me .body").first.bounding_box()
        theirs = await page.locator(".message.bot .body").first.bounding_box()
        assert mine and theirs
        assert mine["x"] < theirs["x"]
        await shoot(page, "arabic-dark")


async def test_a_narrow_phone_in_french(visit: Any, shoot: Any) -> None:
    async with visit("?lang=fr", viewport={"width": 360, "height": 640}) as page:
        await page.get_by_role("button", name="Démarrer").click()
        await expect(page.get_by_text("Vous avez vu quelque chose")).to_be_visible()
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360
        await shoot(page, "narrow")


async def test_the_menu_and_settings_on_a_wide_screen(visit: Any, shoot: Any) -> None:
    async with visit(viewport={"width": 1200, "height": 800}) as page:
        await _start(page)
        await page.get_by_role("button", name="Menu").click()
        await shoot(page, "menu")
        await page.get_by_role("button", name="What I can do").click()
        await expect(page.get_by_text("You said: /help")).to_be_visible()
        await page.get_by_role("button", name="Settings").click()
        await page.get_by_label("Language").select_option("fr")
        await expect(page.get_by_role("heading", name="Réglages")).to_be_visible()
        await page.get_by_text("Sombre").click()
        await shoot(page, "settings")
        await page.get_by_role("button", name="Recommencer").click()
        await expect(page.locator(".message")).to_have_count(0)
        await expect(page.get_by_role("button", name="Démarrer")).to_be_visible()


async def test_a_restarted_server_loses_and_doubles_no_bubble(
    browser: Browser, tmp_path: Path
) -> None:
    store = tmp_path / "chats.db"
    async with LocalBotApi(store_path=store) as api:
        port = api.port
        async with _opened(browser, f"{api.url}/?start=x") as page:
            await page.get_by_role("button", name="Start", exact=True).click()
            await expect(page.get_by_text("/start x")).to_be_visible()
            await api.__aexit__()
            await expect(page.locator("#status")).to_have_text("connecting…")
            async with LocalBotApi(port=port, store_path=store) as again:
                (chat,) = again.messenger.chats.values()
                again.messenger.bot_sends(chat, "Sent meanwhile", [], None)
                await expect(page.get_by_text("Sent meanwhile")).to_have_count(1, timeout=10_000)
                await expect(page.get_by_text("/start x")).to_have_count(1)
                await expect(page.locator("#status")).to_have_text("bot")


async def test_a_person_may_block_the_bot_and_come_back(visit: Any) -> None:
    async with visit() as page:
        await _start(page)
        await page.get_by_role("button", name="Settings").click()
        await page.get_by_role("button", name="Block the bot").click()
        await expect(page.get_by_role("textbox")).to_be_hidden()
        await page.get_by_role("button", name="Restart bot").click()
        await expect(page.get_by_role("textbox")).to_be_visible()
        await expect(page.locator(".message.bot")).to_have_count(2)


async def test_a_picture_is_only_announced(visit: Any, api: LocalBotApi) -> None:
    async with visit() as page:
        await _start(page)
        bodies: list[str] = []
        page.on("request", lambda request: bodies.append(request.post_data or ""))
        async with page.expect_file_chooser() as chooser:
            await page.get_by_role("button", name="Send a photo").click()
        await (await chooser.value).set_files(
            {"name": "a.png", "mimeType": "image/png", "buffer": b"never sent"}
        )
        await expect(page.get_by_text("Please send no pictures.")).to_be_visible()
        assert any("photo" in body for body in bodies)
        assert not any("never sent" in body for body in bodies)


async def test_words_are_never_html(visit: Any) -> None:
    async with visit() as page:
        await _start(page)
        await page.get_by_role("textbox").fill("<img src=x onerror=alert(1)><b>bold</b>")
        await page.get_by_role("textbox").press("Enter")
        await expect(page.locator(".message.bot").last).to_contain_text(
            "You said: <img src=x onerror=alert(1)><b>bold</b>"
        )
        await expect(page.locator("#log img")).to_have_count(0)


@pytest.mark.parametrize(
    ("query", "start", "label"),
    [
        ("?lang=en&theme=light", "Start", "Download: reçu <b> 2026-11-25.pdf, 28 kB"),
        ("?lang=ar&theme=dark", "ابدأ", "تنزيل: reçu <b> 2026-11-25.pdf, 28 كيلوبايت"),
    ],
)
async def test_a_document_is_shown_and_saved(  # noqa: PLR0917
    visit: Any, shoot: Any, api: LocalBotApi, query: str, start: str, label: str
) -> None:
    async with visit(query) as page:
        await page.get_by_role("button", name=start, exact=True).click()
        await expect(page.locator(".message.bot").first).to_be_visible()
        await page.get_by_role("textbox").fill("file")
        await page.get_by_role("textbox").press("Enter")
        link = page.get_by_role("link", name=label, exact=True)
        await expect(link).to_be_visible()
        await expect(page.locator(".message.bot").last.locator("b")).to_have_text("Yours")
        await shoot(page, f"document-{query[6:8]}")
        async with page.expect_download() as download:
            await link.click()
        saved = await download.value
        assert saved.suggested_filename.endswith("2026-11-25.pdf")
        assert (await saved.path()).read_bytes().startswith(b"%PDF xxx")
        chat = next(c for c in api.messenger.chats.values() if "file" in c.texts and c.last.content)
        api.messenger.bot_deletes([chat.last])
        await expect(link).to_have_count(0)


async def test_a_picture_from_the_bot_is_seen_above_its_words(
    visit: Any, shoot: Any, api: LocalBotApi
) -> None:
    async with visit("?lang=en&theme=light&start=picture") as page:
        await _start(page)
        await expect(page.get_by_text("You came by picture")).to_be_visible()
        chat = next(c for c in api.messenger.chats.values() if "You came by picture" in c.texts)
        drawn = io.BytesIO()
        Image.linear_gradient("L").resize((640, 360)).save(drawn, "JPEG")
        async with Bot("123456:SAMPLE", base_url=f"{api.url}/bot") as bot:
            sent = await bot.send_photo(
                chat.id,
                drawn.getvalue(),
                caption="<b>Kick-off</b> in a week.",
                parse_mode="HTML",
                reply_markup=sample_bot.BUTTONS,
            )
            await bot.send_photo(chat.id, sent.photo[0].file_id)
        pictures = page.get_by_role("img", name="Photo")
        await expect(pictures).to_have_count(2)
        await page.wait_for_function(
            "[...document.querySelectorAll('img.picture')].every((i) => i.naturalWidth === 640)"
        )
        shown = await pictures.first.bounding_box()
        bubble = page.locator(".message.bot .body:has(img.picture)").first
        around = await bubble.bounding_box()
        text = await bubble.locator(".text").bounding_box()
        assert shown and around and text
        assert shown["width"] <= around["width"] + 1
        assert text["y"] >= shown["y"] + shown["height"]
        await expect(bubble.locator("b")).to_have_text("Kick-off")
        await expect(pictures.last).to_be_in_viewport(ratio=1)
        await shoot(page, "picture")
