"""Telegram's side door: updates that it posts, answered only once they have been handled.

An update is handled inside its request, so a 200 means that its answer is safe. With anything else
Telegram keeps the update and delivers it again. One call of the answer may *ride* back in the
response; Telegram carries it out and does not say how that went.
"""

from __future__ import annotations

import hmac
import logging
from typing import TYPE_CHECKING, Final

import msgspec
from aiohttp import web

from bot.store.errors import StoreUnavailable
from bot.telegram.attempts import Attempts, origin
from bot.telegram.updates import SERVED, Update, read

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.telegram.api import Api
    from bot.telegram.calls import Call, Ride

PATH: Final = "/telegram/webhook"

BODY_BYTES: Final = 1024 * 1024
"""Largest body taken; a real update has a few kilobytes."""

STORE_RETRY: Final = 2
"""Seconds after which Telegram should come again when the store is away."""

CONNECTIONS: Final = 100
"""Requests that Telegram may have open at once, the most it offers."""

_SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name

_log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode


class Webhook:
    """Takes updates at :data:`PATH` from whoever knows ``secret``.

    ``handle`` gets every update, those to be ignored too, and a way back for one call.
    :class:`StoreUnavailable` is answered with 503, so that Telegram keeps the update; after any
    other error thrice, the update goes to ``give_up`` instead. ``username`` gives the bot's own, as
    soon as it is known.

    Raises :class:`ValueError` for an empty secret, which would let anybody in.
    """

    def __init__(
        self,
        secret: str,
        handle: Callable[[Update, Ride], Awaitable[None]],
        give_up: Callable[[Update], Awaitable[None]],
        *,
        username: Callable[[], str] = str,
    ) -> None:
        if not secret:
            raise ValueError("A webhook needs a secret: set WEBHOOK_SECRET.")
        self._secret = secret.encode()
        self._handle = handle
        self._give_up = give_up
        self._username = username
        self._attempts = Attempts()

    def add_to(self, app: web.Application) -> None:
        """Serve the webhook in a web application."""
        app.router.add_post(PATH, self._receive)

    async def _receive(self, request: web.Request) -> web.Response:
        given = request.headers.get(_SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=401, text="The secret token is missing or wrong.\n")
        body = await _body(request)
        if body is None:
            return web.Response(status=413, text="That is too large for an update.\n")
        update = read(body, username=self._username())
        if update.update_id is None:
            _log.warning("Something that is no update was posted to the webhook.")
            return web.Response(status=400, text="That is no update.\n")
        seat = _Seat(request)
        answer = await self._settle(update, update.update_id, seat)
        return seat.response or answer

    async def _settle(self, update: Update, update_id: int, seat: _Seat) -> web.Response:
        try:
            await self._handle(update, seat.take)
        except StoreUnavailable:
            return web.Response(status=503, headers={"Retry-After": str(STORE_RETRY)})
        except Exception as error:
            if not self._attempts.failed(update_id):
                _log.warning("Update %d failed: %s. It will return.", update_id, origin(error))
                return web.Response(status=500)
            await self._let_go(update)
        else:
            self._attempts.passed(update_id)
        return web.Response()

    async def _let_go(self, update: Update) -> None:
        try:
            await self._give_up(update)
        except Exception as error:
            _log.error("Update %s was lost: %s.", update.update_id, origin(error))


class _Seat:
    """The one place for a call in the response to a request."""

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self.response: web.Response | None = None

    async def take(self, call: Call) -> bool:
        """Write the response, with a call in it; false when that is no longer possible."""
        transport = self._request.transport
        if self.response is not None or transport is None or transport.is_closing():
            return False
        body = _encode({"method": call.method, **call.params})
        self.response = web.Response(body=body, content_type="application/json")
        try:
            await self.response.prepare(self._request)
            await self.response.write_eof()
        except OSError:
            return False
        return not transport.is_closing()


async def _body(request: web.Request) -> bytes | None:
    """The body, or None when it is too large; not read any further then."""
    if (request.content_length or 0) > BODY_BYTES:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > BODY_BYTES:
            return None
    return bytes(body)


async def register(api: Api, public_url: str, secret: str) -> None:
    """Ask Telegram to post updates to ``public_url`` from now on; those that wait are kept.

    Raises :class:`telegram.error.TelegramError` when Telegram refuses the address.
    """
    params = {
        "url": public_url.rstrip("/") + PATH,
        "secret_token": secret,
        "allowed_updates": SERVED,
        "max_connections": CONNECTIONS,
    }
    await api.call("setWebhook", params)
