"""A partner hotline's side of the delivery of reports, small enough to read in one go.

    python -m examples.partner_server --private-key hotline.json --bot-key bot.json \\
        --store reports.jsonl

`hotline.json` is the hotline's private key and `bot.json` the bot's public one, both JWK. Every
report is kept once, a line of JSON with its idempotency key, reference and text. `--fail 0.5` fails
half of the requests, some of them only after the report was kept, as a lost answer would.
"""

from __future__ import annotations

import argparse
import json
import os
import random
from pathlib import Path
from typing import Any

from aiohttp import web
from joserfc.jwk import OKPKey

from bot.reports.sealing import (
    LARGEST,
    NotReadable,
    SealingKey,
    open_sealed,
    sealing_key,
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
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._seen.add(line["id"])


def stored(store: Path) -> list[dict[str, Any]]:
    """Every report that was kept."""
    if not store.exists():
        return []
    return [json.loads(line) for line in store.read_text().splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description="A reference partner that receives reports.")
    parser.add_argument("--private-key", type=Path, required=True)
    parser.add_argument("--bot-key", type=Path, required=True)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--fail", type=float, default=0.0, help="share of requests, 0 to 1")
    args = parser.parse_args()
    private = sealing_key(json.loads(args.private_key.read_bytes()))
    bot = OKPKey.import_key(json.loads(args.bot_key.read_bytes()))
    hotline = Hotline(private, bot, args.store, args.fail)
    web.run_app(hotline.application(), host="127.0.0.1", port=args.port, access_log=None)


if __name__ == "__main__":
    main()
