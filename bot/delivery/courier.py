"""Carries reports from the outbox to the partners, at least once each.

The request is ``POST endpoint`` with the sealed report (``application/jose``) as its body and
``Idempotency-Key``, ``X-Report-Reference`` and ``X-Signature`` (detached JWS of the body).
2xx: the partner has it. 408, 425, 429, any other status that is not 4xx, and no answer: again
later. Any other 4xx: refused for good.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import aiohttp
import msgspec

from bot.delivery.turns import Turns
from bot.reports.sealing import sign
from bot.store.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from joserfc.jwk import OKPKey

    from bot.delivery.queue import Letter, Outbox
    from bot.reports.partners import Partners

_TRY_AGAIN: Final = (408, 425, 429)

_log = logging.getLogger(__name__)


class Pace(msgspec.Struct, frozen=True):
    """How patient a courier is; all in seconds, but for ``together`` and ``each``."""

    first_delay: float = 5.0
    longest_delay: float = 3600.0
    tell_after: float = 600.0
    give_up_after: float = 3 * 24 * 3600.0
    timeout: float = 30.0  # for one request
    idle: float = 90.0  # after which another courier takes over; longer than `timeout`
    look: float = 1.0  # between looks into an empty outbox
    together: int = 8  # requests at a time
    each: int = 2  # of them to one partner, lest one that never answers holds up the others

    def delay(self, attempts: int) -> float:
        """Before the next attempt: doubled each time, and spread, lest all come back at once."""
        ceiling = min(self.longest_delay, self.first_delay * 2.0 ** min(attempts, 32))
        return ceiling * random.uniform(0.5, 1.0)  # noqa: S311 - no secret


Outcome: TypeAlias = Literal["received", "waiting", "failed"]
"""What the sender of a letter is told; *waiting* when it takes unusually long."""


class Courier:
    """``await Courier(...).run()``; several may run at once, anywhere.

    ``partners`` gives those of today; ``tell`` takes an outcome to the sender, and may do so twice
    after a crash: a letter is settled only when its sender knows.
    """

    def __init__(
        self,
        outbox: Outbox,
        partners: Callable[[], Partners],
        key: Callable[[], OKPKey],
        tell: Callable[[Letter, Outcome], Awaitable[None]],
        pace: Pace | None = None,
    ) -> None:
        self._outbox = outbox
        self._partners = partners
        self._key = key
        self._tell = tell
        self._pace = pace or Pace()
        self._turns = Turns(self._pace.each)
        self._called_back = asyncio.Event()

    async def run(self) -> None:
        """Deliver until cancelled; what is then under way is taken over by the next courier."""
        timeout = aiohttp.ClientTimeout(total=self._pace.timeout)
        under_way: set[asyncio.Task[None]] = set()
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            asyncio.TaskGroup() as group,
        ):
            while True:
                if len(under_way) == self._pace.together:
                    await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                for letter in await self._take(self._pace.together - len(under_way)):
                    delivery = group.create_task(self._see_to(http, letter), name="delivery")
                    under_way.add(delivery)
                    delivery.add_done_callback(under_way.discard)

    async def _take(self, limit: int) -> list[Letter]:
        """Letters to send; sleeps when there are none."""
        self._called_back.clear()
        try:
            letters = await self._outbox.take(limit, self._pace.idle)
        except StoreUnavailable as error:
            _log.warning("The outbox of reports cannot be read: %s", error)
            letters = []
        if not letters:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pace.look):
                    await self._called_back.wait()
        return letters

    async def _see_to(self, http: aiohttp.ClientSession, letter: Letter) -> None:
        """Send a letter, or put it back while its partner has enough to answer."""
        try:
            if not self._turns.begin(letter.partner):
                await self._put_back(letter)
                return
            try:
                await self._deliver(http, letter)
            finally:
                next_one = self._turns.end(letter.partner)
            if next_one is not None:
                await self._outbox.call_back(next_one)
                self._called_back.set()
        # What is not settled is taken again after a while.
        except StoreUnavailable as error:
            _log.warning("Report %s is not settled: %s", letter.reference, error)
        except Exception as error:  # of one report, which must not stop the others
            # Only the kind: the text of an error may repeat what was to be said.
            kind = type(error).__name__
            _log.error("Report %s cannot be settled: %s.", letter.reference, kind)

    async def _deliver(self, http: aiohttp.ClientSession, letter: Letter) -> None:
        partner = self._partners().get(letter.partner)
        if partner is None:
            await self._give_up(letter, "the partners file does not name this partner")
            return
        status, wait = await self._post(http, partner.endpoint, letter)
        if status is not None and 200 <= status < 300:
            await self._tell(letter, "received")
            await self._outbox.delivered(letter)
        elif status is not None and 400 <= status < 500 and status not in _TRY_AGAIN:
            await self._give_up(letter, f"refused with HTTP {status}")
        elif time.time() - letter.since > self._pace.give_up_after:
            last = f"HTTP {status}" if status else "no answer"
            await self._give_up(letter, f"not delivered in time, at last {last}")
        else:
            wait = min(wait, self._pace.longest_delay)
            delay = max(wait, self._pace.delay(letter.attempts))
            told = await self._told_if_late(letter)
            await self._outbox.later(letter, delay, told=told)

    async def _post(
        self, http: aiohttp.ClientSession, endpoint: str, letter: Letter
    ) -> tuple[int | None, float]:
        """The status of the answer (``None``: there was none), and the seconds it asks to wait."""
        body = letter.sealed.encode()
        headers = {
            "Content-Type": "application/jose",
            "Idempotency-Key": letter.id,
            "X-Report-Reference": letter.reference,
            "X-Signature": sign(body, self._key()),
        }
        try:
            async with http.post(
                endpoint, data=body, headers=headers, allow_redirects=False
            ) as answer:
                wait = answer.headers.get("Retry-After", "")
                return answer.status, float(wait) if wait.isdecimal() else 0.0
        except (
            aiohttp.ClientError,
            TimeoutError,
            OSError,
            ValueError,
        ):  # an odd address: ValueError
            return None, 0.0

    async def _put_back(self, letter: Letter) -> None:
        told = await self._told_if_late(letter)
        delay = self._turns.put_back(letter.partner, letter.id)
        await self._outbox.later(letter, delay, told=told, tried=False)

    async def _told_if_late(self, letter: Letter) -> bool:
        """Whether the sender knows that it takes long; they are told when it does."""
        late = time.time() - letter.since > self._pace.tell_after
        if late and not letter.told:
            await self._tell(letter, "waiting")
        return late

    async def _give_up(self, letter: Letter, reason: str) -> None:
        await self._tell(letter, "failed")
        await self._outbox.give_up(letter, reason)
        _log.error("Report %s to %s is a dead letter: %s", letter.reference, letter.partner, reason)
