"""One Redis connection's worth of traffic shared by everybody who waits.

Commands issued while another round trip is under way leave together in the next one, in the order
in which they were issued. A caller sees a plain command; under load a round trip carries hundreds
of them, and the client's and the kernel's price is paid once for all.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from redis.exceptions import NoScriptError

from bot.store.errors import StoreUnavailable

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.cluster import RedisCluster

    Client: TypeAlias = "Redis | RedisCluster"

LARGEST: Final = 512
"""Commands in one round trip, so that a burst does not hold the first answers back."""

Argument: TypeAlias = str | bytes | int


class Pipeline:
    """Sends commands of concurrent callers together.

    Every method raises :class:`StoreUnavailable` when Redis is away or refuses.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._waiting: list[tuple[tuple[Argument, ...], asyncio.Future[Any]]] = []
        self._sender: asyncio.Task[None] | None = None

    async def run(self, *command: Argument) -> Any:
        """Run one command and return its reply."""
        reply = await self._submit(command)
        if isinstance(reply, Exception):
            raise _unavailable(reply)
        return reply

    async def script(
        self, digest: str, source: str, keys: tuple[str, ...], args: tuple[Argument, ...]
    ) -> Any:
        """Run a Lua script by its SHA-1 digest; its source is sent where it is not yet known."""
        reply = await self._submit(("EVALSHA", digest, len(keys), *keys, *args))
        if isinstance(reply, NoScriptError):
            return await self.run("EVAL", source, len(keys), *keys, *args)
        if isinstance(reply, Exception):
            raise _unavailable(reply)
        return reply

    async def close(self) -> None:
        """Finish what is under way, then close the connections."""
        if self._sender is not None:
            await asyncio.wait({self._sender})
        await self._client.aclose()

    async def _submit(self, command: tuple[Argument, ...]) -> Any:
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((command, future))
        if self._sender is None:
            self._sender = asyncio.create_task(self._send_all(), name="redis pipeline")
        return await future

    async def _send_all(self) -> None:
        batch: list[tuple[tuple[Argument, ...], asyncio.Future[Any]]] = []
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:LARGEST], self._waiting[LARGEST:]
                for (_, future), reply in zip(batch, await self._exchange(batch), strict=True):
                    if not future.done():
                        future.set_result(reply)
        finally:
            self._sender = None
            for _, future in (*batch, *self._waiting):  # only when this task is cancelled
                future.cancel()

    async def _exchange(self, batch: list[tuple[tuple[Argument, ...], Any]]) -> list[Any]:
        pipe = self._client.pipeline(transaction=False)
        for command, _ in batch:
            pipe.execute_command(*command)
        try:
            return await pipe.execute(raise_on_error=False)
        except Exception as error:  # whatever it is, nobody may wait for ever
            return [error] * len(batch)


def _unavailable(error: Exception) -> StoreUnavailable:
    # Only the kind: the text of an error may repeat what was sent.
    return StoreUnavailable(f"Redis does not answer as it should ({type(error).__name__})")
