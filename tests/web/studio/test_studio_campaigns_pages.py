"""A campaign in a real browser: looked at, tested, approved, watched, held and ended.

The bot at work, a real Redis, and a Bot API server to which everybody's messages go.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from test_studio_pages import CONTRAST, LAPTOP, TOKEN, _shoot, _wide_at_most, visit

from bot.application import Application
from bot.campaigns import keys
from bot.campaigns.runs import AFTERWARDS, OUTCOMES
from bot.content import shipped
from bot.conversation.profile import Profile
from bot.local import LocalBotApi
from bot.store.pipeline import Pipeline
from bot.store.subscribers import Subscribers

from running_bot import environment, running, said, until  # isort: skip, its folder is known by now

__all__ = ["visit"]  # a fixture

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("studio-send")]

PHONE = {"width": 390, "height": 844}
FIRST = 20_000
READERS = 300
LANGUAGES = ("fr", "en", "ar", "en", "fr")
HOMES = ("FR", "GB", "SA", "US", "BE", "")
CAMPAIGN = "cup-test"
WAVE = "100-days"
TITLE = "The Cup of the Test"
OLD = f"{CAMPAIGN}.opening.2025-02-03"


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped content with one event that is 100 days ahead, and its campaign."""
    folder = tmp_path_factory.mktemp("content")
    for part in ("flows", "data", "locales/fr", "locales/ar"):
        shutil.copytree(shipped() / part, folder / part)
    now = datetime.now(UTC)
    opening = (now + timedelta(days=100)).date()
    event = f"""events:
  - id: cup-of-the-test
    name: {TITLE}
    kind: sport
    starts: {opening}
    ends: {opening + timedelta(days=20)}
    hosts:
      - {{country: BR, cities: [Rio de Janeiro]}}
    source: https://example.org/cup
    confidence: confirmed
"""
    events = folder / "data/events.yaml"
    events.write_text(events.read_text("utf-8").replace("events:\n", event, 1), "utf-8")
    quiet = (now.minute + 30) % 60  # nobody's clock shows that within the next minutes
    (folder / "data/campaigns.yaml").write_text(
        f"""policy: {{quiet: "04:{quiet:02}-{4 + (quiet + 1) // 60:02}:{(quiet + 1) % 60:02}"}}
campaigns:
  - id: {CAMPAIGN}
    event: cup-of-the-test
    enabled: true
    message: campaign/before_event
    waves:
      - {{id: {WAVE}, when: 100 days before}}
      - {{id: week, when: a week before}}
      - {{id: opening, when: opening day at 09:00, message: campaign/opening_day}}
  - id: trips
    trip: true
    enabled: true
    title: During a trip
    message: campaign/arrival
    waves: [{{id: arrival, when: on arrival}}]
  - id: example
    title: An example
    message: tip
    audience: {{destinations: [BR]}}
    waves: [{{id: only, when: "on {opening}"}}]
""",
        "utf-8",
    )
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
        subscribers = Subscribers(application.pipeline)
        for number in range(READERS):
            server.person(FIRST + number)
            language, home = LANGUAGES[number % 5], HOMES[number % 6]
            profile = Profile(language, home)
            await subscribers.subscribe(FIRST + number, "all", 0, profile, consent=1)
        await remember_a_run(application.pipeline)
        yield application


async def remember_a_run(pipeline: Pipeline) -> None:
    """One of another edition of the event, long over, with every outcome there is."""
    due = int((datetime.now(UTC) - timedelta(days=300)).timestamp() * 1000)
    state = ("state", "finished", "due", due, "by", "Ana", "tidied", 1)
    await pipeline.run("HSET", keys.run(OLD), *state)
    await pipeline.run("ZADD", keys.WAVES, due, OLD)
    for number, outcome in enumerate((*OUTCOMES, *AFTERWARDS), 1):
        for language in ("en", "fr", "ar"):
            name, counts = f"{outcome}.{language}", keys.counts(number, OLD)
            await pipeline.run("HINCRBY", counts, name, number * 1000)
            if outcome in OUTCOMES:
                await pipeline.run("HINCRBY", counts, f"total.{language}", number * 1000)


def reached(server: LocalBotApi) -> int:
    """How many readers got the message."""
    people = (server.person(FIRST + number) for number in range(READERS))
    counts = [sum("🏟" in text for text in said(person.chat)) for person in people]
    assert max(counts) <= 1
    return sum(counts)


