"""Campaigns in the studio: what is planned, what it would be, and its sending."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import segno
from aiohttp import web
from msgspec import Struct

from bot.campaigns.names import Impossible, Unknown
from bot.campaigns.progress import as_csv
from bot.campaigns.staff import Staff
from bot.campaigns.trial import PICTURES
from bot.campaigns.tries import KEPT
from bot.web.studio.answers import Refusal, answer, asked
from bot.web.studio.editing import parameter
from bot.web.studio.login import STAFF

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeVar

    from bot.web.studio.audit import Audit

    T = TypeVar("T")

QR_SCALE: Final = 5
"""Pixels of a module, at which a phone reads the code from a screen."""
_PICTURE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}\.(jpe?g|png)", re.IGNORECASE)


class Approval(Struct, frozen=True, forbid_unknown_fields=True):
    """A wave to approve: the run and the fingerprint that were looked at, and the campaign's id
    typed once more.
    """

    campaign: str
    wave: str
    run: str
    fingerprint: str
    confirm: str
    now: bool = False


class Which(Struct, frozen=True, forbid_unknown_fields=True):
    """A run."""

    run: str


class WaveNamed(Struct, frozen=True, forbid_unknown_fields=True):
    """A wave of a campaign."""

    campaign: str
    wave: str


class Campaigns:
    """Campaigns; 503 while Redis cannot be reached, but for what needs none of it.

    ``folder`` is the content, ``bot`` gives the bot's public address.
    """

    def __init__(self, staff: Staff, audit: Audit, *, folder: Path, bot: Callable[[], str]) -> None:
        self._staff = staff
        self._audit = audit
        self._folder = folder
        self._bot = bot

    def add_to(self, app: web.Application) -> None:
        """Serve it."""
        router = app.router
        router.add_get("/api/campaigns", self._overview)
        router.add_get("/api/campaigns/preview", self._preview)
        router.add_get("/api/campaigns/status", self._status)
        router.add_get("/api/campaigns/csv", self._csv)
        router.add_get("/api/campaigns/picture", self._picture)
        router.add_post("/api/campaigns/test", self._test)
        router.add_post("/api/campaigns/approve", self._approve)
        router.add_post("/api/campaigns/withdraw", self._withdraw)
        for name in ("pause", "resume", "cancel"):
            router.add_post(f"/api/campaigns/{name}", self._act)

    async def _overview(self, _: web.Request) -> web.Response:
        return answer(await self._staff.overview())

    async def _preview(self, request: web.Request) -> web.Response:
        campaign, wave = parameter(request, "campaign"), request.query.get("wave", "")
        return answer(await _asked_of(self._staff.preview(campaign, wave)))

    async def _status(self, request: web.Request) -> web.Response:
        return answer(await _asked_of(self._staff.status(parameter(request, "run"))))

    async def _csv(self, request: web.Request) -> web.Response:
        run = parameter(request, "run")
        text = as_csv([await _asked_of(self._staff.status(run))])
        headers = {
            "Content-Disposition": f'attachment; filename="{run}.csv"',
            "Cache-Control": "no-store",
        }
        return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=headers)

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        name = parameter(request, "name")
        folder = (self._folder / PICTURES).resolve()
        path = (folder / name).resolve() if _PICTURE.fullmatch(name) else folder
        if not path.is_relative_to(folder) or not path.is_file():
            raise Refusal(404, "There is no such picture in the content.")
        return web.FileResponse(path)

    async def _test(self, request: web.Request) -> web.Response:
        wanted = await asked(request, WaveNamed)
        payload = await _asked_of(self._staff.offer_test(wanted.campaign, wanted.wave))
        link = f"{self._bot()}?start={payload}"
        code = segno.make_qr(link)
        self._audit.note("campaign test", by=request[STAFF].name, campaign=wanted.campaign)
        return answer(
            {
                "link": link,
                "command": f"/start {payload}",
                "qr": code.svg_data_uri(scale=QR_SCALE, border=2, light="white"),
                "minutes": KEPT // 60,
            }
        )

    async def _approve(self, request: web.Request) -> web.Response:
        approval, by = await asked(request, Approval), request[STAFF].name
        if approval.confirm != approval.campaign:
            raise Refusal(400, f"Type {approval.campaign} to confirm.")
        status = await _asked_of(
            self._staff.approve(
                approval.campaign,
                approval.wave,
                by,
                run=approval.run,
                seen=approval.fingerprint,
                now=approval.now,
            )
        )
        when = "now" if approval.now else status.due.isoformat()
        self._audit.note("campaign approve", by=by, run=status.run, when=when)
        return answer(status)

    async def _withdraw(self, request: web.Request) -> web.Response:
        wanted, by = await asked(request, WaveNamed), request[STAFF].name
        await _asked_of(self._staff.withdraw(wanted.campaign, wanted.wave))
        self._audit.note("campaign withdraw", by=by, campaign=wanted.campaign, wave=wanted.wave)
        return answer({"campaign": wanted.campaign, "wave": wanted.wave})

    async def _act(self, request: web.Request) -> web.Response:
        name, by = request.path.rpartition("/")[2], request[STAFF].name
        run = (await asked(request, Which)).run
        act = {
            "pause": self._staff.pause,
            "resume": self._staff.resume,
            "cancel": self._staff.cancel,
        }[name]
        status = await _asked_of(act(run, by))
        self._audit.note(f"campaign {name}", by=by, run=run)
        return answer(status)


async def _asked_of(work: Awaitable[T]) -> T:
    try:
        return await work
    except Unknown as error:
        raise Refusal(404, str(error)) from None
    except Impossible as error:
        raise Refusal(409, str(error)) from None
