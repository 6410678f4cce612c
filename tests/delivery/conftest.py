import json

import pytest
from joserfc.jwk import OKPKey

from bot.delivery.queue import Outbox
from bot.reports.partners import load_partners
from bot.store.connect import connect
from bot.store.pipeline import Pipeline


@pytest.fixture
async def pipeline(redis):
    pipeline = Pipeline(connect(redis.url))
    yield pipeline
    await pipeline.close()


@pytest.fixture
def outbox(pipeline):
    return Outbox(pipeline)


@pytest.fixture(scope="session")
def hotline_key():
    return OKPKey.generate_key("X25519")


@pytest.fixture(scope="session")
def bot_key():
    return OKPKey.generate_key("Ed25519")


@pytest.fixture
def partners(tmp_path, hotline_key):
    """Partners with one, `north`, at an address."""

    def at(endpoint):
        path = tmp_path / "partners.yaml"
        entry = {
            "id": "north",
            "name": "North",
            "countries": "*",
            "kinds": "*",
            "endpoint": endpoint,
            "public_key": hotline_key.as_dict(private=False),
        }
        path.write_text(json.dumps({"partners": [entry]}))
        return load_partners(path)

    return at
