"""What somebody who is logged in to the studio could ask for, and somebody who is not.

The studio runs in a thread of this process, on a small content that it may change, with a Redis of
its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import tempfile
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote_from_bytes

import aiohttp
from aiohttp import web
from hypothesis import strategies as st
from yarl import URL

from benchmarks.fuzzing.outside import Beside, Errors
from benchmarks.fuzzing.shapes import anything, bent, encoded, numbers, words
from benchmarks.fuzzing.target import Target, holds
from bot.campaigns.staff import Staff
from bot.delivery.queue import Outbox
from bot.store.connect import connect
from bot.store.counters import Counters
from bot.store.embedded import EmbeddedRedis
from bot.store.pipeline import Pipeline
from bot.web.complaints import Complaints
from bot.web.studio import add_studio
from bot.web.studio.edition import edition

sys.path.append(str(Path(__file__).parents[2] / "tests" / "check"))  # for the smallest content

import minimal_content

TOKEN: Final = "a-token-that-nobody-guesses"
OUTSIDE: Final = "words that lie outside the content"
"""In files beside the content, which no answer may show."""
PATHS: Final = (
    *("flows/quiz.yaml", "flows/common.yaml", "data/facts.yaml", "data/hotlines.yaml"),
    *("locales/fr/LC_MESSAGES/messages.po", "../outside.yaml", "flows/../../outside.yaml"),
    *("flows/../../../etc/passwd", "/etc/passwd", "data/partners.yaml", "."),
    *("flows/x.yaml\x00.png", "flows/" + "x" * 300 + ".yaml", "flows\\start.yaml", "flows/\n.yaml"),
    *("locales/../../outside/LC_MESSAGES/messages.po", "%2e%2e/outside.yaml", "flows//start.yaml"),
)
GETS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("me", "files", "translations", "campaigns", "reports", "", "x"), ()),
    "../index.html": (),
    "file": ("path",),
    "history": ("path",),
    "history/version": ("path", "id"),
    "hotlines": ("q", "kind", "country"),
    "translations/strings": ("language", "state", "page"),
    "campaigns/preview": ("campaign", "wave"),
    "campaigns/status": ("run",),
    "campaigns/csv": ("run",),
    "campaigns/picture": ("name",),
    "figures": ("days",),
}
"""What can be asked for, and the parts of the query."""
_paths = st.sampled_from(PATHS) | words
_files = st.dictionaries(_paths, words | st.just("flow: x\nstart: a\nnodes: {}\n"), max_size=2)
_shape = st.fixed_dictionaries


class Percent(str):
    """Something that is percent-encoded already."""


_names = st.sampled_from(["world_cup", "one", "all", "KE", "en", "urgent"]) | words
_dates = st.sampled_from(
    ["", "2027-06-20T23:40:00-03:00", "0001-01-01T00:00:00+23:59", "9999-12-31"]
)
_edit = _shape({"path": _paths, "text": words, "version": words})
_wave = _shape({"campaign": _names, "wave": _names})
_deed = st.one_of(
    _shape({"text": words}),
    _shape({"press": words | st.sampled_from(["0:!menu", "1:0", "x:y"])}),
    _shape({"command": words | st.sampled_from(["/start KE", "/report"])}),
    _shape({"start": words}),
    _shape({"location": st.tuples(st.floats(), st.floats()).map(list)}),
    _shape({"node": words | st.sampled_from(["urgent/where", "/", "start/menu"])}),
)
POSTS: Final[dict[str, st.SearchStrategy[Any]]] = {
    "check": _shape({"files": _files}),
    "diff": _edit,
    "save": _edit | _shape({"files": st.lists(_edit, max_size=2)}),
    "hotlines/checked": _shape({"country": _names, "name": words}),
    "graph": _shape({"flow": _names, "files": _files}),
    "preview": _shape(
        {"event": _deed},
        optional={
            "files": _files,
            "session": words,
            "locale": words,
            "country": words,
            "now": _dates | words,
        },
    ),
    "reports/retry": _shape({"reference": _names}),
    "campaigns/test": _wave,
    "campaigns/approve": _shape(
        {
            "campaign": _names,
            "wave": _names,
            "run": _names,
            "fingerprint": words,
            "confirm": _names,
        },
        optional={"now": st.booleans()},
    ),
    "campaigns/withdraw": _wave,
    "campaigns/pause": _shape({"run": _names}),
    "campaigns/resume": _shape({"run": _names}),
    "campaigns/cancel": _shape({"run": _names}),
}
_values = st.one_of(
    *(words, _names, _paths, numbers.map(str)),
    st.sampled_from(
        ["missing", "fuzzy", "1", "fr", "\x00", Percent("%ff"), "\u0663", "picture.png"]
    ),
)


class Studio:
    """A studio, and staff who are logged in."""

    def __init__(self, url: URL, http: aiohttp.ClientSession) -> None:
        self._url = url
        self._http = http
        self._csrf = ""
        self.errors = Errors()
        logging.getLogger().addHandler(self.errors)

    async def enter(self) -> None:
        """Log in."""
        form = {"token": TOKEN, "name": "Ana"}
        async with self._http.post(self._url / "login", data=form):
            pass
        async with self._http.get(self._url / "api" / "me") as response:
            self._csrf = (await response.json())["csrf"]

    async def get(self, path: str, query: str) -> tuple[int, bytes]:
        """An answer to a GET."""
        url = URL(f"{self._url}/api/{path}?{query}", encoded=True)
        async with self._http.get(url) as response:
            return response.status, await response.read()

    async def post(self, path: str, body: bytes, *, known: bool = True) -> tuple[int, bytes]:
        """An answer to a POST."""
        headers = {"X-CSRF-Token": self._csrf if known else "x"}
        url = f"{self._url}/api/{path}"
        async with self._http.post(url, data=body, headers=headers) as response:
            return response.status, await response.read()


def _content(folder: Path) -> Path:
    (folder / "outside.yaml").write_text(OUTSIDE)
    content = folder / "content"
    content.mkdir()
    return minimal_content.write(content)


@contextlib.asynccontextmanager
async def _studio() -> AsyncIterator[Studio]:
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fuzz-")))
        content = _content(folder)
        redis = await stack.enter_async_context(EmbeddedRedis(folder))
        pipeline = Pipeline(connect(redis.url))
        stack.push_async_callback(pipeline.close)
        app = web.Application()
        whole = await asyncio.to_thread(edition, content, {}, "")
        add_studio(
            app,
            TOKEN,
            folder=content,
            writable=True,
            data_dir=folder / "data",
            secure=False,
            spoken=lambda: ("en", "fr"),
            problem=str,
            counters=Counters(pipeline),
            reports=Outbox(pipeline),
            staff=Staff(lambda: whole, pipeline),
            bot=lambda: "https://t.me/dla_bot",
        )
        runner = web.AppRunner(app, access_log=None, logger=Complaints())
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = URL(f"http://127.0.0.1:{runner.addresses[0][1]}/studio")
        jar = aiohttp.CookieJar(unsafe=True)
        http = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        studio = Studio(url, http)
        await studio.enter()
        yield studio


@cache
def studio() -> Beside[Studio]:
    """The one studio of this process."""
    return Beside(_studio())


def _fine(status: int, body: bytes) -> None:
    found = studio().world.errors.taken()
    holds(200 <= status < 500, f"HTTP {status}: {body[:300]!r} {found[:1]}")
    holds(OUTSIDE.encode() not in body and b"root:" not in body, "something from outside")
    holds(not found, f"an error in the log: {found[:1]}")


def read(given: tuple[str, dict[str, str]]) -> None:
    """A GET with any query."""
    path, query = given
    written = "&".join(f"{name}={_percent(value)}" for name, value in query.items())
    _fine(*studio().run(studio().world.get(path, written)))


def write(given: tuple[str, Any, bool]) -> None:
    """A POST of any body."""
    path, body, known = given
    status, answer = studio().run(studio().world.post(path, encoded(body), known=known))
    _fine(status, answer)
    holds(known or status == 403, "done without the token of the session")


def _percent(text: str) -> str:
    if isinstance(text, Percent):
        return text
    encoded = (text if text.isascii() else text[:400]).encode("utf-8", "surrogatepass")[:5000]
    return quote_from_bytes(encoded)[:7000]


TARGETS: Final = (
    Target(
        "studio, reading",
        st.sampled_from(list(GETS)).flatmap(
            lambda path: st.tuples(
                st.just(path),
                st.fixed_dictionaries({}, optional=dict.fromkeys(GETS[path], _values)),
            )
        ),
        read,
        (
            "bot.web.studio.editing",
            "bot.web.studio.paths",
            "bot.web.studio.shelf",
            "bot.web.studio.campaigns",
            "bot.web.studio.figures",
            "bot.web.studio.trying",
        ),
    ),
    Target(
        "studio, writing",
        st.one_of(
            *(
                st.tuples(
                    st.just(path), bent(body) | anything, st.sampled_from([True] * 9 + [False])
                )
                for path, body in POSTS.items()
            )
        ),
        write,
        (
            "bot.web.studio.editing",
            "bot.web.studio.answers",
            "bot.web.studio.campaigns",
            "bot.web.studio.shelf",
        ),
    ),
)
