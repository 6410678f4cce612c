import asyncio
import contextlib

import pytest
from redis_cluster import ON_CLUSTER

from bot.store import keys
from bot.store.chats import ChatStore
from bot.store.connect import connect
from bot.store.errors import StoreUnavailable
from bot.store.pipeline import Pipeline
from bot.store.record import Chat

pytestmark = ON_CLUSTER

BOTH = """
redis.call('INCR', KEYS[1])
redis.call('INCR', KEYS[2])
"""


def script(pipeline, *names):
    """A script that tells nothing: what it did is seen only in what it wrote."""
    return pipeline.script("0" * 40, BOTH, names, ())


@pytest.fixture
async def pipeline(cluster):
    pipeline = Pipeline(connect(cluster.url))
    yield pipeline
    await pipeline.close()


@pytest.fixture
def names(cluster):
    """A key on each of the masters; the last one is of the first master."""
    found = {cluster.owner(keys.tag(number)).port: keys.tag(number) for number in range(32)}
    return [found[server.port] for server in (*cluster.servers[1:], cluster.servers[0])]


async def healed(command):
    """Wait until a command is answered again; the answer."""
    while True:
        with contextlib.suppress(StoreUnavailable):
            return await command()
        await asyncio.sleep(0.02)


async def test_chats_of_all_shards(pipeline, keyring, clock):
    store = ChatStore(pipeline, keyring, clock=clock)

    async def use(chat_id):
        new = Chat(session=b"a", effects=(b"x",), until=store.now())
        stored = await store.commit(chat_id, Chat(), new, [1])
        assert await store.load(chat_id) == stored

    await asyncio.gather(*(use(chat_id) for chat_id in range(100)))
    assert sorted((await store.due())[0]) == list(range(100))
    await store.ping()


async def test_a_bad_command_does_not_touch_its_neighbours(pipeline, names):
    across, ping, good = await asyncio.gather(
        script(pipeline, *names[:2]),
        pipeline.run("PING"),
        pipeline.run("INCR", names[0]),
        return_exceptions=True,
    )
    assert isinstance(across, StoreUnavailable)
    assert ping
    assert good == 1


async def test_master_that_dies_takes_only_its_own_along(cluster, pipeline, names):
    *others, lost = names
    for name in names:
        await pipeline.run("SET", name, 0)
    victim = cluster.owner(lost)
    addresses = [f"127.0.0.1:{cluster.owner(name).port}" for name in (lost, others[0])]
    victim.kill()
    try:
        for _ in range(10):
            asked = (script(pipeline, name, f"{name}:again") for name in (lost, *others))
            first, *rest = await asyncio.gather(*asked, return_exceptions=True)
            assert isinstance(first, StoreUnavailable)
            assert rest == [None, None]
            await pipeline.run("PING")
        newcomer = Pipeline(connect(f"redis+cluster://{','.join(addresses)}"))
        assert [await newcomer.run("GET", name) for name in others] == [b"10", b"10"]
        await newcomer.close()
    finally:
        victim.start()
    assert await healed(lambda: pipeline.run("INCR", lost)) == 1


async def test_chats_of_the_other_masters_are_due_all_the_same(cluster, pipeline, keyring, clock):
    store = ChatStore(pipeline, keyring, clock=clock)
    due = Chat(session=b"a", effects=(b"x",), until=store.now())
    for chat_id in range(100):
        assert await store.commit(chat_id, Chat(), due)
    victim = cluster.owner(keys.tag(0))
    theirs = [one for one in range(100) if cluster.owner(keys.tag(keys.shard(one))) is not victim]
    victim.kill()
    try:
        found, missing = await store.due()
        assert sorted(found) == theirs
        assert isinstance(missing, StoreUnavailable)
    finally:
        victim.start()
    assert 0 < len(theirs) < 100
    while missing:
        _, missing = await store.due()


async def test_master_that_hangs_holds_up_only_its_own(cluster, pipeline, names):
    *others, lost = names
    await pipeline.run("PING")
    with cluster.owner(lost).frozen():
        held = asyncio.create_task(pipeline.run("INCR", lost))
        for number in range(1, 6):
            found = await asyncio.gather(*(pipeline.run("INCR", name) for name in others))
            assert found == [number, number]
        assert not held.done()
    assert await held == 1


async def test_cluster_that_is_not_there_is_unavailable():
    pipeline = Pipeline(connect("redis+cluster://127.0.0.1:1"))
    asked = (pipeline.run("INCR", "n") for _ in range(3))
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(each) for each in found} == {StoreUnavailable}
    await pipeline.close()


async def test_slot_may_move_while_it_is_used(cluster, pipeline):
    """Step by step as ``redis-cli --cluster reshard`` does it."""
    tag = keys.tag(5)
    here, there = (
        cluster.owner(tag),
        next(server for server in cluster.servers if server is not cluster.owner(tag)),
    )
    slot = here.client.cluster("KEYSLOT", tag)
    one, two = f"{tag}:one", f"{tag}:two"
    ids = {server: server.client.cluster("MYID").decode() for server in cluster.servers}

    def set_slot(server, *how):
        server.client.execute_command("CLUSTER SETSLOT", slot, *how)

    def move(source, target):
        set_slot(target, "IMPORTING", ids[source])
        set_slot(source, "MIGRATING", ids[target])

    def carry(source, target, *names):
        source.client.execute_command(
            "MIGRATE", "127.0.0.1", target.port, "", 0, 5000, "KEYS", *names
        )

    def settle(owner):
        for server in (owner, *cluster.servers):
            set_slot(server, "NODE", ids[owner])

    await script(pipeline, one, two)
    move(here, there)
    try:
        await script(pipeline, one, two)  # all is where it was
        carry(here, there, one)
        assert await pipeline.run("INCR", one) == 3  # this one has gone
        assert await pipeline.run("INCR", two) == 3  # and this one has not
        assert await pipeline.run("INCR", f"{tag}:new") == 1
        waiting = asyncio.create_task(script(pipeline, one, two))  # nobody has both
        await asyncio.sleep(0.02)
        assert not waiting.done()
        carry(here, there, two)
        await waiting
        found = await asyncio.gather(*(pipeline.run("INCR", one) for _ in range(50)))
        assert found == list(range(5, 55))
        settle(there)
        assert await pipeline.run("INCR", two) == 5
        assert cluster.owner(tag) is there
    finally:
        settle(there)
        move(there, here)
        carry(there, here, one, two, f"{tag}:new")
        settle(here)
    assert await pipeline.run("INCR", two) == 6
