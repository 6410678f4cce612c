"""The system's Chromium, for tests of pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start it without a window; without one the test fails in CI and is left out elsewhere."""
    path = next((found for name in (*NAMES, MAC) if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(f"The page tests need a browser; none of {', '.join(NAMES)} is installed.")
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"] if root else []
        )
        yield browser
        await browser.close()
