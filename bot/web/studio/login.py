"""The door: the staff token opens it, a cookie keeps it open, a header proves who asks."""

from __future__ import annotations

import hmac
import ipaddress
import math
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from aiohttp import web

from bot.web.studio.answers import Refusal, go_to
from bot.web.studio.attempts import Attempts, ip_address
from bot.web.studio.sessions import LASTS, Sessions, StaffSession

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp.typedefs import Handler, Middleware

    from bot.web.studio.audit import Audit

COOKIE: Final = "studio"
FORM: Final = "application/x-www-form-urlencoded"
NAME_LENGTH: Final = 60
STAFF: Final = web.RequestKey("staff", StaffSession)
"""Who asks, in every request under ``api/``."""
_NOT_OURS: Final = "This did not come from the studio's own page. Reload it."
_CARRIERS: Final = ipaddress.ip_network("100.64.0.0/10")
"""Addresses inside of a network, though not private ones: of proxies in Kubernetes, for example."""


class Door:
    """Login, logout, and the middleware that lets nobody else in.

    ``secure``: browsers reach the studio by https only.
    """

    def __init__(self, token: str, audit: Audit, *, secure: bool) -> None:
        self._token = token.encode()
        self._audit = audit
        self._secure = secure
        self._sessions = Sessions()
        self._attempts = Attempts()

    def add_to(self, app: web.Application) -> None:
        """Serve the two forms."""
        app.router.add_post("/login", self._login)
        app.router.add_post("/logout", self._logout)

    def guard(self) -> Middleware:
        """What stands before everything under ``/studio/api/``."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path.startswith("/studio/api/"):
                request[STAFF] = self._admit(request)
            return await handler(request)

        return guard

    def _admit(self, request: web.Request) -> StaffSession:
        session = self._sessions.find(request.cookies.get(COOKIE, ""))
        if session is None:
            raise Refusal(401, "Please log in.")
        given = request.headers.get("X-CSRF-Token", "").encode("utf-8", "replace")
        if request.method != "GET" and not hmac.compare_digest(given, session.csrf.encode()):
            raise Refusal(403, _NOT_OURS)
        return session

    async def _login(self, request: web.Request) -> web.Response:
        _refuse_other_sites(request)  # before it counts: nobody fails in the name of others
        form = await _form(request)
        address = _address(request)
        token, name = (str(form.get(field, "")) for field in ("token", "name"))
        # From here on without a pause, so that many attempts at once are no way round.
        if wait := self._attempts.wait(address):
            return go_to(f"/studio/login?wait={math.ceil(wait)}")
        if not hmac.compare_digest(token.strip().encode("utf-8", "replace"), self._token):
            self._attempts.failed(address)
            self._audit.note("login failed", address=address)
            return go_to("/studio/login?wrong")
        self._attempts.succeeded(address)
        name = _shown(name) or "Editor"
        self._audit.note("login", by=name, address=address)
        response = go_to("/studio/")
        response.set_cookie(
            COOKIE,
            self._sessions.begin(name),
            max_age=LASTS,
            path="/studio",
            httponly=True,
            samesite="Strict",
            secure=self._secure,
        )
        return response

    async def _logout(self, request: web.Request) -> web.Response:
        _refuse_other_sites(request)
        if session := self._sessions.end(request.cookies.get(COOKIE, "")):
            self._audit.note("logout", by=session.name)
        response = go_to("/studio/login")
        response.del_cookie(COOKIE, path="/studio")
        return response


def _refuse_other_sites(request: web.Request) -> None:
    """Raises :class:`Refusal` when a browser says that a page of another site sent this."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:  # the browser has compared, whatever a proxy calls us
        ours = site in ("same-origin", "none")
    elif origin is not None:  # an old browser, or no https
        named = (request.host, *request.headers.get("X-Forwarded-Host", "").split(","))
        host = _host(origin)
        ours = host is not None and host in {_host(f"//{each.strip()}") for each in named}
    else:  # no browser of today
        ours = True
    if not ours:
        raise Refusal(403, _NOT_OURS)


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


async def _form(request: web.Request) -> Mapping[str, object]:
    """What the page sends; of anything else nothing, which is no token."""
    if request.content_type != FORM:
        return {}
    try:
        return await request.post()
    except (ValueError, LookupError):  # no text, or in an encoding that nobody knows
        return {}


def _address(request: web.Request) -> str:
    """Who asks; behind a proxy, which is near, whom the proxy names."""
    peer = request.remote or ""
    # Some proxies add to the header, some add another header after those of strangers.
    forwarded = ",".join(request.headers.getall("X-Forwarded-For", ())).rpartition(",")[2].strip()
    try:
        proxy = ip_address(peer)
        near = proxy.is_private or proxy in _CARRIERS
        return str(ip_address(forwarded)) if near and forwarded else str(proxy)
    except ValueError:
        return peer


def _shown(name: str) -> str:
    """A name on one line, of signs that can be seen."""
    printable = "".join(sign if sign.isprintable() else " " for sign in name)
    return " ".join(printable.split())[:NAME_LENGTH]
