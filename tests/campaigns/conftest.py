import pytest
from campaign_world import CampaignWorld

from bot.local import LocalBotApi


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
