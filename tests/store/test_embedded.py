import asyncio
import os
import signal
import sys

import pytest
from redis_cluster import EXECUTABLE

from bot.store.connect import connect
from bot.store.embedded import EmbeddedRedis
from bot.store.errors import EmbeddedRedisFailed, StoreUnavailable
from bot.store.pipeline import Pipeline

CRASHING = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.store.embedded import EmbeddedRedis
from bot.store.connect import connect

async def main():
    async with EmbeddedRedis(Path(sys.argv[1])) as redis:
        await connect(redis.url).set("kept", "yes")
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def run(redis, *command):
    client = connect(redis.url)
    try:
        return await client.execute_command(*command)
    finally:
        await client.aclose()


async def process_id(redis):
    return (await run(redis, "INFO", "server"))["process_id"]


async def test_keeps_its_data_over_a_restart(tmp_path):
    async with EmbeddedRedis(tmp_path, EXECUTABLE) as redis:
        await run(redis, "SET", "kept", "yes")
        pid = await process_id(redis)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    async with EmbeddedRedis(tmp_path, EXECUTABLE) as redis:
        assert await run(redis, "GET", "kept") == b"yes"


async def test_one_program_a_folder(tmp_path):
    async with EmbeddedRedis(tmp_path) as redis:
        with pytest.raises(EmbeddedRedisFailed, match="DATA_DIR"):
            await EmbeddedRedis(tmp_path).__aenter__()
        assert await run(redis, "PING")


async def test_server_left_behind_by_a_killed_program_is_taken_over(tmp_path):
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", CRASHING, str(tmp_path))
    assert await program.wait() == -signal.SIGKILL
    async with EmbeddedRedis(tmp_path) as redis:
        assert await run(redis, "GET", "kept") == b"yes"
        assert await run(redis, "INFO", "persistence")
    assert not redis.socket.exists()


async def test_stale_socket_is_no_obstacle(tmp_path):
    async with EmbeddedRedis(tmp_path) as redis:
        os.kill(await process_id(redis), signal.SIGKILL)
    assert redis.socket.exists()
    async with EmbeddedRedis(tmp_path) as redis:
        assert await run(redis, "PING")


async def test_dead_server_is_started_again(tmp_path):
    async with EmbeddedRedis(tmp_path) as redis:
        pipeline = Pipeline(connect(redis.url))
        await pipeline.run("SET", "kept", "yes")
        os.kill(await process_id(redis), signal.SIGKILL)
        while True:
            try:
                assert await pipeline.run("GET", "kept") == b"yes"
                break
            except StoreUnavailable:
                await asyncio.sleep(0.02)
        await pipeline.close()


async def test_long_path_gets_a_short_socket(tmp_path):
    folder = tmp_path / ("long" * 30)
    async with EmbeddedRedis(folder) as redis:
        assert await run(redis, "PING")
        assert redis.socket.parent.stat().st_mode & 0o777 == 0o700
        assert EmbeddedRedis(folder).url != redis.url
    redis.socket.parent.rmdir()


async def test_server_that_cannot_start_says_where_to_look(tmp_path):
    with pytest.raises(EmbeddedRedisFailed, match=r"redis\.log"):
        await EmbeddedRedis(tmp_path, "/bin/false").__aenter__()
    with pytest.raises(EmbeddedRedisFailed, match="REDIS_URL"):
        await EmbeddedRedis(tmp_path, "/no/such/program").__aenter__()


async def test_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedRedisFailed, match="DATA_DIR"):
        await EmbeddedRedis(tmp_path / "file").__aenter__()
