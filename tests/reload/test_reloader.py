"""What a bot does about its content folder while it runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from bot.content import Content, shipped
from bot.reload import Reloader

DEADLINE = 20


class Bot:
    """As much of a bot as holds content."""

    def __init__(self, folder: Path, *, checked: bool = True) -> None:
        self.folder = folder
        self.content = Content.load(folder)
        self.refuses = ""
        self.used = 0
        self.registry = CollectorRegistry()
        self.reloader = Reloader(
            folder,
            "",
            current=lambda: self.content,
            use=self.use,
            registry=self.registry,
            shipped=checked,
        )

    def use(self, content: Content) -> None:
        if self.refuses:
            raise ValueError(self.refuses)
        self.content = content
        self.used += 1

    def figure(self, name: str) -> float:
        value = self.registry.get_sample_value(f"dontlookaway_content_{name}")
        assert value is not None
        return value

    async def until(self, problem: str, used: int) -> None:
        """Wait for a problem, or for none, and for content that is in use."""

        def reached() -> bool:
            known = self.reloader.problem
            return self.used == used and (problem in known if problem else not known)

        async with asyncio.timeout(DEADLINE):
            while not reached():  # noqa: ASYNC110
                await asyncio.sleep(0.02)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("bot.reload.LOOK", 0.05)
    for part in ("flows", "data"):
        shutil.copytree(shipped() / part, tmp_path / part)
    return tmp_path


@contextlib.asynccontextmanager
async def watching(bot: Bot) -> AsyncIterator[None]:
    task = asyncio.create_task(bot.reloader.run())
    yield
    task.cancel()
    await asyncio.wait({task})


async def test_content_that_does_not_go_with_the_settings_is_refused(folder: Path) -> None:
    bot = Bot(folder)
    loaded, old = bot.figure("loaded_timestamp"), bot.content
    bot.refuses = "DATA_DIR: nothing can be kept there."
    async with watching(bot):
        (folder / "flows" / "help.yaml").touch()
        await bot.until(bot.refuses, used=0)
    assert bot.content is old
    assert bot.figure("broken") == 1
    assert bot.figure("loaded_timestamp") == loaded


async def test_content_of_an_operator_is_checked_right_after_the_start(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = folder / "flows" / "help.yaml"
    path.write_text(path.read_text("utf-8").replace("flow: help", "flow: back"), "utf-8")
    bot = Bot(folder, checked=False)  # it could be loaded, mistakes and all
    async with watching(bot):
        await bot.until("flows/help.yaml:", used=0)
    assert "E308" in bot.reloader.problem
    logged = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert logged[1:] == bot.reloader.problem.splitlines()


async def test_content_that_cannot_be_looked_at_now_is_read_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = Bot(folder)
    monkeypatch.setattr("bot.reload.RETRY", 0.01)
    async with watching(bot):
        with monkeypatch.context() as patched:
            patched.setattr("sys.executable", str(folder / "no-python"))
            (folder / "flows" / "help.yaml").touch()
            await bot.until("No process", used=0)
        with monkeypatch.context() as patched:
            patched.setattr("sys.executable", shutil.which("false"))
            await bot.until("has failed", used=0)
        with monkeypatch.context() as patched:
            patched.setattr("bot.reload.reading.LONGEST", 0.01)
            await bot.until("takes longer", used=0)
        await bot.until("", used=1)
    assert bot.figure("broken") == 0


async def test_while_nothing_is_saved_nothing_is_read(folder: Path) -> None:
    bot = Bot(folder)
    async with watching(bot):
        (folder / "flows" / "help.yaml").touch()
        await bot.until("", used=1)
        assert bot.figure("broken") == 0
        (folder / "flows" / "notes.txt").write_text("not content")
        await asyncio.sleep(0.5)
    assert bot.used == 1
