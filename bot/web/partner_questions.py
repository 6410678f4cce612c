"""Where a partner asks a witness something back, about a report that it has.

``POST /partners/{partner}/questions``, a JSON object ``{"id", "report", "question"}`` with
``X-Signature``, the detached JWS of the body by the partner's ``asking_key``. ``report`` is the
``Idempotency-Key`` under which the report came, ``id`` tells one question from another: asked twice
it is put once. Answers: 202 it is on its way to the witness; 400 unusable, with the reason; 401 not
signed by this partner; 410 the report takes no questions (never seen, ended by the witness, or a
month old); 429 enough asked about this report; 503 later, after ``Retry-After`` seconds.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Annotated, Final, TypeAlias

import msgspec
from aiohttp import web

from bot.conversation.normal import clean
from bot.delivery.desk import TooManyQuestions
from bot.reports.partners import Partner, Partners
from bot.reports.sealing import NotReadable, verify
from bot.store.errors import StoreUnavailable

RETRY_AFTER: Final = 30

_log = logging.getLogger(__name__)

Ask: TypeAlias = Callable[[Partner, str, str, str], Awaitable[bool]]
"""Partner, report, question, its id; false when there is no way back to the witness."""


class _Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    report: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    question: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


_decode = msgspec.json.Decoder(_Question).decode


def add_partner_questions(app: web.Application, partners: Callable[[], Partners], ask: Ask) -> None:
    """Serve it; ``partners`` gives those of today."""

    async def questions(request: web.Request) -> web.Response:
        partner = partners().get(request.match_info["partner"])
        body = await request.read()  # aiohttp refuses more than a megabyte
        if partner is None or not _is_signed(partner, request, body):
            return _answer(401, "X-Signature does not fit this partner.")
        try:
            question = _decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return _answer(400, f"{error}.")
        words = clean(question.question).strip()
        if not any(sign.isprintable() and not sign.isspace() for sign in words):
            return _answer(400, "The question holds nothing that can be read.")
        try:
            asked = await ask(partner, question.report, words, question.id)
        except TooManyQuestions:
            return _answer(429, "Enough has been asked about this report.")
        except StoreUnavailable:
            return web.Response(
                status=503, text="Later, please.", headers={"Retry-After": str(RETRY_AFTER)}
            )
        except Exception as error:
            # Only the kind: the text of an error may repeat what was asked.
            _log.error("A question could not be asked: %s.", type(error).__name__)
            return _answer(500, "This went wrong; the operator of the bot can see it.")
        if not asked:
            return _answer(410, "This report takes no questions, or no more.")
        return _answer(202, "It is on its way.")

    app.router.add_post("/partners/{partner}/questions", questions)


def _is_signed(partner: Partner, request: web.Request, body: bytes) -> bool:
    if partner.asking_key is None:
        return False
    try:
        verify(body, request.headers.get("X-Signature", ""), partner.asking_key)
    except NotReadable:
        return False
    return True


def _answer(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text)
