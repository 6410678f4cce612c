"""The delivery of reports as one thing to start: couriers, and figures for operators."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from prometheus_client import Gauge

from bot.delivery.courier import Courier
from bot.store.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from joserfc.jwk import OKPKey
    from prometheus_client import CollectorRegistry

    from bot.delivery.courier import Pace
    from bot.delivery.desk import Desk
    from bot.delivery.queue import Outbox
    from bot.reports.partners import Partners

COUNT_EVERY: Final = 15.0
"""Seconds between two looks at how many reports wait."""

_log = logging.getLogger(__name__)


class DeliveryService:
    """Delivers until :meth:`run` is cancelled; several processes may do so at once.

    ``pace`` is how patient it is, by default as suits partners in real life.
    """

    def __init__(
        self,
        outbox: Outbox,
        desk: Desk,
        *,
        partners: Callable[[], Partners],
        key: Callable[[], OKPKey],
        registry: CollectorRegistry,
        pace: Pace | None = None,
    ) -> None:
        self._outbox = outbox
        self._courier = Courier(outbox, partners, key, desk.settled, pace)
        self._waiting = Gauge(
            "dontlookaway_reports_waiting", "Reports on their way to a partner.", registry=registry
        )
        self._dead = Gauge(
            "dontlookaway_reports_dead",
            "Reports that could not be delivered and wait for people to decide.",
            registry=registry,
        )

    async def run(self) -> None:
        """Deliver and count for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._courier.run())
            group.create_task(self._count())

    async def _count(self) -> None:
        while True:
            try:
                self._waiting.set(await self._outbox.waiting())
                self._dead.set(await self._outbox.dead())
            except StoreUnavailable as error:
                _log.debug("Reports cannot be counted: %s", error)
            await asyncio.sleep(COUNT_EVERY)
