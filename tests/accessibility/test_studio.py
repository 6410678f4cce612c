"""axe looks at every view of the studio, in each language and theme, on a laptop or a phone."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from looked_at import LAPTOP, PHONE, found_by_axe, opened, shoot
from playwright.async_api import Browser, Locator, Page, expect

from bot.application import Application
from bot.campaigns import keys
from bot.campaigns.runs import AFTERWARDS, OUTCOMES
from bot.content import shipped
from bot.local import LocalBotApi
from bot.store.pipeline import Pipeline

sys.path.append(str(Path(__file__).parents[1] / "end_to_end"))  # for the bot at work

from running_bot import environment, running

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("accessibility-studio"),
]

TOKEN = "a-token-that-nobody-guesses"
LANGUAGES = {"en": "en-GB", "fr": "fr-FR", "ar": "ar-EG"}
LOOKS = [
    ("en", "light", PHONE),
    ("en", "dark", LAPTOP),
    ("fr", "light", LAPTOP),
    ("fr", "dark", PHONE),
    ("ar", "light", PHONE),
    ("ar", "dark", LAPTOP),
]
CAMPAIGNS = """\
campaigns:
  - id: trips
    trip: true
    enabled: true
    title: During a trip
    message: campaign/arrival
    waves: [{id: arrival, when: on arrival}, {id: last, when: 2 days before departure}]
  - id: example
    title: An example
    message: tip
    waves: [{id: only, when: on 2030-06-01}]
