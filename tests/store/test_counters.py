from datetime import UTC, datetime

import pytest

from bot.store import counters as module
from bot.store.counters import Counters


@pytest.fixture
def counters(pipeline):
    return Counters(pipeline)


async def test_figures_add_up_by_day(counters):
    for name in ("a", "a", "b"):
        await counters.add(name)
    assert await counters.of_day(datetime.now(UTC).date()) == {"a": 2, "b": 1}
    assert await counters.totals(30) == {"a": 2, "b": 1}


async def test_made_up_names_do_not_fill_redis(counters, monkeypatch):
    monkeypatch.setattr(module, "MOST", 3)
    for name in "abcdea":
        await counters.add(name)
    assert await counters.totals(1) == {"a": 2, "b": 1, "c": 1}
