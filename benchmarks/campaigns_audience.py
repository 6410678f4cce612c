"""The people of ``benchmarks.campaigns``, and the campaign that is for all of them."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
import yaml

from bot.content import Content, shipped
from bot.knowledge.campaigns import Campaign, Occurrence
from bot.store import keys
from bot.store.connect import connect
from bot.store.pipeline import Argument, Pipeline
from bot.store.subscribers import Subscriber

CAMPAIGN: Final = "proof"
WAVE: Final = "now"
LANGUAGES: Final = ("en", "fr", "es", "de", "pt", "it")
HOMES: Final = ("BE", "FR", "ES", "DE", "PT", "IT", "GB", "NL", "AT", "PL")
FIRST: Final = 1_000_000
"""The first chat; all the others come after it."""
TOGETHER: Final = 500
"""Subscribers in one command."""

_encode = msgspec.msgpack.Encoder().encode


async def fill(url: str, count: int) -> None:
    """Put so many subscribers into an empty Redis, as the bot keeps them."""
    pipeline = Pipeline(connect(url))
    shards: list[list[int]] = [[] for _ in range(keys.SHARDS)]
    for chat_id in range(FIRST, FIRST + count):
        shards[keys.shard(chat_id)].append(chat_id)
    packed = [_encode(_subscriber(number)) for number in range(len(LANGUAGES) * len(HOMES))]
    for shard, chats in enumerate(shards):
        work = []
        for at in range(0, len(chats), TOGETHER):
            some = chats[at : at + TOGETHER]
            scores: list[Argument] = [part for chat in some for part in (chat, chat)]
            values: list[Argument] = []
            for chat in some:
                values += (chat, packed[chat % len(packed)])
            work.append(pipeline.run("ZADD", keys.subscribers(shard), *scores))
            work.append(pipeline.run("HSET", keys.subscriptions(shard), *values))
        await asyncio.gather(*work)
    await pipeline.close()


def _subscriber(number: int) -> Subscriber:
    """People who speak several languages and live in several countries."""
    return Subscriber(
        locale=LANGUAGES[number % len(LANGUAGES)],
        topics={"all": (1_790_000_000, 0)},
        home=HOMES[number // len(LANGUAGES)],
        audience="traveller",
    )


def write_content(folder: Path, per_second: int) -> Path:
    """What is shipped, with one campaign: for everybody, at any hour, at so many a second."""
    for name in ("flows", "locales", "data"):
        shutil.copytree(shipped() / name, folder / name)
    now = datetime.now(UTC)
    night = now + timedelta(hours=12)  # quiet hours of a minute, far from now
    policy = {
        "quiet": f"{night:%H:%M}-{night + timedelta(minutes=1):%H:%M}",
        "per_week": 9,
        "zone": "UTC",
        "messages_per_second": per_second,
        "paid_broadcast": per_second > 30,
    }
    wave = {
        "id": WAVE,
        "when": f"on {now.date()} at {now:%H:%M} UTC",
        "message": "campaign/event_week",
    }
    campaign = {
        "id": CAMPAIGN,
        "event": "fifa-womens-world-cup-2027",
        "enabled": True,
        "audience": {"topics": ["all"]},
        "waves": [wave],
    }
    file = {"policy": policy, "campaigns": [campaign]}
    (folder / "data" / "campaigns.yaml").write_text(yaml.safe_dump(file, sort_keys=False))
    return folder


def campaign_of(content: Content) -> tuple[Campaign, Occurrence]:
    """That campaign, and the only day of its wave."""
    campaign = content.campaigns.get(CAMPAIGN)
    assert campaign is not None
    today = datetime.now(UTC).date()
    around = timedelta(days=1)
    (occurrence,) = content.campaigns.occurrences(campaign, today - around, today + around)
    return campaign, occurrence
