"""``docs/backup.md``, followed to the letter while somebody is in the middle of a report."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError
from redis_cluster import EXECUTABLE

from bot.application import Application
from bot.conversation.profile import Profile
from bot.conversation.session import unpack
from bot.delivery.queue import Outbox
from bot.local import LocalBotApi, Person
from bot.store.connect import connect
from bot.store.pipeline import Pipeline
from bot.store.subscribers import Subscribers

sys.path.append(str(Path(__file__).parents[1] / "end_to_end"))  # for the bot at work

from running_bot import environment, free_port, reached, running

PAGE = Path("docs/backup.md").read_text("utf-8")
BUILT_IN_BACKUP, BUILT_IN_RESTORE, BACKUP, RESTORE = re.findall(r"```sh\n(.*?)```", PAGE, re.S)
CONSENT = 1_790_000_000


def follow(commands: str, folder: Path, given: Mapping[str, str], codes: tuple[int, ...]) -> None:
    """Run what the page says, in a shell that stops at the first mistake."""
    tools = f"{Path(EXECUTABLE).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-euc", commands],
        cwd=folder,
        env={**os.environ, "PATH": tools, **given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in codes, done.stdout + done.stderr


async def begin(bot: Application, sam: Person, pipeline: Pipeline) -> None:
    """Sam is in the middle of a report and asked for reminders; another report waits."""
    told = ["/report", 1, "Mombasa", 0, "A small girl at the lift"]
    for turn, answer in enumerate(told, 1):
        await (sam.press(answer) if isinstance(answer, int) else sam.send(str(answer)))
        await reached(bot.store, sam, turn)
    await Subscribers(pipeline).subscribe(
        sam.chat.id, "cup", 0, Profile("en", home="FR"), consent=CONSENT
    )
    await Outbox(pipeline).enqueue("sealed", "north", "K7M-4QX", "k1")
    await bot.tally.flush()


async def goes_on(bot: Application, sam: Person, pipeline: Pipeline) -> None:
    """Everything is as it was."""
    found = await Subscribers(pipeline).get(sam.chat.id)
    assert found is not None
    assert (found.topics["cup"][0], found.home) == (CONSENT, "FR")
    assert (await bot.counters.totals(2))["flow.report"] == 1
    outbox = Outbox(pipeline)
    assert await outbox.waiting() + await outbox.dead() == 1  # nobody is a partner here
    await sam.press("Skip")
    await reached(bot.store, sam, 6)
    chat = await bot.store.load(sam.chat.id)
    assert unpack(chat.session, chat.secret).secrets["report_what"] == "A small girl at the lift"


@contextlib.contextmanager
def redis_server(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A Redis that an operator has set up as the page on operating asks for; killed in the end."""
    options = ["--port", str(port), "--dir", str(folder), "--appendonly", "yes", "--save", ""]
    server = subprocess.Popen([EXECUTABLE, *options], stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        with Redis(port=port) as client:
            while time.monotonic() < deadline:
                with contextlib.suppress(RedisError):
                    client.ping()
                    break
                time.sleep(0.02)
        yield server
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


async def test_of_the_built_in_redis(tmp_path: Path, data_dir: Path) -> None:
    given = {"DATA_DIR": str(data_dir)}
    async with LocalBotApi(first_retry=0.05) as server:
        environ, sam = environment(server, data_dir, "polling"), server.person(7)
        async with running(environ) as bot:
            pipeline = Pipeline(connect(f"unix://{data_dir}/redis/redis.sock"))
            await begin(bot, sam, pipeline)
            follow(BUILT_IN_BACKUP, tmp_path, given, codes=(0, 1))  # 1: a file grew meanwhile
            await pipeline.close()
        shutil.rmtree(data_dir)
        follow(BUILT_IN_RESTORE, tmp_path, given, codes=(0,))
        async with running(environ) as bot:
            pipeline = Pipeline(connect(f"unix://{data_dir}/redis/redis.sock"))
            await goes_on(bot, sam, pipeline)
            await pipeline.close()


async def test_of_a_redis_of_ones_own(tmp_path: Path, data_dir: Path) -> None:
    folder, port = tmp_path / "redis", free_port()
    folder.mkdir()
    url = f"redis://127.0.0.1:{port}"
    given = {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(port), "REDIS_DATA": str(folder)}
    async with LocalBotApi(first_retry=0.05) as server:
        environ, sam = environment(server, data_dir, "polling", url), server.person(7)
        with redis_server(folder, port):
            async with running(environ) as bot:
                pipeline = Pipeline(connect(url))
                await begin(bot, sam, pipeline)
                follow(BACKUP, tmp_path, given, codes=(0,))
                await pipeline.close()
        shutil.rmtree(folder)
        folder.mkdir()
        follow(RESTORE, tmp_path, given, codes=(0,))
        with redis_server(folder, port):
            async with running(environ) as bot:
                pipeline = Pipeline(connect(url))
                await goes_on(bot, sam, pipeline)
                await pipeline.close()
