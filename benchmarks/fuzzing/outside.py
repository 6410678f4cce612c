"""What strangers can post to the bot as a whole: raw requests, updates, questions of partners.

The whole bot runs in a thread of this process, with a Redis and a Bot API server of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import shutil
import socket
import tempfile
import threading
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager
from functools import cache
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import aiohttp
from hypothesis import strategies as st
from joserfc.jwk import OKPKey

from benchmarks.fuzzing.shapes import anything, bent, encoded, mangled, updates, words
from benchmarks.fuzzing.target import Target, Violated, holds
from bot.application import Application
from bot.assembly import assemble
from bot.content import shipped
from bot.local import LocalBotApi
from bot.reports.sealing import sign
from bot.settings import Settings
from bot.telegram.updates import read
from bot.web.webhook import PATH

T = TypeVar("T")
W = TypeVar("W")
PATIENCE: Final = 30.0
"""Seconds in which every request must be answered."""
LONGEST_FIELD: Final = 8_000
"""Characters of a header from which on aiohttp may refuse it by itself."""
SECRET: Final = "open-sesame"
ASKING: Final = OKPKey.generate_key("Ed25519")
_SEALING: Final = OKPKey.generate_key("X25519")


class Beside(Generic[W]):
    """Something that runs in a thread, for as long as the process does."""

    def __init__(self, world: AbstractAsyncContextManager[W]) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.world = self.run(world.__aenter__())
        self._world = world
        _open.append(self)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Have it done over there. Raises TimeoutError when it takes too long."""
        return asyncio.run_coroutine_threadsafe(
            asyncio.wait_for(work, PATIENCE), self._loop
        ).result()

    def close(self) -> None:
        """End it, for good."""
        self.run(self._world.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)


_open: list[Beside[Any]] = []


def close_all() -> None:
    """End everything that runs beside this thread."""
    while _open:
        _open.pop().close()


class Errors(logging.Handler):
    """Notes what the bot logs as an error, with a traceback or without."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self._found.append(self.format(record))

    def taken(self) -> list[str]:
        """What was logged since the last time."""
        found, self._found = self._found, []
        return found


class Bot:
    """The bot, the way to it, and what it complains of."""

    def __init__(self, application: Application, http: aiohttp.ClientSession) -> None:
        settings = application.settings
        self.port = settings.port
        self.url = f"http://127.0.0.1:{settings.port}"
        self.http = http
        self.errors = Errors()
        logging.getLogger().addHandler(self.errors)

    async def post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and body of the answer."""
        async with self.http.post(self.url + path, data=body, headers=headers) as response:
            return response.status, await response.read()

    async def lives(self) -> bool:
        """Whether it goes on answering."""
        async with self.http.get(f"{self.url}/healthz") as response:
            return response.status == 200


@contextlib.asynccontextmanager
async def _bot() -> AsyncIterator[Bot]:
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fuzz-")))
        content = folder / "content"
        for name in ("flows", "locales", "data"):
            shutil.copytree(shipped() / name, content / name)
        partner = {
            "id": "north",
            "name": "Hotline North",
            "countries": ["KE"],
            "kinds": "*",
            "endpoint": "http://127.0.0.1:9/reports",
            "public_key": _SEALING.as_dict(private=False),
            "asking_key": ASKING.as_dict(private=False),
        }
        (content / "data" / "partners.yaml").write_text(json.dumps({"partners": [partner]}))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        telegram = await stack.enter_async_context(LocalBotApi())
        environ = {
            "TELEGRAM_BOT_TOKEN": "1:abc",
            "TELEGRAM_API_URL": telegram.url,
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "WEBHOOK_SECRET": SECRET,
            "PORT": str(port),
            "DATA_DIR": str(folder),
            "CONTENT_DIR": str(content),
            "STAFF_TOKEN": "a-token-that-nobody-guesses",
        }
        application = await stack.enter_async_context(assemble(Settings.read(environ)))
        stop = asyncio.Event()
        running = asyncio.create_task(application.run(stop))
        while not application.username:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        try:
            yield Bot(application, http)
        finally:
            stop.set()
            await running


@cache
def bot() -> Beside[Bot]:
    """The one bot of this process."""
    return Beside(_bot())


def _fine(status: int, body: bytes, *expected: int) -> None:
    holds(status in expected, f"HTTP {status}: {body[:200]!r}")
    holds(b"Traceback" not in body, "a traceback for strangers")


def _quiet() -> None:
    found = bot().world.errors.taken()
    holds(not found, f"an error in the log: {found[:1]}")


