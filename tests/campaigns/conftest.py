import pytest
from campaign_world import CampaignWorld, look_often

from bot.local import LocalBotApi


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    """What is waited for in real life comes sooner."""
    look_often(monkeypatch.setattr)


@pytest.fixture
async def server():
    async with LocalBotApi(token="1:abc") as server:
        yield server


@pytest.fixture
async def world(redis, server, tmp_path):
    """On a Redis alone, and on a cluster."""
    world = CampaignWorld(redis.url, server, tmp_path)
    yield world
    await world.pipeline.close()
