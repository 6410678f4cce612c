import itertools

import pytest
from redis_cluster import everywhere

from bot.delivery.threads import KEPT, Thread, Threads
from bot.store.keyring import Keyring

OLD, NEW = b"o" * 32, b"n" * 32
SAM = Thread(4711, "north", "fr", "KE")


@pytest.fixture
def threads(pipeline):
    return Threads(pipeline, Keyring([OLD]))


async def test_a_thread_leads_back_to_its_chat_until_it_ends(threads):
    await threads.open("K7M-4QX-a", SAM)
    await threads.asked("K7M-4QX-a", "q1")
    assert await threads.get("K7M-4QX-a") == SAM
    assert await threads.questions("K7M-4QX-a") == {"q1"}
    await threads.end("K7M-4QX-a")
    assert await threads.get("K7M-4QX-a") is None
    assert await threads.questions("K7M-4QX-a") == set()


async def test_a_chat_knows_its_reports_also_after_the_key_was_changed(threads, pipeline):
    await threads.open("K7M-4QX-a", SAM)
    later = Threads(pipeline, Keyring([NEW, OLD]))
    await later.open("K7M-4QX-b", SAM)
    assert await later.of_chat(4711) == ["K7M-4QX-a", "K7M-4QX-b"]
    assert await later.get("K7M-4QX-a") == SAM
    await later.forget_chat(4711)
    assert await later.of_chat(4711) == []


async def test_redis_shows_neither_chat_nor_partner_and_forgets_within_a_month(
    threads, pipeline, redis
):
    await threads.open("K7M-4QX-a", SAM)
    keys = list(itertools.chain(*everywhere(redis, "KEYS", "*")))
    dump = b"".join([*keys, *[await pipeline.run("DUMP", key) for key in keys]])
    assert len(keys) == 2
    assert b"4711" not in dump
    assert b"north" not in dump
    for key in keys:
        assert 0 < await pipeline.run("TTL", key) <= KEPT


async def test_a_thread_moved_to_another_report_is_none(threads, pipeline):
    await threads.open("K7M-4QX-a", SAM)
    sealed = await pipeline.run("GET", "{s00}:thread:K7M-4QX-a")
    await pipeline.run("SET", "{s00}:thread:K7M-4QX-b", sealed)
    assert await threads.get("K7M-4QX-b") is None


async def test_without_its_key_a_thread_is_none(threads, pipeline):
    await threads.open("K7M-4QX-a", SAM)
    assert await Threads(pipeline, Keyring([NEW])).get("K7M-4QX-a") is None