def update(body: bytes) -> None:
    """An update, or what somebody who knows the secret posts as one."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    status, answer = bot().run(bot().world.post(PATH, body, headers))
    known = read(body).update_id is not None
    _fine(status, answer, 200 if known else 400)
    _quiet()


def question(given: tuple[Any, bool, str, str]) -> None:
    """What a partner asks, signed or not."""
    asked, signed, partner, signature = given
    body = asked if isinstance(asked, bytes) else encoded(asked)
    signature = sign(body, ASKING) if signed else header(signature)
    path = f"/partners/{partner}/questions"
    status, answer = bot().run(bot().world.post(path, body, {"X-Signature": signature}))
    taken = (400, 410, 429) if signed and partner == "north" else ()
    refused = body == b"{}" or len(signature) > LONGEST_FIELD
    _fine(status, answer, *taken, *((401, 404) if not taken else ()), *((400,) * refused))
    _quiet()


def request(raw: bytes) -> None:
    """Bytes on a connection; whatever they are, the next one is served."""
    port = bot().world.port
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while piece := connection.recv(65536):
                answer += piece
        except ConnectionError:
            pass
        except TimeoutError:
            raise Violated("no answer and no end") from None
    if answer:
        # Who asks in the words of HTTP/0.9 is answered so.
        holds(answer.startswith((b"HTTP/1.", b"HTTP/0.9 ")), f"an odd answer: {answer[:80]!r}")
        holds(not answer.startswith((b"HTTP/1.1 5", b"HTTP/1.0 5")), f"{answer[:200]!r}")
        holds(b"Traceback" not in answer, "a traceback for strangers")
    holds(bot().run(bot().world.lives()), "it does not go on")
    _quiet()


def header(text: str) -> str:
    """What can be sent in a header."""
    return "".join(sign for sign in text if 32 <= ord(sign) < 256 and ord(sign) != 127).strip()


_QUESTIONS = st.fixed_dictionaries({"id": words, "report": words, "question": words})
_WEBHOOK: Final = (
    b"POST /telegram/webhook HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: "
    + SECRET.encode()
    + b'\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"update_id":1}'
)
_CHUNKED: Final = _WEBHOOK.replace(b"Content-Length: 15", b"Transfer-Encoding: chunked").replace(
    b'{"update_id":1}', b'f\r\n{"update_id":1}\r\n0\r\n\r\n'
)
_REQUESTS: Final = (
    _WEBHOOK,
    _CHUNKED,
    _WEBHOOK.replace(b"15", b"99999999"),
    b"GET /mail?to=x%00&x=%ff HTTP/1.1\r\nHost: x\r\nAccept-Language: fr;q=2,,\r\n\r\n",
    b"GET /mail/../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /studio/assets/..%2f..%2f..%2fsettings.py HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /studio/%2e%2e/api/files HTTP/1.1\r\nHost: x\r\nCookie: studio=\xff; a=b;;=\r\n\r\n",
    b"POST /studio/login HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ,,x\r\nContent-Type: multipart/"
    b"form-data; boundary=b\r\nContent-Length: 62\r\n\r\n--b\r\nContent-Disposition: form-data;"
    b' name="token"\r\n\r\nx\r\n--b--\r\n',
    b"POST /partners/%2e%2e/questions HTTP/1.1\r\nHost: x\r\nX-Signature: ..\r\nContent-Length: 2"
    b"\r\n\r\n{}",
    b"GET /metrics HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nExpect: 100-continue\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    b"CONNECT x:1 HTTP/1.1\r\n\r\n",
    b"GET http://x/readyz HTTP/1.0\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
)

TARGETS: Final = (
    Target(
        "posted updates",
        bent(updates).map(encoded) | mangled([encoded({"update_id": 1, "message": {}})]),
        update,
        ("bot.web.webhook", "bot.telegram.conversations", "bot.telegram.flood"),
    ),
    Target(
        "questions",
        st.tuples(
            bent(_QUESTIONS) | st.binary() | anything,
            st.booleans(),
            st.sampled_from(["north", "north", "south", "..", "%00", "%ff"]),
            words
            | mangled([sign(b"{}", ASKING).encode()]).map(lambda made: made.decode("latin-1")),
        ),
        question,
        ("bot.web.partner_questions", "bot.delivery.desk"),
    ),
    Target(
        "requests",
        mangled(list(_REQUESTS)),
        request,
        ("bot.web.webhook", "bot.web.mail_page", "bot.web.health", "bot.web.studio.login"),
        seeds=_REQUESTS,
    ),
)
