"""Commands and scripts for Redis, whether it is one server or a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from redis.exceptions import ClusterError, NoScriptError, ReadOnlyError, ResponseError

from bot.store.cluster import Cluster
from bot.store.errors import StoreRefused, StoreUnavailable
from bot.store.lane import Argument, Lane

if TYPE_CHECKING:
    from redis.asyncio import Redis

    Client: TypeAlias = "Redis | Cluster"

__all__ = ["Argument", "Pipeline"]


class Pipeline:
    """Sends commands of concurrent callers together (see :class:`bot.store.lane.Lane`).

    Every method raises :class:`StoreUnavailable` when Redis is away or refuses.
    """

    def __init__(self, client: Client) -> None:
        self._way = client if isinstance(client, Cluster) else Lane(client)

    async def run(self, *command: Argument) -> Any:
        """Run one command and return its reply."""
        reply = await self._way.submit(command)
        if isinstance(reply, Exception):
            raise _unavailable(reply)
        return reply

    async def script(
        self, digest: str, source: str, keys: tuple[str, ...], args: tuple[Argument, ...]
    ) -> Any:
        """Run a Lua script by its SHA-1 digest; its source is sent where it is not yet known."""
        reply = await self._way.submit(("EVALSHA", digest, len(keys), *keys, *args))
        if isinstance(reply, NoScriptError):
            return await self.run("EVAL", source, len(keys), *keys, *args)
        if isinstance(reply, Exception):
            raise _unavailable(reply)
        return reply

    async def close(self) -> None:
        """Finish what is under way, then close the connections."""
        await self._way.aclose()


def _unavailable(error: Exception) -> StoreUnavailable:
    # After these the connection is given up, with commands on it of which nothing is known.
    unsure = not isinstance(error, ResponseError) or isinstance(error, ReadOnlyError | ClusterError)
    kind = StoreUnavailable if unsure else StoreRefused
    # Only the kind: the text of an error may repeat what was sent.
    return kind(f"Redis does not answer as it should ({type(error).__name__})")
