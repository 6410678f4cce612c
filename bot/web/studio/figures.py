"""What people did, in anonymous figures, and reports that did not reach their partner."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from aiohttp import web
from msgspec import Struct

from bot.store.counters import KEPT, Counters
from bot.web.studio.answers import Refusal, answer, asked
from bot.web.studio.login import STAFF

if TYPE_CHECKING:
    from bot.delivery.queue import Outbox
    from bot.web.studio.audit import Audit


class Retry(Struct, frozen=True, forbid_unknown_fields=True):
    """Which reports to send once more: a reference, or ``all``."""

    reference: str


class Figures:
    """Figures and reports; 503 while Redis cannot be reached."""

    def __init__(self, counters: Counters, reports: Outbox, audit: Audit) -> None:
        self._counters = counters
        self._reports = reports
        self._audit = audit

    def add_to(self, app: web.Application) -> None:
        """Serve it."""
        app.router.add_get("/api/figures", self._figures)
        app.router.add_get("/api/reports", self._dead)
        app.router.add_post("/api/reports/retry", self._retry)

    async def _figures(self, request: web.Request) -> web.Response:
        asked_for = request.query.get("days", "30")
        short = asked_for.isdecimal() and len(asked_for) < 10
        if not short or not 1 <= int(asked_for) <= KEPT:
            raise Refusal(400, f'"days" must be from 1 to {KEPT}.')
        today = datetime.now(UTC).date()
        days = [today - timedelta(days=back) for back in range(int(asked_for))][::-1]
        counted = await asyncio.gather(*map(self._counters.of_day, days))
        reports = {"waiting": await self._reports.waiting(), "dead": await self._reports.dead()}
        by_day = [
            {"day": day, "figures": figures} for day, figures in zip(days, counted, strict=True)
        ]
        return answer({"days": by_day, "reports": reports})

    async def _dead(self, _: web.Request) -> web.Response:
        dead = [
            {
                "reference": letter.reference,
                "partner": letter.partner,
                "reason": letter.reason,
                "given_up": datetime.fromtimestamp(letter.given_up, UTC),
            }
            for letter in await self._reports.dead_letters()
        ]
        return answer({"waiting": await self._reports.waiting(), "dead": dead})

    async def _retry(self, request: web.Request) -> web.Response:
        again, by = (await asked(request, Retry)).reference, request[STAFF].name
        retried = 0
        for letter in await self._reports.dead_letters():
            if again in ("all", letter.reference) and await self._reports.retry(letter):
                retried += 1
                self._audit.note("retry", by=by, reference=letter.reference)
        return answer({"retried": retried})
