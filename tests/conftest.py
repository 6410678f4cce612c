import pytest
import pytest_asyncio
from chromium import chromium
from redis_cluster import EXECUTABLE, KINDS, ClusterOfThree

from bot.store.embedded import EmbeddedRedis


@pytest.fixture(params=KINDS)
async def redis(request, tmp_path):
    """A Redis alone, and a cluster of three masters; both have a ``url`` and are empty."""
    if request.param == "cluster":
        yield request.getfixturevalue("cluster")
    else:
        async with EmbeddedRedis(tmp_path, EXECUTABLE) as server:
            yield server


@pytest.fixture
async def redis_alone(tmp_path):
    """A Redis alone."""
    async with EmbeddedRedis(tmp_path, EXECUTABLE) as server:
        yield server


@pytest.fixture
def cluster(cluster_of_three):
    """A whole and empty Redis Cluster of three masters; tests with it are :data:`ON_CLUSTER`."""
    cluster_of_three.wait()
    cluster_of_three.empty()
    return cluster_of_three


@pytest.fixture(scope="session")
def cluster_of_three(tmp_path_factory):
    """Started for the first test that needs it."""
    cluster = ClusterOfThree(tmp_path_factory.mktemp("cluster"))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    """Chromium, for the tests of a module."""
    async with chromium() as browser:
        yield browser
