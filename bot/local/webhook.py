"""Hands updates to the bot's webhook as Telegram does: one at a time per queue, until 2xx."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

import aiohttp
import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.local.updates import Pending, UpdateQueue

SLOWEST_RETRY = 60.0  # seconds
ANSWER_WITHIN = 60.0  # seconds that the bot has to answer


class Webhook(Struct):
    """Where updates go, and how the last failure looked. An empty ``url`` means nowhere."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    last_error_date: int = 0
    last_error_message: str = ""


class Courier:
    """Delivers pending updates to one webhook.

    ``first_retry`` (seconds) doubles with each failure up to a minute; a ``Retry-After`` header
    is honoured instead. ``on_reply`` carries out a method that the bot put into its answer.
    """

    def __init__(
        self,
        queue: UpdateQueue,
        clock: Callable[[], float],
        first_retry: float,
        on_reply: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        self._queue = queue
        self._clock = clock
        self._first_retry = first_retry
        self._on_reply = on_reply
        self._lanes: dict[str, deque[Pending]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._connections = asyncio.Semaphore(1)
        self.webhook = Webhook()

    async def start(self, webhook: Webhook) -> None:
        """Deliver to this webhook from now on, beginning with what already waits."""
        await self.stop()
        self.webhook = webhook
        if not webhook.url:
            return
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN))
        self._connections = asyncio.Semaphore(webhook.max_connections)
        self._queue.on_add = self._offer
        for pending in self._queue.all():
            self._offer(pending)

    async def stop(self) -> None:
        """End all deliveries; what was not confirmed stays in the queue."""
        self._queue.on_add = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self._lanes.clear()
        if self._session:
            await self._session.close()
            self._session = None

    def _offer(self, pending: Pending) -> None:
        lane = self._lanes.get(pending.lane)
        if lane is not None:
            lane.append(pending)
            return
        self._lanes[pending.lane] = deque([pending])
        task = asyncio.create_task(self._run(pending.lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, name: str) -> None:
        lane = self._lanes[name]
        while lane:
            pause = self._first_retry
            while not lane[0].expired(self._clock()):
                async with self._connections:
                    retry_after = await self._deliver(lane[0].update)
                if retry_after is None:
                    break
                await asyncio.sleep(retry_after or pause)
                pause = min(pause * 2, SLOWEST_RETRY)
            self._queue.confirm(lane.popleft())
        del self._lanes[name]

    async def _deliver(self, update: dict[str, Any]) -> float | None:
        """None when the bot took it, else the seconds it wants us to wait (0: it did not say)."""
        if self._session is None:
            raise RuntimeError("The courier has not been started.")
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.secret_token}
        try:
            async with self._session.post(
                self.webhook.url,
                json=update,
                headers=headers if self.webhook.secret_token else None,
                allow_redirects=False,
            ) as response:
                if 200 <= response.status < 300:
                    if response.content_type == "application/json":
                        await self._carry_out(await response.read())
                    return None
                self._failed(
                    f"Wrong response from the webhook: {response.status} {response.reason}"
                )
                wait = response.headers.get("Retry-After", "")
                return float(wait) if wait.isdigit() else 0.0
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            self._failed(f"Connection failed: {type(problem).__name__}")
            return 0.0

    async def _carry_out(self, answer: bytes) -> None:
        try:
            reply = msgspec.json.decode(answer or b"null")
        except msgspec.DecodeError:
            return
        if isinstance(reply, dict) and "method" in reply:
            await self._on_reply(reply)

    def _failed(self, why: str) -> None:
        self.webhook.last_error_date = int(self._clock())
        self.webhook.last_error_message = why
