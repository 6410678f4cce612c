import asyncio
import itertools

import pytest
from msgspec.structs import replace
from redis_cluster import everywhere

from bot.store import keys
from bot.store.chats import ERASED_KEPT, KEPT, MESSAGES_KEPT, ChatStore
from bot.store.connect import connect
from bot.store.errors import StoreUnavailable
from bot.store.keyring import Keyring
from bot.store.pipeline import Pipeline
from bot.store.record import Chat

CHAT = 4711


async def test_unknown_chat_is_blank(store):
    assert await store.load(CHAT) == Chat()


async def test_what_is_committed_is_loaded(store):
    chat = replace(
        Chat().with_update(10).with_update(7),
        session=b"session",
        secret=b"secret",
        secret_until=store.now() + 1000,
        effects=(b"one", b"two"),
        owner=b"me",
        until=store.now() + 500,
        delivered=3,
        gone=True,
    )
    stored = await store.commit(CHAT, Chat(), chat)
    assert stored.revision
    assert await store.load(CHAT) == stored


async def test_what_is_sensitive_is_not_readable_in_redis(store, pipeline):
    await store.commit(
        CHAT,
        Chat(),
        Chat(secret=b"hotel Lux, room 12", secret_until=store.now() + 9, effects=(b"room 12",)),
    )
    assert b"room 12" not in await pipeline.run("GET", keys.record(CHAT))


async def test_second_of_two_writers_is_refused_and_changes_nothing(store):
    first = await store.commit(CHAT, Chat(), Chat(session=b"a"), [1])
    assert await store.commit(CHAT, Chat(), Chat(session=b"b", effects=(b"x",)), [2]) is None
    assert await store.load(CHAT) == first
    assert await store.messages(CHAT) == [1]
    assert (await store.due()) == ([], None)


async def test_two_replicas_count_without_losing_any(pipeline, keyring):
    """200 increments by two replicas: the session counts what the applied updates say."""
    stores = [ChatStore(pipeline, keyring), ChatStore(pipeline, keyring)]
    ids = itertools.count(1)

    async def apply(store, update_id):
        while True:
            chat = await store.load(CHAT)
            count = int(chat.session or b"0") + 1
            new = replace(chat.with_update(update_id), session=str(count).encode())
            if await store.commit(CHAT, chat, new):
                return

    await asyncio.gather(*(apply(stores[i % 2], next(ids)) for i in range(200)))
    chat = await stores[0].load(CHAT)
    assert chat.session == b"200"
    assert len(chat.applied) == len(set(chat.applied)) == 16


async def test_no_more_than_a_thousand_messages_are_remembered(store, clock):
    chat = Chat()
    for first in range(1, 2001, 500):
        chat = await store.commit(CHAT, chat, Chat(session=b"a"), range(first, first + 500))
        clock.seconds += 1
    assert sorted(await store.messages(CHAT)) == list(range(1001, 2001))


async def test_record_lives_thirty_days_after_the_last_commit(store, pipeline):
    chat = await store.commit(CHAT, Chat(), Chat(session=b"a"))
    await pipeline.run("PEXPIRE", keys.record(CHAT), 1000)
    await store.commit(CHAT, chat, chat)
    assert KEPT - 10_000 < await pipeline.run("PTTL", keys.record(CHAT)) <= KEPT


async def test_erased_record_lives_a_day(store, pipeline):
    await store.commit(CHAT, Chat(), Chat().with_update(5))
    assert ERASED_KEPT - 10_000 < await pipeline.run("PTTL", keys.record(CHAT)) <= ERASED_KEPT


async def test_chat_is_due_when_its_lease_or_its_secret_ends(store, clock):
    now = store.now()
    chat = Chat(effects=(b"x",), until=now + 2000, secret=b"s", secret_until=now + 1000)
    chat = await store.commit(CHAT, Chat(), chat)
    assert (await store.due()) == ([], None)
    clock.seconds += 1
    assert (await store.due()) == ([CHAT], None)
    chat = await store.commit(CHAT, chat, replace(chat, secret=b""))
    assert (await store.due()) == ([], None)
    clock.seconds += 1
    assert (await store.due()) == ([CHAT], None)
    await store.commit(CHAT, chat, replace(chat, effects=()))
    assert (await store.due()) == ([], None)


async def test_due_chats_of_all_shards_are_found(store, clock):
    chats = range(1, 200)
    assert {keys.shard(chat_id) for chat_id in chats} == set(range(keys.SHARDS))
    for chat_id in chats:
        await store.commit(chat_id, Chat(), Chat(effects=(b"x",), until=store.now()))
    assert sorted((await store.due())[0]) == list(chats)


async def test_expired_secret_is_not_handed_out(store, clock):
    await store.commit(CHAT, Chat(), Chat(secret=b"s", secret_until=store.now() + 1000))
    clock.seconds += 1
    assert (await store.load(CHAT)).secret == b""