async def test_a_campaign_is_looked_at_tested_approved_watched_held_and_ended(
    visit: Any, server: LocalBotApi, bot: Application
) -> None:
    async with visit("campaigns") as page:
        await look(page)
        await try_on_oneself(page, server)
        await approve(page)
        await watch_and_hold(page, server)
        await go_on_to_the_end(page, server)
    trail = (bot.settings.data_dir / "studio/audit.jsonl").read_text("utf-8")
    assert all(f'"campaign {deed}"' in trail for deed in ("test", "approve", "pause", "resume"))


async def look(page: Page) -> None:
    """From the list to who gets it, and what they read."""
    waiting = page.get_by_role("listitem").filter(has_text=TITLE)
    await expect(waiting).to_contain_text("waits for approval")
    await expect(page.get_by_role("link", name="An example")).to_be_visible()
    await _shoot(page, "campaigns")
    await page.get_by_label("Search").fill("cup")
    await expect(page.get_by_role("link", name="An example")).to_be_hidden()
    await waiting.get_by_role("link", name=TITLE).click()
    await expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    await expect(page.get_by_text(f"{READERS} people", exact=True)).to_be_visible()
    await expect(page.get_by_text("Takes less than a minute at 30 messages")).to_be_visible()
    await expect(page.get_by_role("figure", name="By language")).to_contain_text("French")
    message = page.get_by_role("region", name="The message")
    await expect(message).to_contain_text("100 days to go")
    await message.get_by_label("Language").select_option("ar")
    await expect(message.locator("[lang=ar]")).to_have_attribute("dir", "rtl")
    await _shoot(page, "campaign-arabic")
    await message.get_by_label("Language").select_option("en")


async def try_on_oneself(page: Page, server: LocalBotApi) -> None:
    """The link sends the message once, to whoever opens it, and to nobody else."""
    await page.get_by_role("button", name="Test on myself").click()
    await expect(page.get_by_role("img", name="QR code of the link")).to_be_visible()
    command = await page.locator(".link code").inner_text()
    tester = server.person(30_001, "en")
    await tester.send(command)
    await until(lambda: any("100 days to go" in text for text in said(tester.chat)))
    await tester.send(command)
    await until(lambda: any("opened before" in text for text in said(tester.chat)))
    assert reached(server) == 0


async def approve(page: Page) -> None:
    """Only whoever types the campaign's id can press the button."""
    button = page.get_by_role("button", name=f"Approve for {READERS} people")
    await expect(button).to_be_disabled()
    await page.get_by_label(f"Type {CAMPAIGN} to confirm").fill(CAMPAIGN)
    await page.get_by_label("Send at once").check()
    await _shoot(page, "campaign-approve")
    await button.click()


async def watch_and_hold(page: Page, server: LocalBotApi) -> None:
    """The bar moves; after a pause nobody gets it."""
    run = page.get_by_role("region", name=f"Run {CAMPAIGN}.{WAVE}")
    bar = run.get_by_role("progressbar")
    await expect(bar).to_have_attribute("aria-valuenow", re.compile(r"[1-9]\d"))
    await expect(run).to_contain_text("a second")
    await _shoot(page, "campaign-sending")
    await run.get_by_role("button", name="Pause").click()
    await expect(run).to_contain_text("paused")
    held = await settled(server)
    assert 0 < held < READERS
    await expect(bar).to_have_attribute("aria-valuenow", str(held))
    await _shoot(page, "campaign-paused")


async def go_on_to_the_end(page: Page, server: LocalBotApi) -> None:
    """Everybody got it once; the figures say so."""
    run = page.get_by_role("region", name=f"Run {CAMPAIGN}.{WAVE}")
    await run.get_by_role("button", name="Resume").press("Enter")
    await until(lambda: reached(server) == READERS, 60)
    await expect(run).to_contain_text("finished")
    await expect(run.get_by_role("progressbar")).to_have_attribute("aria-valuenow", str(READERS))
    await run.locator("summary", has_text="All figures").click()
    await expect(run.get_by_role("row", name=re.compile("^French 120 120"))).to_be_visible()
    await _shoot(page, "campaign-finished")
    async with page.expect_download() as download:
        await run.get_by_role("link", name="Download the figures").click()
    table = (await (await download.value).path()).read_text("utf-8").splitlines()
    assert table[0].startswith("campaign,wave,day,language,total,sent,delivered")
    assert sum(int(line.split(",")[6]) for line in table[1:]) == READERS


