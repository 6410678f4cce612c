"""A page that axe looks at, in a browser as somebody has it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

PATIENCE = 30_000
"""Milliseconds until a test gives up, on a machine that has much else to do."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
THEMES = ("light", "dark")
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1440, "height": 900}
expect.set_options(timeout=PATIENCE)


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


async def shoot(page: Page, name: str) -> None:
    """Keep a picture in the folder that ``PICTURES`` names, to look at it later."""
    if folder := os.environ.get("PICTURES"):
        await page.wait_for_timeout(250)
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
