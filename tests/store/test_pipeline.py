import asyncio
import contextlib
import os
import signal
import socket
import subprocess

import pytest
from redis.asyncio.connection import UnixDomainSocketConnection

from bot.store.chats import ChatStore
from bot.store.connect import connect
from bot.store.errors import StoreUnavailable
from bot.store.pipeline import Pipeline
from bot.store.record import Chat


async def test_replies_reach_their_callers_in_order(pipeline):
    replies = await asyncio.gather(*(pipeline.run("INCR", "n") for _ in range(2000)))
    assert replies == list(range(1, 2001))


async def test_concurrent_commands_share_round_trips(redis, monkeypatch):
    writes = 0
    send = UnixDomainSocketConnection.send_packed_command

    async def counted(self, *args, **kwargs):
        nonlocal writes
        writes += 1
        await send(self, *args, **kwargs)

    pipeline = Pipeline(connect(redis.url))
    await pipeline.run("PING")
    monkeypatch.setattr(UnixDomainSocketConnection, "send_packed_command", counted)
    await asyncio.gather(*(pipeline.run("PING") for _ in range(100)))
    assert writes == 1
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
    given_up = asyncio.create_task(pipeline.run("INCR", "n"))
    other = asyncio.create_task(pipeline.run("INCR", "n"))
    await asyncio.sleep(0)
    given_up.cancel()
    assert await other == 2


async def test_full_and_read_only_redis_count_as_away(redis, pipeline, store):
    await pipeline.run("CONFIG", "SET", "maxmemory", "1")
    with pytest.raises(StoreUnavailable):
        await store.commit(1, Chat(), Chat(session=b"a"))
    await pipeline.run("CONFIG", "SET", "maxmemory", "0")
    await pipeline.run("REPLICAOF", "127.0.0.1", "1")
    with pytest.raises(StoreUnavailable):
        await store.commit(1, Chat(), Chat(session=b"a"))
    await pipeline.run("REPLICAOF", "NO", "ONE")
    assert await store.commit(1, Chat(), Chat(session=b"a"))


async def test_silent_redis_is_given_up_and_used_again(redis, monkeypatch):
    monkeypatch.setattr("bot.store.connect.REPLY_TIMEOUT", 0.5)
    pipeline = Pipeline(connect(redis.url))
    pid = (await pipeline.run("INFO", "server"))["process_id"]
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(StoreUnavailable):
            await pipeline.run("SET", "a", "1")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert await pipeline.run("PING")
    await pipeline.close()


async def test_redis_that_is_not_there_is_unavailable(tmp_path):
    pipeline = Pipeline(connect(f"unix://{tmp_path}/none.sock"))
    with pytest.raises(StoreUnavailable):
        await pipeline.run("PING")
    await pipeline.close()


@pytest.fixture
async def cluster_url(tmp_path, executable):
    """A cluster of one node: it refuses commands across slots like any other."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1] % 20_000 + 30_000  # its bus listens 10,000 above
    server = subprocess.Popen(  # noqa: ASYNC220
        [executable, "--port", str(port), "--cluster-enabled", "yes", "--save", ""],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
    )
    node = Pipeline(connect(f"redis://127.0.0.1:{port}"))
    state = b""
    try:
        while b"cluster_state:ok" not in state:
            assert server.poll() is None
            await asyncio.sleep(0.02)
            with contextlib.suppress(StoreUnavailable):
                await node.run("CLUSTER", "ADDSLOTS", *range(16384))
            with contextlib.suppress(StoreUnavailable):
                state = await node.run("CLUSTER", "INFO")
        yield f"redis+cluster://127.0.0.1:{port}"
    finally:
        await node.close()
        server.terminate()
        server.wait()


async def test_everything_works_on_a_cluster(cluster_url, keyring, clock):
    pipeline = Pipeline(connect(cluster_url))
    store = ChatStore(pipeline, keyring, clock=clock)

    async def use(chat_id):
        new = Chat(session=b"a", effects=(b"x",), until=store.now())
        stored = await store.commit(chat_id, Chat(), new, [1])
        assert await store.load(chat_id) == stored

    await asyncio.gather(*(use(chat_id) for chat_id in range(100)))
    assert sorted(await store.due()) == list(range(100))
    await pipeline.close()
