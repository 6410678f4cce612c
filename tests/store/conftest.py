import pytest

from bot.store.chats import ChatStore
from bot.store.connect import connect
from bot.store.keyring import Keyring
from bot.store.pipeline import Pipeline


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
