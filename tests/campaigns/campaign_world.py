"""Campaigns at work: real replicas on a real Redis, against a real local Bot API over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from prometheus_client import CollectorRegistry
from shipped_content import CONTENT

from bot.campaigns import broadcast, claims, service
from bot.campaigns.runs import Run, Runs
from bot.campaigns.service import CampaignService
from bot.conversation.profile import Profile, Trip
from bot.knowledge.campaigns import Campaigns, Occurrence
from bot.local import LocalBotApi
from bot.store.connect import connect
from bot.store.keyring import Keyring
from bot.store.pipeline import Pipeline
from bot.store.subscribers import Subscribers
from bot.telegram.api import Api
from bot.telegram.rate_limit import RateLimiter
from bot.telegram.sender import Sender

TOKEN = "1:abc"
KEYRING = Keyring([b"k" * 32])
AT = datetime(2027, 6, 14, 12, 0, tzinfo=UTC)
"""A decent hour in Europe and Africa."""
CAMPAIGNS = """
policy: {quiet: "21:00-08:00", per_week: 2, zone: Europe/Brussels, messages_per_second: 1000,
  paid_broadcast: true}
campaigns:
  - id: cup
    title: A cup
    enabled: true
    audience: {topics: [all]}
    message: campaign/awareness_day
    waves:
      - {id: now, when: "on 2027-06-14 at 12:00 UTC", approval: "no"}
      - {id: other, when: "on 2027-06-15 at 12:00 UTC", approval: "no"}
      - {id: third, when: "on 2027-06-16 at 12:00 UTC"}
"""


def look_often(setattr: Callable[[object, str, float], None]) -> None:
    """Let replicas of this process look at everything more often than in real life."""
    setattr(service, "EVERY", 0.2)
    setattr(service, "LOOK", 0.05)
    setattr(broadcast, "LOOK", 0.05)
    setattr(claims, "LOOK", 0.05)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = AT) -> None:
        self.seconds = at.timestamp()

    def __call__(self) -> float:
        return self.seconds

    def set(self, at: datetime) -> None:
        self.seconds = at.timestamp()


class CampaignWorld:
    """Replicas (:meth:`replica`), subscribers and people; ``text`` is the file of campaigns."""

    def __init__(self, redis_url: str, server: LocalBotApi, folder: Path) -> None:
        self.redis_url = redis_url
        self.server = server
        self.folder = folder
        self.clock = Clock()
        self.pipeline = Pipeline(connect(redis_url))
        self.runs = Runs(self.pipeline, clock=self.clock)
        self.subscribers = Subscribers(self.pipeline, clock=self.clock)
        self.left: list[int] = []
        self.registries: list[CollectorRegistry] = []
        self.use(CAMPAIGNS)

    def use(self, text: str) -> None:
        """Have other campaigns."""
        path = self.folder / "campaigns.yaml"
        path.write_text(text)
        self.content = replace(CONTENT, campaigns=Campaigns.load(path, CONTENT.events))

    def occurrence(self, run_id: str) -> Occurrence:
        found = self.content.campaigns.occurrence(run_id)
        assert found is not None
        return found

    async def subscribe(
        self,
        *chats: int,
        topic: str = "all",
        locale: str = "en",
        home: str = "BE",
        trip: Trip | None = None,
        reachable: bool = True,
    ) -> None:
        """People who can be reached, as a rule, and who agreed."""
        for chat in chats:
            if reachable:
                self.server.person(chat)
        profile = Profile(locale, home, "", trip)
        until = 0 if topic != "trip" else datetime(2030, 1, 1, tzinfo=UTC).toordinal()
        await asyncio.gather(
            *(self.subscribers.subscribe(c, topic, until, profile, consent=1) for c in chats)
        )

    @contextlib.asynccontextmanager
    async def replica(self, **changes: Any) -> AsyncIterator[CampaignService]:
        """A service as the application has one, with connections of its own."""
        pipeline = Pipeline(connect(self.redis_url))
        limiter = RateLimiter(
            pipeline, per_second=lambda: self.content.campaigns.policy.messages_per_second
        )
        api = Api.at(self.server.url, TOKEN)
        api.limit_by(limiter)
        for request in api._request:
            await request.initialize()
        registry = CollectorRegistry()
        self.registries.append(registry)
        subscribers = Subscribers(pipeline, clock=self.clock)

        async def left(chat_id: int) -> None:
            self.left.append(chat_id)
            await subscribers.unsubscribe(chat_id)

        campaigns = CampaignService(
            pipeline,
            KEYRING,
            subscribers,
            Sender(api),
            limiter,
            content=lambda: self.content,
            home=lambda: "https://t.me/bot",
            pictures=self.folder / "pictures",
            left=left,
            registry=registry,
            clock=changes.get("clock", self.clock),
        )
        task = asyncio.create_task(campaigns.run())
        try:
            yield campaigns
        finally:
            task.cancel()
            await asyncio.wait({task})
            for request in api._request:
                await request.shutdown()
            await pipeline.close()

    async def until(self, holds: Callable[[Run], bool], run_id: str, seconds: float = 90) -> Run:
        """Wait until something holds of a run."""
        async with asyncio.timeout(seconds):
            while True:
                run = await self.runs.get(run_id)
                if run is not None and holds(run):
                    return run
                await asyncio.sleep(0.02)

    async def until_state(self, run_id: str, state: str, seconds: float = 90) -> Run:
        """Wait until a run is in a state."""
        try:
            return await self.until(lambda run: run.state == state, run_id, seconds)
        except TimeoutError:
            raise AssertionError(f"{run_id}: {await self.runs.get(run_id)}") from None

    async def until_sent(self, run_id: str, least: int, seconds: float = 90) -> None:
        """Wait until so many have got it."""
        async with asyncio.timeout(seconds):
            while (await self.sums(run_id)).get("sent", 0) < least:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    def pace(self, per_second: int) -> None:
        """Send so many a second."""
        fast = "messages_per_second: 1000"
        self.use(CAMPAIGNS.replace(fast, f"messages_per_second: {per_second}"))

    async def sums(self, run_id: str) -> dict[str, int]:
        """Outcomes of a run in all languages together."""
        counts = await self.runs.counts(run_id)
        return {name: total for name, each in counts.items() if (total := sum(each.values()))}

    def got(self, chat: int) -> list[str]:
        """What a chat has got."""
        return [each.text for each in self.server.messenger.chats[chat].visible if each.by_bot]


def many(count: int, seed: int = 1) -> list[int]:
    """Ids of so many chats, some of them longer than 32 bits."""
    return random.Random(seed).sample(range(1, 2**40), count)
