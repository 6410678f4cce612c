"""A studio over real HTTP, with a Redis of its own, and staff who use it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.campaigns.staff import Staff as CampaignStaff
from bot.content import shipped
from bot.delivery.queue import Outbox
from bot.store.connect import connect
from bot.store.counters import Counters
from bot.store.embedded import EmbeddedRedis
from bot.store.pipeline import Pipeline
from bot.web.studio import add_studio
from bot.web.studio.edition import edition

sys.path.append(str(Path(__file__).parents[2] / "check"))  # for the smallest content

import minimal_content

TOKEN = "a-token-that-nobody-guesses"


class Staff:
    """Somebody with a browser."""

    def __init__(self, server: TestServer, http: aiohttp.ClientSession) -> None:
        self.server = server
        self.http = http
        self.csrf = ""

    async def login(self, name: str = "Ana", token: str = TOKEN) -> str:
        """Where the form leads."""
        form = {"token": token, "name": name}
        async with self.http.post(
            self.server.make_url("/studio/login"), data=form, allow_redirects=False
        ) as response:
            assert response.status == 303
            return response.headers["Location"]

    async def get(self, where: str, /, **query: str) -> tuple[int, Any]:
        url = self.server.make_url(f"/studio/api/{where}").with_query(query)
        async with self.http.get(url) as response:
            return response.status, await response.json()

    async def post(
        self, path: str, body: Any, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        url = self.server.make_url(f"/studio/api/{path}")
        headers = {"X-CSRF-Token": self.csrf} if headers is None else headers
        async with self.http.post(url, json=body, headers=headers) as response:
            return response.status, await response.json()

    async def enter(self, name: str = "Ana") -> Staff:
        assert await self.login(name) == "/studio/"
        _, me = await self.get("me")
        self.csrf = me["csrf"]
        return self


class Studio:
    """A running studio: its content, what it keeps, its Redis."""

    def __init__(self, folder: Path, data_dir: Path, pipeline: Pipeline, *, writable: bool) -> None:
        self.folder = folder
        self.data_dir = data_dir
        self.counters, self.reports = Counters(pipeline), Outbox(pipeline)
        self.staff = CampaignStaff(lambda: edition(folder, {}, ""), pipeline)
        app = web.Application()
        add_studio(
            app,
            TOKEN,
            folder=folder,
            writable=writable,
            data_dir=data_dir,
            secure=False,
            spoken=lambda: ("en", "fr"),
            problem=lambda: "flows/quiz.yaml is broken." if writable else "",
            counters=self.counters,
            reports=self.reports,
            staff=self.staff,
            bot=lambda: "https://t.me/dla_bot",
        )
        self.server = TestServer(app)

    def browser(self) -> Staff:
        """A browser that nobody has used yet; close its ``http``."""
        jar = aiohttp.CookieJar(unsafe=True)  # cookies of an address, not a name
        return Staff(self.server, aiohttp.ClientSession(cookie_jar=jar))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pipeline(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pipeline]:
    async with EmbeddedRedis(tmp_path_factory.mktemp("redis")) as redis:
        pipeline = Pipeline(connect(redis.url))
        yield pipeline
        await pipeline.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def small(
    pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Studio]:
    """A studio for the smallest content, which may be changed."""
    folder = minimal_content.write(tmp_path_factory.mktemp("content"))
    studio = Studio(folder, tmp_path_factory.mktemp("data"), pipeline, writable=True)
    async with studio.server:
        yield studio


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def whole(
    pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Studio]:
    """A studio for the content that ships, which may not be changed."""
    studio = Studio(shipped(), tmp_path_factory.mktemp("data"), pipeline, writable=False)
    async with studio.server:
        yield studio


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alone(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    """A studio for the content that ships, whose Redis cannot be reached."""
    folder = tmp_path_factory.mktemp("data")
    pipeline = Pipeline(connect(f"unix://{folder}/nothing.sock"))
    studio = Studio(shipped(), folder, pipeline, writable=False)
    async with studio.server:
        yield studio
    await pipeline.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ana(small: Studio) -> AsyncIterator[Staff]:
    """An editor of the smallest content, logged in."""
    staff = await small.browser().enter("Ana")
    yield staff
    await staff.http.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bea(whole: Studio) -> AsyncIterator[Staff]:
    """An editor of the content that ships, logged in."""
    staff = await whole.browser().enter("Béa")
    yield staff
    await staff.http.close()


@pytest.fixture
def content(small: Studio) -> Path:
    """The smallest content as it was at first."""
    return minimal_content.write(small.folder)
