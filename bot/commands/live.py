"""The Redis of the bot that runs now, for commands that look into it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.settings import Settings
from bot.store.connect import connect
from bot.store.embedded import socket_of
from bot.store.errors import StoreUnavailable
from bot.store.pipeline import Pipeline

T = TypeVar("T")


def with_redis(work: Callable[[Pipeline], Awaitable[T]]) -> T:
    """Do something with that Redis.

    Raises :class:`ValueError`, which says what to do, when it cannot be reached.
    """
    settings = Settings.read(os.environ)
    url = settings.redis_url or f"unix://{socket_of(settings.data_dir)}"

    async def run() -> T:
        pipeline = Pipeline(connect(url))
        try:
            return await work(pipeline)
        finally:
            await pipeline.close()

    try:
        return asyncio.run(run())
    except StoreUnavailable:
        raise ValueError(
            "Redis cannot be reached. Start the bot first, with the same REDIS_URL or DATA_DIR."
        ) from None
