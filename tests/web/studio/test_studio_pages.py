"""The studio in a real browser, before a running bot with which somebody chats."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.application import Application
from bot.content import shipped
from bot.local import LocalBotApi

sys.path.append(str(Path(__file__).parents[2] / "end_to_end"))  # for the bot at work

from running_bot import environment, running, said, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("studio-pages")]

TOKEN = "a-token-that-nobody-guesses"
PATIENCE = 30_000
"""Milliseconds until a test gives up, on a machine that has much else to do."""
LAPTOP = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}
WELCOME = "If a child may be at risk while you travel"
expect.set_options(timeout=PATIENCE)
CONTRAST = Path(__file__).with_name("contrast.js").read_text("utf-8")


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped content in two of its languages, which editors may change."""
    folder = tmp_path_factory.mktemp("content")
    for part in ("flows", "data", "locales/fr", "locales/ar"):
        shutil.copytree(shipped() / part, folder / part)
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[LocalBotApi]:
    async with LocalBotApi() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(
    server: LocalBotApi, content: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Application]:
    environ = environment(server, tmp_path_factory.mktemp("data"), "polling")
    given = environ | {"CONTENT_DIR": str(content), "STAFF_TOKEN": TOKEN}
    async with running(given) as application:
        yield application


@pytest.fixture
def visit(browser: Browser, bot: Application) -> Any:
    """Open the studio and log in: ``async with visit("flows") as page``."""

    @asynccontextmanager
    async def opened(view: str, viewport: Any = LAPTOP, scheme: Any = "light") -> Any:
        context = await browser.new_context(
            viewport=viewport, color_scheme=scheme, locale="en-GB", reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda line: problems.append(line.text) if "Content Security" in line.text else None,
        )
        hosts: set[str] = set()
        page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
        root = f"http://127.0.0.1:{bot.settings.port}"
        await page.goto(f"{root}/studio/")
        await page.get_by_label("Staff token").fill(TOKEN)
        await page.get_by_label("Your name").fill("Ana")
        await page.get_by_role("button", name="Log in").click()
        await expect(page.get_by_role("navigation")).to_be_visible()
        await page.goto(f"{root}/studio/{view}")
        yield page
        await context.close()
        assert problems == []
        assert hosts == {f"127.0.0.1:{bot.settings.port}"}

    def visited(*args: Any, **options: Any) -> AbstractAsyncContextManager[Page]:
        return opened(*args, **options)

    return visited