async def test_message_ids_are_kept_as_long_as_telegram_can_delete(store, clock, pipeline):
    chat = await store.commit(CHAT, Chat(), Chat(session=b"a"), [1, 2])
    clock.seconds += MESSAGES_KEPT / 1000 - 1
    chat = await store.commit(CHAT, chat, chat, [3])
    assert await store.messages(CHAT) == [1, 2, 3]
    clock.seconds += 2
    assert await store.messages(CHAT) == [3]
    await store.commit(CHAT, chat, chat, [4])
    assert await pipeline.run("ZCARD", keys.messages(CHAT)) == 2
    await store.forget_messages(CHAT)
    assert await store.messages(CHAT) == []


async def test_keys_can_be_rotated(pipeline, caplog):
    old, new = b"o" * 32, b"n" * 32
    blank = Chat(secret=b"draft", secret_until=10**14)
    chat = await ChatStore(pipeline, Keyring([old])).commit(CHAT, Chat(), blank)
    both = ChatStore(pipeline, Keyring([new, old]))
    assert (await both.load(CHAT)).secret == b"draft"
    await both.commit(CHAT, chat, chat)
    assert (await ChatStore(pipeline, Keyring([new])).load(CHAT)).secret == b"draft"
    assert not caplog.records
    assert (await ChatStore(pipeline, Keyring([old])).load(CHAT)).secret == b""
    assert "SECRET_KEYS" in caplog.text


async def test_script_is_sent_again_after_redis_forgot_it(store, redis):
    chat = await store.commit(CHAT, Chat(), Chat(session=b"a"))
    everywhere(redis, "SCRIPT", "FLUSH")
    assert await store.commit(CHAT, chat, chat)


async def test_commit_and_load_are_one_round_trip_each(store, redis):
    await store.commit(CHAT, Chat(), Chat(session=b"a"))  # sends the script
    everywhere(redis, "CONFIG", "RESETSTAT")
    chat = await store.load(CHAT)
    await store.commit(CHAT, chat, chat, [1])
    stats = [each.items() for each in everywhere(redis, "INFO", "commandstats")]
    calls = [(name, each["calls"]) for name, each in itertools.chain(*stats)]
    top_level = [each for each in calls if each[0] in ("cmdstat_get", "cmdstat_evalsha")]
    assert sorted(top_level) == [("cmdstat_evalsha", 1), ("cmdstat_get", 1)]


async def test_what_was_read_or_written_here_is_recalled(store):
    assert store.recall(CHAT) is None
    await store.load(CHAT)
    assert store.recall(CHAT) is None  # nothing is stored
    first = await store.commit(CHAT, Chat(), Chat(session=b"a"))
    assert store.recall(CHAT) == first
    second = await store.commit(CHAT, first, Chat(session=b"b"))
    assert store.recall(CHAT) == second


async def test_a_commit_on_what_has_changed_brings_back_how_it_is_now(store, pipeline, keyring):
    other = ChatStore(pipeline, keyring)
    mine = await store.commit(CHAT, Chat(), Chat(session=b"a"))
    theirs = await other.commit(CHAT, mine, Chat(session=b"b"))
    assert store.recall(CHAT) == mine
    assert await store.commit(CHAT, mine, Chat(session=b"c")) is None
    assert store.recall(CHAT) == theirs
    await pipeline.run("DEL", keys.record(CHAT))
    assert await store.commit(CHAT, theirs, Chat(session=b"c")) is None
    assert store.recall(CHAT) is None


async def test_what_redis_lost_and_somebody_else_wrote_since_is_not_overwritten(
    store, pipeline, keyring
):
    """As after a failover to a server that had not got the last write yet."""
    first = await store.commit(CHAT, Chat(), Chat(session=b"a"))
    before = await pipeline.run("GET", keys.record(CHAT))
    await store.commit(CHAT, first, Chat(session=b"lost"))
    await pipeline.run("SET", keys.record(CHAT), before)
    theirs = await ChatStore(pipeline, keyring).commit(CHAT, first, Chat(session=b"b"))
    assert await store.commit(CHAT, store.recall(CHAT), Chat(session=b"c")) is None
    assert store.recall(CHAT) == theirs


async def test_expired_secrets_are_not_recalled(store, clock):
    chat = Chat(session=b"a", secret=b"draft", secret_until=store.now() + 1000)
    stored = await store.commit(CHAT, Chat(), chat)
    clock.seconds += 2
    assert store.recall(CHAT) == replace(stored, secret=b"")


async def test_after_trouble_nothing_is_recalled(redis_alone, keyring):
    pipeline = Pipeline(connect(redis_alone.url))
    store = ChatStore(pipeline, keyring)
    for chat_id in (1, 2):
        await store.commit(chat_id, Chat(), Chat(session=b"a"))
    await pipeline.run("CONFIG", "SET", "maxmemory", "1")
    with pytest.raises(StoreUnavailable):
        await store.commit(1, store.recall(1), Chat(session=b"b"))
    assert store.recall(1) is store.recall(2) is None
    await pipeline.close()
