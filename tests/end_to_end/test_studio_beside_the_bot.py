"""The studio of a bot at work: who can open it, what a save does, what is left when all ends."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from running_bot import Program, environment

from bot.content import shipped
from bot.local import LocalBotApi

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOKEN = "staff-at-the-end"


@asynccontextmanager
async def logged_in(url: str) -> AsyncIterator[aiohttp.ClientSession]:
    """An editor's browser."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(url, cookie_jar=jar) as http:
        async with http.post("/studio/login", data={"token": TOKEN, "name": "Ana"}) as response:
            assert response.status == 200
            assert response.url.path == "/studio/"
        async with http.get("/studio/api/me") as response:
            me = await response.json()
        assert me["may_write"] is True
        assert me["problem"] == ""
        http.headers["X-CSRF-Token"] = me["csrf"]
        yield http


async def ask(http: aiohttp.ClientSession, path: str, body: Any) -> Any:
    async with http.post(f"/studio/api/{path}", json=body) as response:
        assert response.status == 200, await response.text()
        return await response.json()


def workers_of(pid: int) -> list[Path]:
    """The processes that compute for the studio of a bot."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    if not children.exists():
        pytest.skip("only Linux names the children of a process")
    found = [Path(f"/proc/{child}") for child in children.read_text().split()]
    return [child for child in found if b"spawn_main" in (child / "cmdline").read_bytes()]


def is_there(process: Path) -> bool:
    try:
        return "Z" not in (process / "stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_the_studio_of_a_bot_at_work(server: LocalBotApi, tmp_path: Path) -> None:
    content = tmp_path / "content"
    for part in ("flows", "data"):
        shutil.copytree(shipped() / part, content / part)
    environ = environment(server, tmp_path / "data", "polling")
    environ |= {"STAFF_TOKEN": TOKEN, "CONTENT_DIR": str(content)}
    ana = server.person(7001, "en")
    async with Program("run", environ, tmp_path / "log") as program:
        await program.answers("/readyz")
        async with logged_in(program.url) as http:
            path = "flows/report.yaml"
            async with http.get("/studio/api/file", params={"path": path}) as response:
                file = await response.json()
            text = file["text"].replace("Is a child in danger right now?", "Is it urgent?")
            said = await ask(
                http, "preview", {"files": {path: text}, "event": {"command": "/report"}}
            )
            assert "Is it urgent?" in said["messages"][0]["text"]
            await ask(http, "save", {**file, "text": text})
            assert (content / path).read_text() == text
            async with asyncio.timeout(20):
                while not any("Is it urgent?" in each.text for each in ana.chat.visible):
                    await ana.send("/report")
                    await asyncio.sleep(0.5)
        (worker,) = workers_of(program.pid)
        assert await program.end() == 0
        assert not is_there(worker)

        await program.start()
        await program.answers("/readyz")
        async with logged_in(program.url) as http:
            await ask(http, "check", {"files": {}})
        (worker,) = workers_of(program.pid)
        await program.kill()
        async with asyncio.timeout(10):
            while is_there(worker):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    log = (tmp_path / "log").read_text()
    assert TOKEN not in log
    assert "Traceback" not in log


async def test_without_a_token_there_is_none(server: LocalBotApi, tmp_path: Path) -> None:
    environ = environment(server, tmp_path / "data", "polling")
    async with Program("run", environ, tmp_path / "log") as program:
        await program.answers("/readyz")
        for path in ("/studio", "/studio/", "/studio/login", "/studio/api/me"):
            await program.answers(path, 404)
