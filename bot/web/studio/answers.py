"""JSON in and out, and one clear line for whatever goes wrong."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from aiohttp import web

from bot.store.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp.typedefs import Handler

T = TypeVar("T")
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none';"
        " base-uri 'none'"
    ),
    "Referrer-Policy": "same-origin",  # with none, browsers would not say whose form it is
    "X-Content-Type-Options": "nosniff",
}

_log = logging.getLogger(__name__)


class Refusal(Exception):
    """A request that is not granted: status, one line that says why, and what else to know."""

    def __init__(self, status: int, reason: str, more: Mapping[str, Any] | None = None) -> None:
        super().__init__(status, reason, more)  # all of it, so that another process can hand it on
        self.status = status
        self.reason = reason
        self.more = more or {}


def answer(data: Any, status: int = 200) -> web.Response:
    """An answer in JSON, which nobody may keep."""
    return web.Response(
        body=msgspec.json.encode(data),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def go_to(address: str) -> web.Response:
    """Send a browser on after a form."""
    return web.Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})


async def asked(request: web.Request, shape: type[T]) -> T:
    """The body of a request. Raises :class:`Refusal` when it has not the ``shape``."""
    try:
        return msgspec.json.decode(await request.read(), type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(400, f"{error}.") from None


@web.middleware
async def plainly(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer with the headers of every page, and with a line instead of an error."""
    response = await _tried(request, handler)
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-cache")
    return response


async def _tried(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refusal as refusal:
        return answer({"error": refusal.reason, **refusal.more}, refusal.status)
    except web.HTTPRequestEntityTooLarge:
        return answer({"error": "This is more than the studio takes at once."}, 413)
    except web.HTTPException as error:
        return answer({"error": f"{error.reason}."}, error.status)
    except StoreUnavailable:
        return answer({"error": "Redis cannot be reached. Try again in a moment."}, 503)
    except OSError as error:
        _log.error("The studio met a file it cannot use: %s.", error)
        return answer({"error": f"A file cannot be used: {error.strerror}."}, 500)
    except Exception as error:
        # Only the kind: its text may repeat what somebody wrote.
        _log.error("The studio failed at %s: %s.", request.path, type(error).__name__)
        return answer({"error": "This went wrong; the log of the bot says at what."}, 500)