async def test_approved_ahead_it_waits_for_its_time_and_can_be_cancelled(visit: Any) -> None:
    async with visit(f"campaigns#{CAMPAIGN}/week") as page:
        await page.get_by_label(f"Type {CAMPAIGN} to confirm").fill(CAMPAIGN)
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Approved by Ana. It goes out by itself")).to_be_visible()
        run = page.get_by_role("region", name=f"Run {CAMPAIGN}.week")
        await expect(run).to_contain_text("approved by Ana")
        await _shoot(page, "campaign-approved")
        page.on("dialog", lambda dialog: dialog.accept())
        await run.get_by_role("button", name="Cancel").click()
        await expect(run).to_contain_text("cancelled")


async def test_what_is_done_every_day_says_so(visit: Any) -> None:
    async with visit("campaigns#trips") as page:
        await expect(page.get_by_text("this date and all later ones")).to_be_visible()
        await expect(page.get_by_role("region", name="The message")).to_contain_text("Thailand")
        await _shoot(page, "campaign-trips")


async def test_the_file_of_campaigns_is_edited_beside_the_flows(visit: Any) -> None:
    async with visit("campaigns") as page:
        await page.get_by_role("link", name="data/campaigns.yaml").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("data/campaigns.yaml")
        await expect(page.locator(".cm-line", has_text=CAMPAIGN)).to_be_visible()


async def test_without_redis_it_is_for_reading_only(browser: Browser, alone: Any) -> None:
    page = await browser.new_page(viewport=PHONE)
    await page.goto(str(alone.server.make_url("/studio/login")))
    await page.get_by_label("Staff token").fill(TOKEN)
    await page.get_by_label("Your name").fill("Ana")
    await page.get_by_role("button", name="Log in").click()
    await page.get_by_role("link", name="Campaigns").click()
    note = page.get_by_role("alert").filter(has_text="Redis cannot be reached")
    await expect(note).to_be_visible()
    await _shoot(page, "campaigns-away", whole=True)
    await page.get_by_role("link", name="Songkran").first.click()
    await expect(note).to_be_visible()
    await expect(page.get_by_role("region", name="The message")).to_contain_text("Songkran")
    await expect(page.get_by_role("button", name="Test on myself")).to_be_disabled()
    await expect(page.get_by_role("button", name=re.compile("Approve"))).to_have_count(0)
    await _shoot(page, "campaign-away", whole=True)
    await page.close()


async def settled(server: LocalBotApi) -> int:
    """How many got the message, once what was on its way has arrived."""
    before = -1
    while (now := reached(server)) != before:
        before = now
        await asyncio.sleep(0.5)
    return now


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
async def test_campaigns_can_be_read_on_every_screen(
    visit: Any, bot: Application, scheme: str, viewport: dict[str, int]
) -> None:
    name = f"{'phone' if viewport is PHONE else 'laptop'}-{scheme}"
    async with visit("campaigns", viewport=viewport, scheme=scheme) as page:
        await expect(page.get_by_role("heading", name="Campaigns")).to_be_visible()
        await _wide_at_most(page, viewport["width"])
        assert await page.evaluate(CONTRAST) == []
        await _shoot(page, f"campaigns-{name}")
        await page.get_by_role("link", name=TITLE).click()
        await expect(page.get_by_role("heading", name="What they read")).to_be_visible()
        await page.get_by_role("button", name="Test on myself").click()
        await expect(page.get_by_role("img", name="QR code of the link")).to_be_visible()
        await _wide_at_most(page, viewport["width"])
        assert await page.evaluate(CONTRAST) == []
        await _shoot(page, f"campaign-{name}", whole=True)
        await page.get_by_role("link", name="opening day").click()
        await expect(page.get_by_role("heading", name="What was sent")).to_be_visible()
        await page.locator("summary", has_text="All figures").click()
        await _wide_at_most(page, viewport["width"])
        assert await page.evaluate(CONTRAST) == []
        await _shoot(page, f"campaign-sent-{name}", whole=True)