async def _shoot(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep a picture of the page in the folder that ``PICTURES`` names, to look at it later."""
    if folder := os.environ.get("PICTURES"):
        await page.wait_for_timeout(250)
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)


async def _append(page: Page, line: str, words: str) -> None:
    """Type at the end of the first line of the editor that holds some words."""
    await page.locator(".cm-line", has_text=line).first.click()
    await page.keyboard.press("End")
    await page.keyboard.type(words)


async def _wide_at_most(page: Page, width: int) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_an_edit_is_marked_mended_tried_saved_and_followed_by_a_chat(
    visit: Any, server: LocalBotApi, bot: Application, content: Path
) -> None:
    person = server.person(4001, "en")
    await person.start()
    await until(lambda: any(WELCOME in text for text in said(person.chat)))
    async with visit("flows#flows/start.yaml") as page:
        clean = page.get_by_text("✓ No mistakes")
        await expect(clean).to_be_visible()
        await _append(page, "goto: menu", "x")
        await page.keyboard.press("Escape")
        await expect(page.locator(".cm-lintRange-error")).to_have_count(1)
        await expect(page.get_by_label("Mistakes")).to_contain_text("menux")
        await expect(page.get_by_text("Drawn as before the mistake.")).to_be_hidden()
        await _shoot(page, "mistake")
        await page.keyboard.type(": :")
        await expect(page.get_by_text("Drawn as before the mistake.")).to_be_visible()
        for _ in range(3):
            await page.keyboard.press("Backspace")
        await page.keyboard.press("Backspace")
        await expect(page.locator(".cm-lintRange-error")).to_have_count(0)
        await expect(clean).to_be_visible()

        await _append(page, "More that I can do.", " Take your time.")
        await page.locator('[data-node="more"]').focus()
        await page.keyboard.press("Enter")
        card = page.get_by_label("The node", exact=True)
        await expect(card).to_contain_text("Take your time.")
        await expect(card.get_by_text("not translated")).to_have_count(2)
        await card.get_by_role("button", name="Talk from here").click()
        chat = page.get_by_label("The chat", exact=True)
        await expect(chat).to_contain_text("Take your time.")
        await page.get_by_role("button", name="/start").click()
        await page.get_by_role("combobox", name="Language", exact=True).select_option("fr")
        await expect(chat).to_contain_text("Je suis un guide automatique")
        await _shoot(page, "french")
        await page.get_by_role("combobox", name="Language", exact=True).select_option("ar")
        await expect(chat.locator("[lang=ar]").first).to_contain_text("دليل")
        await chat.get_by_role("button").nth(3).click()
        await expect(chat.locator(".bubble.me")).to_have_count(1)
        await _shoot(page, "side-by-side")

        await page.get_by_role("button", name="Changes").click()
        await expect(page.get_by_label("The difference")).to_contain_text(
            "+    say: More that I can do. Take your time."
        )
        await _shoot(page, "changes")
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.locator("#notice")).to_have_text("Saved")
        await expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
        changes = page.get_by_role("region", name="Changes")
        await expect(changes.get_by_text("· Ana")).to_be_visible()
    assert "Take your time." in (content / "flows/start.yaml").read_text("utf-8")

    await until(lambda: "Take your time." in bot.content.flows.flows["start"].nodes["more"].say)
    await person.press("⋯ More")
    await until(lambda: any("Take your time." in text for text in said(person.chat)))


async def test_an_edit_survives_a_reload_and_yields_to_nobody_silently(
    visit: Any, content: Path
) -> None:
    async with visit("flows#flows/help.yaml") as page:
        await _append(page, "title:", ", edited")
        await expect(page.get_by_role("button", name="Discard")).to_be_visible()
        path = content / "flows/help.yaml"
        path.write_text(f"# somebody else\n{path.read_text('utf-8')}", "utf-8")
        await page.reload()
        await expect(page.locator(".cm-line", has_text=", edited")).to_be_visible()
        await expect(page.get_by_text("Somebody saved this file")).to_be_visible()
        await page.get_by_role("button", name="Take theirs").click()
        await expect(page.locator(".cm-line").first).to_have_text("# somebody else")
        await expect(page.get_by_role("button", name="Discard")).to_be_hidden()


async def test_the_graph_is_searched_moved_and_followed(visit: Any) -> None:
    async with visit("flows#flows/report.yaml") as page:
        layer = page.locator(".surface > g")
        await page.get_by_label("Find a node").fill("not finished")
        await expect(page.locator(".node:not(.other)")).to_have_count(1)
        await page.get_by_label("Find a node").press("Enter")
        card = page.get_by_label("The node", exact=True)
        await expect(card).to_contain_text("Vos réponses")
        await page.get_by_label("Find a node").fill("")
        for act in (
            page.get_by_role("button", name="Zoom in").click(),
            page.mouse.wheel(0, 200),
            page.get_by_label("The graph").press("ArrowRight"),
        ):
            before = await layer.get_attribute("transform")
            box = await page.locator(".surface").bounding_box()
            assert box
            await page.mouse.move(box["x"] + 20, box["y"] + 20)
            await act
            await expect(layer).not_to_have_attribute("transform", before or "")
        await page.locator('[data-node^="urgency>child/"]').focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("flows/child.yaml")


async def test_those_who_may_not_write_take_a_patch(browser: Browser, whole: Any) -> None:
    page = await browser.new_page(viewport=LAPTOP)
    await page.goto(str(whole.server.make_url("/studio/login")))
    await page.get_by_label("Staff token").fill(TOKEN)
    await page.get_by_label("Your name").fill("Ana")
    await page.get_by_role("button", name="Log in").click()
    take = page.get_by_role("button", name="Download patch")
    await expect(take).to_be_disabled()
    await _append(page, "title:", ", edited")
    async with page.expect_download() as download:
        await take.click()
    patch = (await (await download.value).path()).read_text("utf-8")
    assert "+title: Welcome and menu, edited" in patch
    await page.close()


async def test_completion_knows_keys_and_nodes(visit: Any) -> None:
    async with visit("flows#flows/start.yaml") as page:
        await page.locator(".cm-line", has_text="goto: menu").first.click()
        await page.keyboard.press("End")
        await page.keyboard.press("Enter")
        await page.keyboard.type("un")
        await expect(page.locator(".cm-tooltip-autocomplete li").first).to_have_text("unclear")
        for _ in range(2):
            await page.keyboard.press("Backspace")
        await page.keyboard.type("call: pri")
        await expect(page.locator(".cm-tooltip-autocomplete li").first).to_have_text("privacy")
        await _shoot(page, "completion")


async def test_contacts_are_found_and_checked(visit: Any, content: Path) -> None:
    path = content / "data/hotlines.yaml"
    text = path.read_text("utf-8")
    path.write_text(re.sub(r"\bchecked: \d{4}-\d\d-\d\d", "checked: 2025-01-02", text), "utf-8")
    async with visit("contacts") as page:
        await page.get_by_role("searchbox").fill("116 111")
        await page.get_by_label("Order").select_option("country")
        row = page.get_by_role("row").nth(1)
        await expect(row).to_contain_text("116 111")
        await _shoot(page, "contacts")
        await expect(row).to_contain_text("days ago")
        await row.get_by_role("button", name="checked today").click()
        await expect(page.locator("#notice")).to_contain_text("checked today")
        await expect(row).to_contain_text("today")
    assert path.read_text("utf-8").count("checked: 2025-01-02") == text.count("checked: 20") - 1
    path.write_text(text, "utf-8")


async def test_translations_show_what_is_missing(visit: Any, content: Path) -> None:
    path = content / "locales/fr/LC_MESSAGES/messages.po"
    text = path.read_text("utf-8")
    at = text.index('msgctxt "start.menu.say"')
    begin = text.index("msgstr", at)
    end = text.index("\n\n", begin)
    path.write_text(f'{text[:begin]}msgstr ""{text[end:]}', "utf-8")
    async with visit("translations") as page:
        french = page.get_by_role("listitem").filter(has_text="Français")
        await french.get_by_role("button", name="missing").click()
        await expect(page.get_by_role("heading", name="Missing in Français")).to_be_focused()
        await expect(page.get_by_text("start.menu.say")).to_be_visible()
        await _shoot(page, "translations")
    path.write_text(text, "utf-8")


async def test_figures_are_plotted_and_said(visit: Any, bot: Application) -> None:
    for name, many in {
        "flow.report": 5, "action.show_contacts": 4, "action.show_report": 2,
        "node.report_form.where": 5, "answered.report_form.where": 3, "survey.helped.yes": 2,
        "survey.stopped.unsure": 3, "tag.poster7": 2,
    }.items():  # fmt: skip
        for _ in range(many):
            await bot.counters.add(name)
    async with visit("figures") as page:
        await expect(page.get_by_role("img").first).to_have_accessible_name(
            re.compile("How many start.* Contacts shown 4, Reports finished 2")
        )
        leaving = page.get_by_role("figure").filter(has_text="Where they leave")
        await leaving.get_by_text("The numbers").click()
        await expect(
            leaving.get_by_role("row", name="report_form/where 5 3 2 40 %")
        ).to_be_visible()
        await _shoot(page, "figures")


async def test_reports_that_were_delivered_say_so(visit: Any) -> None:
    async with visit("reports") as page:
        await expect(page.get_by_text("None was given up.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_phone_shows_one_panel_and_all_can_be_read(visit: Any, scheme: str) -> None:
    async with visit("flows", viewport=PHONE, scheme=scheme) as page:
        await expect(page.locator(".node").first).to_be_visible()
        for tab, shown in {
            "Files": page.get_by_label("Search the conversations"),
            "Edit": page.locator(".cm-content"),
            "Chat": page.get_by_label("Write to the bot"),
            "Changes": page.get_by_text("Nothing is changed."),
            "Graph": page.get_by_label("Find a node"),
        }.items():
            await page.get_by_role("button", name=tab, exact=True).click()
            await expect(shown).to_be_visible()
            await _wide_at_most(page, PHONE["width"])
            assert await page.evaluate(CONTRAST) == []
            await _shoot(page, f"phone-{scheme}-{tab}")
        for view in ("Contacts", "Translations", "Figures", "Reports"):
            await page.get_by_role("link", name=view).click()
            await expect(page.get_by_role("heading", level=1)).to_be_visible()
            await _wide_at_most(page, PHONE["width"])
            assert await page.evaluate(CONTRAST) == []
            await _shoot(page, f"phone-{scheme}-{view}")


async def test_a_wrong_token_lets_nobody_in(browser: Browser, bot: Application) -> None:
    page = await browser.new_page()
    await page.goto(f"http://127.0.0.1:{bot.settings.port}/studio/contacts")
    await page.get_by_label("Staff token").fill("guess")
    await page.get_by_label("Your name").fill("Nobody")
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("alert")).to_contain_text("not the staff token")
    await page.close()
