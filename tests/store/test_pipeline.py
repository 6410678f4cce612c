import asyncio
import contextlib
import os
import signal

import pytest

from bot.store.chats import ChatStore
from bot.store.connect import connect
from bot.store.errors import StoreUnavailable
from bot.store.pipeline import Pipeline
from bot.store.record import Chat


async def test_replies_reach_their_callers_in_order(pipeline):
    replies = await asyncio.gather(*(pipeline.run("INCR", "n") for _ in range(2000)))
    assert replies == list(range(1, 2001))


async def test_concurrent_commands_share_round_trips(redis_alone):
    pipeline = Pipeline(connect(redis_alone.url))

    async def writes():
        return (await pipeline.run("INFO", "stats"))["total_reads_processed"]

    before = await writes()
    await asyncio.gather(*(pipeline.run("PING") for _ in range(100)))
    assert await writes() - before == 2  # one of them asked for the count
    await pipeline.close()


async def test_refusal_of_one_command_does_not_touch_its_neighbours(pipeline):
    good, bad, after = await asyncio.gather(
        pipeline.run("SET", "a", "1"),
        pipeline.run("LPUSH", "a", "words of a person"),
        pipeline.run("GET", "a"),
        return_exceptions=True,
    )
    assert good
    assert after == b"1"
    assert isinstance(bad, StoreUnavailable)
    assert "words" not in str(bad)


async def test_cancelled_caller_does_not_disturb_the_rest(pipeline):
    await pipeline.run("PING")  # a cluster's masters are known from here on
    given_up = asyncio.create_task(pipeline.run("INCR", "n"))
    other = asyncio.create_task(pipeline.run("INCR", "n"))
    await asyncio.sleep(0)
    given_up.cancel()
    assert await other == 2


async def test_full_and_read_only_redis_count_as_away(redis_alone, keyring):
    pipeline = Pipeline(connect(redis_alone.url))
    store = ChatStore(pipeline, keyring)
    await pipeline.run("CONFIG", "SET", "maxmemory", "1")
    with pytest.raises(StoreUnavailable):
        await store.commit(1, Chat(), Chat(session=b"a"))
    await pipeline.run("CONFIG", "SET", "maxmemory", "0")
    await pipeline.run("REPLICAOF", "127.0.0.1", "1")
    with pytest.raises(StoreUnavailable):
        await store.commit(1, Chat(), Chat(session=b"a"))
    await pipeline.run("REPLICAOF", "NO", "ONE")
    assert await store.commit(1, Chat(), Chat(session=b"a"))
    await pipeline.close()


async def test_silent_redis_is_given_up_and_used_again(redis_alone, monkeypatch):
    monkeypatch.setattr("bot.store.connect.REPLY_TIMEOUT", 0.5)
    pipeline = Pipeline(connect(redis_alone.url))
    pid = (await pipeline.run("INFO", "server"))["process_id"]
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(StoreUnavailable):
            await pipeline.run("SET", "a", "1")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert await pipeline.run("PING")
    await pipeline.close()


async def test_broken_connection_is_opened_anew(redis_alone):
    pipeline, other = Pipeline(connect(redis_alone.url)), Pipeline(connect(redis_alone.url))
    mine = await pipeline.run("CLIENT", "ID")
    await other.run("CLIENT", "KILL", "ID", mine)
    with contextlib.suppress(StoreUnavailable):  # it may not have been noticed yet
        await pipeline.run("PING")
    assert await pipeline.run("CLIENT", "ID") != mine
    await pipeline.close()
    await other.close()


async def test_connection_to_what_is_no_master_any_more_is_given_up(redis_alone):
    pipeline = Pipeline(connect(redis_alone.url))
    before = await pipeline.run("CLIENT", "ID")
    await pipeline.run("REPLICAOF", "127.0.0.1", "1")
    with pytest.raises(StoreUnavailable, match="ReadOnly"):
        await pipeline.run("SET", "a", "1")
    await pipeline.run("REPLICAOF", "NO", "ONE")
    assert await pipeline.run("CLIENT", "ID") != before
    assert await pipeline.run("SET", "a", "1")
    await pipeline.close()


async def test_closing_waits_for_what_is_under_way(redis_alone):
    pipeline = Pipeline(connect(redis_alone.url))
    other = Pipeline(connect(redis_alone.url))
    late = asyncio.create_task(other.run("SET", "a", "1"))
    await asyncio.sleep(0)
    await other.close()
    assert await late
    assert await pipeline.run("GET", "a") == b"1"
    await pipeline.close()


async def test_redis_that_is_not_there_is_unavailable(tmp_path):
    pipeline = Pipeline(connect(f"unix://{tmp_path}/none.sock"))
    with pytest.raises(StoreUnavailable):
        await pipeline.run("PING")
    await pipeline.close()
