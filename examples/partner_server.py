"""A partner hotline's side of the delivery of reports, small enough to read in one go.

    python -m examples.partner_server serve --private-key hotline.json --bot-key bot.json \\
        --store reports.jsonl
    python -m examples.partner_server ask K7M-4QX "Which floor was it?" --store reports.jsonl \\
        --asking-key asking.json --url https://bot.example/partners/north/questions

`hotline.json` and `asking.json` are the hotline's private keys, `bot.json` is the bot's public one,
all of them JWK. Every report is kept once, and so is what the witness answers: a line of JSON with
idempotency key, reference and document (its fields: `bot/reports/document.py`). `--fail 0.5` fails
half of the requests, some of them only after the report was kept, as a lost answer would.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiohttp import ClientSession, web
from joserfc.jwk import OKPKey

from bot.reports.sealing import (
    LARGEST,
    NotReadable,
    SealingKey,
    open_sealed,
    sealing_key,
    sign,
    verify,
)


class Hotline:
    """Takes signed reports, each once."""

    def __init__(self, private: SealingKey, bot: OKPKey, store: Path, fail: float = 0.0) -> None:
        self._private = private
        self._bot = bot
        self._store = store
        self._fail = fail
        self._seen = {line["id"] for line in stored(store)}

    def application(self) -> web.Application:
        """Serves `POST /reports`."""
        app = web.Application(client_max_size=2 * LARGEST)
        app.router.add_post("/reports", self._receive)
        return app

    async def _receive(self, request: web.Request) -> web.Response:
        if random.random() < self._fail / 2:  # noqa: S311 - no secret
            return web.Response(status=503)
        body = await request.read()
        try:
            verify(body, request.headers.get("X-Signature", ""), self._bot)
        except NotReadable:
            return web.Response(status=401, text="The signature does not fit.")
        key = request.headers.get("Idempotency-Key", "")
        reference = request.headers.get("X-Report-Reference", "")
        if not key or not reference:
            return web.Response(
                status=400, text="Idempotency-Key or X-Report-Reference is missing."
            )
        if key not in self._seen:
            try:
                report = open_sealed(body.decode(), self._private).decode()
            except (NotReadable, UnicodeDecodeError):
                return web.Response(status=422, text="This report cannot be opened.")
            self._keep({"id": key, "reference": reference, "report": report})
        if random.random() < self._fail / 2:  # noqa: S311 - no secret
            return web.Response(status=503)
        return web.Response(status=201)

    def _keep(self, line: dict[str, Any]) -> None:
        """On disk before the answer, since the bot forgets the report once it has a 2xx."""
        with self._store.open("a") as file:
            file.write("\n" + json.dumps(line) + "\n")  # apart from what a crash may have torn
            file.flush()
            os.fsync(file.fileno())
        self._seen.add(line["id"])


async def ask(question: str, reference: str, store: Path, key: OKPKey, url: str) -> int:
    """Ask the witness of the last report of this reference something; the bot's HTTP status."""
    reports = [line["id"] for line in stored(store) if line["reference"] == reference]
    if not reports:
        raise LookupError(f"no report has the reference {reference}")
    report = reports[-1].partition(":")[0]  # what comes after it tells answers apart
    body = json.dumps({"id": uuid4().hex, "report": report, "question": question}).encode()
    headers = {"X-Signature": sign(body, key)}
    async with ClientSession() as http, http.post(url, data=body, headers=headers) as answer:
        return answer.status


def stored(store: Path) -> list[dict[str, Any]]:
    """Every report that was kept; a line torn in a crash was not answered, and comes again."""
    found = []
    for line in store.read_text().splitlines() if store.exists() else ():
        with contextlib.suppress(json.JSONDecodeError):
            found.append(json.loads(line))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="A reference partner that receives reports.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="receive reports")
    serve.add_argument("--private-key", type=Path, required=True)
    serve.add_argument("--bot-key", type=Path, required=True)
    serve.add_argument("--store", type=Path, required=True)
    serve.add_argument("--port", type=int, default=8090)
    serve.add_argument("--fail", type=float, default=0.0, help="share of requests, 0 to 1")
    asks = commands.add_parser("ask", help="ask a witness something back")
    asks.add_argument("reference")
    asks.add_argument("question")
    asks.add_argument("--store", type=Path, required=True)
    asks.add_argument("--asking-key", type=Path, required=True)
    asks.add_argument("--url", required=True)
    args = parser.parse_args()
    if args.command == "ask":
        key = _signing(args.asking_key)
        print(asyncio.run(ask(args.question, args.reference, args.store, key, args.url)))
        return
    private = sealing_key(json.loads(args.private_key.read_bytes()))
    hotline = Hotline(private, _signing(args.bot_key), args.store, args.fail)
    web.run_app(hotline.application(), host="127.0.0.1", port=args.port, access_log=None)


def _signing(path: Path) -> OKPKey:
    return OKPKey.import_key(json.loads(path.read_bytes()))


if __name__ == "__main__":
    main()