"""
FIGURES = (
    "chat.new", "flow.report", "action.show_contacts", "action.show_report",
    "node.report_form.where", "survey.helped.yes", "survey.stopped.unsure", "tag.poster7",
)  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Application]:
    """The bot at work, with something to see in each view of its studio."""
    content = tmp_path_factory.mktemp("content")
    for part in ("flows", "data", "locales"):
        shutil.copytree(shipped() / part, content / part)
    (content / "data/campaigns.yaml").write_text(CAMPAIGNS, "utf-8")
    french = content / "locales/fr/LC_MESSAGES/messages.po"
    text = french.read_text("utf-8")
    text = re.sub(r'(msgctxt "start.menu.say"\n(?:.+\n)+?)msgstr (?:.+\n)+', r'\1msgstr ""\n', text)
    french.write_text(text, "utf-8")
    async with LocalBotApi() as server:
        environ = environment(server, tmp_path_factory.mktemp("data"), "polling")
        given = environ | {"CONTENT_DIR": str(content), "STAFF_TOKEN": TOKEN}
        async with running(given) as application:
            for name in FIGURES:
                await application.counters.add(name)
            await remember_a_run(application.pipeline)
            await give_up_a_report(application)
            yield application


async def remember_a_run(pipeline: Pipeline) -> None:
    """One that is over, with every outcome there is."""
    ago = datetime.now(UTC) - timedelta(days=30)
    run, due = f"trips.arrival.{ago.date()}", int(ago.timestamp() * 1000)
    await pipeline.run("HSET", keys.run(run), *("state", "finished", "due", due, "by", "Ana"))
    await pipeline.run("HSET", keys.run(run), "tidied", 1)
    await pipeline.run("ZADD", keys.WAVES, due, run)
    for number, outcome in enumerate((*OUTCOMES, *AFTERWARDS), 1):
        await pipeline.run("HINCRBY", keys.counts(number, run), f"{outcome}.fr", number * 1000)
        if outcome in OUTCOMES:
            await pipeline.run("HINCRBY", keys.counts(number, run), "total.fr", number * 1000)


async def give_up_a_report(bot: Application) -> None:
    assert await bot.reports.enqueue("sealed", "north", "DLA-7", "secret-key")
    for letter in await bot.reports.take(1, 60):
        await bot.reports.give_up(letter, "410 Gone")


class Visit:
    """Somebody who goes through the studio, and what axe finds on the way."""

    def __init__(self, page: Page, root: str, name: str) -> None:
        self.page = page
        self.root = root
        self.name = name
        self.found: dict[str, list[str]] = {}

    async def look(self, what: str) -> None:
        if found := await found_by_axe(self.page):
            self.found[what] = found
        width = await self.page.evaluate("document.documentElement.scrollWidth")
        if width > self.page.viewport_size["width"]:
            self.found[f"{what}: too wide"] = [str(width)]
        await shoot(self.page, f"{self.name}-{what}")

    async def at(self, view: str, *, ready: str = "h1") -> Locator:
        await self.page.goto(f"{self.root}{view}")
        await expect(self.page.locator("main").locator(ready).first).to_be_visible()
        return self.page.locator("main")

    async def log_in(self) -> None:
        page = self.page
        await page.goto(f"{self.root}login?wait=7")
        token = page.locator("[name=token]")
        await expect(token).to_be_visible()
        await self.look("login")
        await token.fill(TOKEN)
        await page.locator("[name=name]").fill("Ana")
        await page.locator("button.main").click()
        await expect(page.get_by_role("navigation")).to_be_visible()

    async def flows(self) -> None:
        page, main = self.page, await self.at("flows#flows/start.yaml", ready=".node")
        await main.locator(".bubble").first.wait_for(state="attached")
        for tab in await main.locator(".tabs button").all():
            if await tab.is_visible():
                await tab.click()
                await self.look(f"flows-{await tab.get_attribute('data-tab')}")
        await self.tab("graph")
        await main.locator('[data-node="more"]').focus()
        await page.keyboard.press("Enter")
        await expect(main.locator(".node-card")).to_be_visible()
        await self.look("flows-node")
        await self.tab("edit")
        await main.locator(".cm-line", has_text="goto: menu").first.click()
        await page.keyboard.press("End")
        await page.keyboard.press("Control+Space")
        await expect(main.locator(".cm-tooltip-autocomplete")).to_be_visible()
        await self.look("flows-completion")
        await page.keyboard.press("Escape")
        await page.keyboard.type("x")
        await expect(main.locator(".findings .mistake").first).to_be_visible()
        await expect(main.locator(".cm-tooltip-autocomplete")).to_have_count(0)
        await self.look("flows-mistake")
        await page.keyboard.press("Control+f")
        await expect(main.locator(".cm-search")).to_be_visible()
        await self.look("flows-search")
        await page.keyboard.press("Escape")
        await self.tab("changes")
        await expect(main.locator(".patch .added").first).to_be_visible()
        await self.look("flows-difference")
        await self.tab("edit")
        await main.locator(".edit .tools .quiet").click()

    async def tab(self, name: str) -> None:
        tab = self.page.locator(f'[data-tab="{name}"]:is(button)')
        if await tab.is_visible():  # else the panel is beside the others
            await tab.click()

    async def campaigns(self) -> None:
        main = await self.at("campaigns", ready=".campaign-list")
        await self.look("campaigns")
        await main.get_by_role("link", name="During a trip").click()
        await expect(main.locator(".phone .bubble").first).to_be_visible()
        await main.locator(".decide button").first.click()
        await expect(main.locator(".decide .link img")).to_be_visible()
        for details in await main.locator("details > summary").all():
            await details.click()
        await self.look("campaign")

    async def others(self) -> None:
        main = await self.at("contacts", ready="table")
        await main.locator("select").nth(0).select_option("DE")  # axe takes long for all of them
        await expect(main.get_by_role("row")).not_to_have_count(201)
        await self.look("contacts")
        main = await self.at("translations", ready=".cards .tools button")
        await main.locator(".cards .tools button").first.click()
        await expect(main.locator(".missing li").first).to_be_visible()
        await self.look("translations")
        main = await self.at("figures", ready="figure")
        for details in await main.locator("details > summary").all():
            await details.click()
        await self.look("figures")
        await self.at("reports", ready="td code")
        await self.look("reports")


@pytest.mark.parametrize(
    ("language", "theme", "viewport"),
    LOOKS,
    ids=[f"{code}-{theme}-{size['width']}" for code, theme, size in LOOKS],
)
async def test_every_view(
    browser: Browser, bot: Application, language: str, theme: Any, viewport: Any
) -> None:
    root = f"http://127.0.0.1:{bot.settings.port}/studio/"
    given = {"viewport": viewport, "color_scheme": theme, "locale": LANGUAGES[language]}
    async with opened(browser, f"{root}login", **given) as page:
        visit = Visit(page, root, f"{language}-{theme}-{viewport['width']}")
        await visit.log_in()
        await expect(page.locator("html")).to_have_attribute("lang", language)
        await visit.flows()
        await visit.campaigns()
        await visit.others()
    assert visit.found == {}, visit.found
