from __future__ import annotations

import sys

import aiohttp
import pytest
from aiohttp import web
from prometheus_client import CollectorRegistry, Counter

from bot.web.health import add_health


@pytest.fixture
async def get():
    """``await get(path, reason)``: status, type, text; a reason says why the bot is not ready."""
    registry = CollectorRegistry()
    Counter("greetings", "Said.", registry=registry).inc(3)
    reasons = [""]

    async def ready() -> str:
        return reasons[-1]

    app = web.Application()
    add_health(app, ready, registry)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"

    async def get(path: str, reason: str = "") -> tuple[int, str, str]:
        reasons.append(reason)
        async with aiohttp.ClientSession() as http, http.get(base + path) as response:
            return response.status, response.content_type, await response.text()

    yield get
    await runner.cleanup()


async def test_the_process_is_well_whatever_else_is_not(get):
    assert await get("/healthz", "Redis cannot be reached.") == (200, "text/plain", "ok\n")


async def test_readiness_gives_its_reason(get):
    assert await get("/readyz") == (200, "text/plain", "ready\n")
    away = "Redis cannot be reached."
    assert await get("/readyz", away) == (503, "text/plain", f"{away}\n")


async def test_metrics_are_for_prometheus(get):
    status, kind, text = await get("/metrics")
    assert (status, kind) == (200, "text/plain")
    assert "greetings_total 3.0" in text
    assert "dontlookaway_ready 1.0" in text
    assert "process_resident_memory_bytes" in text or sys.platform != "linux"
    _, _, text = await get("/metrics", "Redis cannot be reached.")
    assert "dontlookaway_ready 0.0" in text
