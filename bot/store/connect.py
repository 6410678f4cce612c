"""A Redis client from ``REDIS_URL``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.store.cluster import Cluster

if TYPE_CHECKING:
    from bot.store.pipeline import Client

CONNECT_TIMEOUT: Final = 1.0  # seconds
REPLY_TIMEOUT: Final = 2.0  # seconds

_PORT: Final = 6379


def connect(url: str) -> Client:
    """A client for ``redis://``, ``rediss://``, ``unix://`` or ``redis+cluster://``.

    Of a cluster, several hosts may be named, with commas between them: one that is away is then no
    obstacle. Nothing is connected yet. The client gives up early and does not retry, since a person
    waits and Telegram repeats the update; it connects anew by itself.

    Raises :class:`ValueError`, which names ``REDIS_URL`` and does not show it.
    """
    scheme, _, rest = url.partition("://")
    try:
        if scheme == "redis+cluster":
            return _cluster(rest)
        parts = urlsplit(url)
        usable = bool(parts.path if scheme == "unix" else parts.hostname) and parts.port != 0
        if scheme in ("redis", "rediss", "unix") and usable:
            return _single(url)
        raise ValueError("no address")
    except (ValueError, TypeError):
        raise ValueError(
            "REDIS_URL must look like redis://host:6379/0, rediss://user:password@host:6379/0, "
            "unix:///path/to/redis.sock or redis+cluster://host:6379,host:6379"
        ) from None


def _single(url: str) -> Redis:
    return _checked(Redis.from_url(url, **_options()))


def _cluster(rest: str) -> Cluster:
    """``user:password@host:6379,host:6379``: any masters, by way of which the others are found."""
    user, at, hosts = rest.rpartition("@")
    options: dict[str, Any] = {}
    seeds = []
    for host in hosts.split(","):
        one = f"redis://{user}{at}{host}"
        options = dict(parse_url(one))
        seeds.append((options.pop("host", ""), options.pop("port", _PORT)))
        if not seeds[-1][0] or urlsplit(one).port == 0 or options.get("db"):
            raise ValueError("no address, or another database than the only one")

    def client(host: str, port: int) -> Redis:
        return _checked(Redis(host=host, port=port, **options, **_options()))

    client(*seeds[0])
    return Cluster(seeds, client)


def _options() -> dict[str, Any]:
    return {
        "socket_connect_timeout": CONNECT_TIMEOUT,
        "socket_timeout": REPLY_TIMEOUT,
        "retry": Retry(NoBackoff(), 0),
    }


def _checked(client: Redis) -> Redis:
    # An option it does not know raises TypeError here rather than at the first update.
    client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
    return client
