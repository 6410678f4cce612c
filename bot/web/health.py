"""Whether the bot runs, whether it can serve, and how it is doing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Gauge,
    ProcessCollector,
    generate_latest,
)


def add_health(
    app: web.Application,
    ready: Callable[[], Awaitable[str]],
    registry: CollectorRegistry,
    *,
    but: Callable[[], str] = str,
) -> None:
    """Serve ``/healthz``, ``/readyz`` and ``/metrics``.

    ``ready`` says in one line why the bot cannot serve now, nothing when it can; ``but`` what
    should be put right although it can. The metrics tell the first, too, and what the process uses
    of the computer.
    """
    ProcessCollector(registry=registry)
    can_serve = Gauge(
        "dontlookaway_ready", "1 while Redis and Telegram can be reached.", registry=registry
    )

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        reason = await ready()
        if reason:
            return web.Response(status=503, text=f"{reason}\n")
        problem = but()
        return web.Response(text=f"ready, but {problem}\n" if problem else "ready\n")

    async def metrics(_: web.Request) -> web.Response:
        can_serve.set(not await ready())
        headers = {"Content-Type": CONTENT_TYPE_LATEST}
        return web.Response(body=generate_latest(registry), headers=headers)

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
