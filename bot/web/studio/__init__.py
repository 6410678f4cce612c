"""The studio: where staff edit conversations, in the browser, behind a token.

``README.md`` beside this file says what the page may ask for. Whatever computes long runs in a
:class:`~bot.web.studio.worker.Worker`, a process of its own.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.campaigns.staff import Staff
from bot.delivery.queue import Outbox
from bot.store.counters import Counters
from bot.web.studio.answers import Refusal, go_to, plainly
from bot.web.studio.audit import Audit
from bot.web.studio.campaigns import Campaigns
from bot.web.studio.editing import Editing
from bot.web.studio.figures import Figures
from bot.web.studio.login import Door
from bot.web.studio.shelf import Shelf
from bot.web.studio.trying import Trying
from bot.web.studio.words import Words
from bot.web.studio.worker import Worker

PAGE: Final = Path(__file__).parent / "page"
LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a request: a whole content folder of edits fits in."""

SHORT: Final = 16
"""Characters below which a token might be guessed, however slowly."""

_log = logging.getLogger(__name__)


def add_studio(
    app: web.Application,
    token: str,
    *,
    folder: Path,
    writable: bool,
    data_dir: Path,
    secure: bool,
    spoken: Callable[[], Sequence[str]],
    problem: Callable[[], str],
    counters: Counters,
    reports: Outbox,
    staff: Staff,
    bot: Callable[[], str],
    mail_page: str = "",
) -> None:
    """Serve ``/studio`` to whoever knows the ``token``.

    ``folder`` is the content; with ``writable`` editors may change it. History and audit trail go
    to ``data_dir``. ``secure``: it is reached by https. ``spoken`` gives the languages that the bot
    offers, ``problem`` says why it does not use the content as it is saved (empty: it does).
    ``staff`` sends campaigns, ``bot`` gives the bot's public address.
    """
    if len(token) < SHORT:
        _log.warning("STAFF_TOKEN is short. Make a better one with: openssl rand -base64 24")
    audit = Audit(data_dir / "studio" / "audit.jsonl")
    shelf = Shelf(folder, data_dir / "studio" / "history", writable=writable)
    door, worker = Door(token, audit, secure=secure), Worker()
    studio = web.Application(middlewares=[plainly, door.guard()], client_max_size=LARGEST)
    door.add_to(studio)
    Editing(shelf, worker, audit).add_to(studio)
    Trying(shelf, worker, spoken=spoken, problem=problem, mail_page=mail_page).add_to(studio)
    Figures(counters, reports, audit).add_to(studio)
    Campaigns(staff, audit, folder=folder, bot=bot).add_to(studio)
    Words(folder).add_to(studio)
    _add_page(studio)

    async def working(_: web.Application) -> AsyncIterator[None]:
        yield
        await worker.close()

    studio.cleanup_ctx.append(working)
    app.add_subapp("/studio", studio)


def _add_page(studio: web.Application) -> None:
    async def index(request: web.Request) -> web.StreamResponse:
        if request.path.startswith("/studio/api"):
            raise Refusal(404, "The studio knows no such request.")
        return web.FileResponse(PAGE / "index.html")

    async def slash(_: web.Request) -> web.StreamResponse:
        return go_to("/studio/")

    studio.router.add_static("/assets", PAGE)
    studio.router.add_get("", slash)
    studio.router.add_get("/{view:.*}", index)
