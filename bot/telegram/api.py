"""The connection to Telegram that the whole bot shares."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import urlsplit

from telegram import Bot, InputFile

from bot.telegram.request import AiohttpRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from telegram.error import RetryAfter

    from bot.telegram.rate_limit import RateLimiter, Slot


class Api(Bot):
    """python-telegram-bot's ``Bot`` on the aiohttp backend, with a plain :meth:`call`.

    Its typed methods build a ``Message`` from every answer, which costs more than the HTTP call
    itself; the bot needs no more of the answer than an id. Errors are the library's own in both.
    """

    _limiter: RateLimiter | None = None

    @classmethod
    def at(cls, url: str, token: str) -> Self:
        """A connection to the Bot API server at ``url`` (as ``https://api.telegram.org``).

        Raises :class:`telegram.error.InvalidToken` when the token is empty.
        """
        return cls(
            token,
            base_url=f"{url.rstrip('/')}/bot",
            request=AiohttpRequest(),
            get_updates_request=AiohttpRequest(pool_size=2),
        )

    def __repr__(self) -> str:
        """Without the token, which the library's own would tell to every log."""
        return "Api()"

    def limit_by(self, limiter: RateLimiter) -> None:
        """From now on every :meth:`call` goes through this limiter."""
        self._limiter = limiter

    async def call(
        self,
        method: str,
        params: Mapping[str, Any],
        *,
        patience: float | None = None,
        slot: Slot | None = None,
    ) -> Any:
        """Call a method and return its bare result.

        ``params`` are as in :class:`~bot.telegram.calls.Call`: a file among them is uploaded.
        ``patience`` is how many seconds the answer may take, when it is not the usual time.
        ``slot`` is when a push may leave. Raises :class:`telegram.error.TelegramError` and its
        kinds, for a push also :class:`~bot.telegram.rate_limit.Withheld`.
        """
        data = {name: value for name, value in params.items() if value is not None}
        send = self._send
        for kind in ("document", "photo"):
            if kind in data and not isinstance(data[kind], str):
                data[kind], send = _upload(*data[kind]), self._upload
        if self._limiter is None:
            return await send(method, data, patience)
        return await self._limiter.process_request(
            send, (method, data, patience), {}, method, data, slot
        )

    async def _send(self, method: str, data: dict[str, Any], patience: float | None) -> Any:
        request = cast("AiohttpRequest", self._request[method != "getUpdates"])
        server, path = self._server
        return await request.call(server, f"{path}/{method}", data, patience)

    async def _upload(self, method: str, data: dict[str, Any], patience: float | None) -> Any:
        timeouts: dict[str, Any] = {} if patience is None else {"read_timeout": patience}
        return await self._post(method, data, **timeouts)

    @cached_property
    def _server(self) -> tuple[str, str]:
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}", parts.path


def _upload(name: str, media_type: str, content: bytes) -> InputFile:
    file = InputFile(content, name)
    file.mimetype = media_type
    return file


def wait_asked(error: RetryAfter) -> float:
    """The seconds that Telegram asks to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
