"""A Redis client from ``REDIS_URL``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

if TYPE_CHECKING:
    from bot.store.pipeline import Client

CONNECT_TIMEOUT: Final = 1.0  # seconds
REPLY_TIMEOUT: Final = 2.0  # seconds


def connect(url: str) -> Client:
    """A client for ``redis://``, ``rediss://``, ``unix://`` or ``redis+cluster://``.

    Nothing is connected yet. The client gives up early and does not retry, since a person waits
    and Telegram repeats the update; it connects anew by itself.

    Raises :class:`ValueError`, which names ``REDIS_URL`` and does not show it.
    """
    scheme, _, rest = url.partition("://")
    try:
        parts = urlsplit(url)
        usable = bool(parts.path if scheme == "unix" else parts.hostname) and parts.port != 0
        if not usable:
            raise ValueError("no address")
        if scheme == "redis+cluster":
            return _cluster(f"redis://{rest}")
        if scheme in ("redis", "rediss", "unix"):
            return _single(url)
        raise ValueError("unknown scheme")
    except (ValueError, TypeError):
        raise ValueError(
            "REDIS_URL must look like redis://host:6379/0, rediss://user:password@host:6379/0, "
            "unix:///path/to/redis.sock or redis+cluster://host:6379"
        ) from None


def _single(url: str) -> Redis:
    client = Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_TIMEOUT,
        socket_timeout=REPLY_TIMEOUT,
        retry=Retry(NoBackoff(), 0),
    )
    # An option it does not know raises TypeError here rather than at the first update.
    client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
    return client


def _cluster(url: str) -> RedisCluster:
    return RedisCluster.from_url(
        url,
        socket_connect_timeout=CONNECT_TIMEOUT,
        socket_timeout=REPLY_TIMEOUT,
        retry=Retry(NoBackoff(), 1),
    )
