"""One Redis connection's worth of traffic shared by everybody who waits.

Commands issued while another round trip is under way leave together in the next one, in the order
in which they were issued. A caller sees a plain command; under load a round trip carries hundreds
of them, and the client's and the kernel's price is paid once for all.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from redis.asyncio import Redis

LARGEST: Final = 512
"""Commands in one round trip, so that a burst does not hold the first answers back."""

Argument: TypeAlias = str | bytes | int


class _Waiting(NamedTuple):
    command: tuple[Argument, ...]
    asking: bool
    reply: asyncio.Future[Any]


class Lane:
    """The way to one Redis server."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._waiting: list[_Waiting] = []
        self._sender: asyncio.Task[None] | None = None

    async def submit(self, command: tuple[Argument, ...], *, asking: bool = False) -> Any:
        """Send a command; its reply, or the exception that came of it.

        ``asking``: for a server that is being given the key (Redis Cluster's ``ASKING``).
        """
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(command, asking, reply))
        if self._sender is None:
            self._sender = asyncio.create_task(self._send_all(), name="redis pipeline")
        return await reply

    async def aclose(self) -> None:
        """Finish what is under way, then close the connections."""
        if self._sender is not None:
            await asyncio.wait({self._sender})
        await self._client.aclose()

    async def _send_all(self) -> None:
        batch: list[_Waiting] = []
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:LARGEST], self._waiting[LARGEST:]
                for (_, _, future), reply in zip(batch, await self._exchange(batch), strict=True):
                    if not future.done():
                        future.set_result(reply)
        finally:
            self._sender = None
            for _, _, future in (*batch, *self._waiting):  # only when this task is cancelled
                future.cancel()

    async def _exchange(self, batch: list[_Waiting]) -> list[Any]:
        pipe = self._client.pipeline(transaction=False)
        wanted = []
        for command, asking, _ in batch:
            if asking:
                pipe.execute_command("ASKING")
            wanted.append(len(pipe))
            pipe.execute_command(*command)
        try:
            replies = await pipe.execute(raise_on_error=False)
        except Exception as error:  # whatever it is, nobody may wait for ever
            return [error] * len(batch)
        return [replies[place] for place in wanted]
