"""Who asked for messages: kept small, read page by page, ended at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.conversation.profile import AFTER_TRIP, Profile, Trip
from bot.conversation.session import Session
from bot.conversation.subscription import MOST
from bot.store import keys
from bot.store.connect import connect
from bot.store.pipeline import Pipeline
from bot.store.subscribers import IN_FLIGHT, Subscriber, Subscribers

CHAT = 4711
TRIP = Trip("BR", "Fortaleza", "2027-06-20", "2027-07-03")
BELGIAN = Profile("fr", "BE", "family", TRIP)
CUP = "event:fifa-womens-world-cup-2027"
LATER = 999_999
"""An ordinal that no test reaches."""


@pytest.fixture
def subscribers(pipeline, clock):
    return Subscribers(pipeline, clock=clock)


@pytest.fixture
async def others(redis):
    """A second replica."""
    pipeline = Pipeline(connect(redis.url))
    yield Subscribers(pipeline)
    await pipeline.close()


def today(clock) -> int:
    return datetime.fromtimestamp(clock(), UTC).date().toordinal()


async def test_what_somebody_asked_for_is_kept_with_the_time_of_their_consent(subscribers):
    assert await subscribers.get(CHAT) is None
    await subscribers.subscribe(CHAT, CUP, LATER, BELGIAN, consent=1_799_999_999)
    await subscribers.subscribe(CHAT, "days", 0, BELGIAN, consent=1_800_000_000)
    found = await subscribers.get(CHAT)
    topics = {CUP: (1_799_999_999, LATER), "days": (1_800_000_000, 0)}
    assert found == Subscriber("fr", topics, "BE", "family", TRIP)
    assert await subscribers.size() == 1


async def test_a_trip_is_good_for_two_weeks_after_the_return(subscribers, clock):
    clock.seconds = datetime(2027, 6, 1, tzinfo=UTC).timestamp()
    await subscribers.subscribe(CHAT, "trip", 0, BELGIAN, consent=1)
    until = datetime(2027, 7, 3, tzinfo=UTC).toordinal() + AFTER_TRIP
    assert (await subscribers.get(CHAT)).topics == {"trip": (1, until)}
    longer = Profile("fr", trip=Trip("BR", "Fortaleza", "2027-06-20", "2027-07-13"))
    await subscribers.update(CHAT, longer)
    assert (await subscribers.get(CHAT)).topics == {"trip": (1, until + 10)}
    await subscribers.update(CHAT, Profile("fr"))  # it is not remembered any more
    assert await subscribers.get(CHAT) is None
    assert await subscribers.size() == 0


async def test_a_changed_profile_makes_nobody_a_subscriber(subscribers):
    await subscribers.update(CHAT, BELGIAN)
    assert await subscribers.get(CHAT) is None
    await subscribers.subscribe(CHAT, "all", 0, BELGIAN, consent=1)
    await subscribers.update(CHAT, Profile("ar", "EG"))
    assert await subscribers.get(CHAT) == Subscriber("ar", {"all": (1, 0)}, "EG")


async def test_topics_end_one_by_one_or_all_at_once(subscribers):
    for topic in ("all", "days", "country:TH"):
        await subscribers.subscribe(CHAT, topic, 0, BELGIAN, consent=1)
    assert await subscribers.unsubscribe(CHAT, "days")
    assert not await subscribers.unsubscribe(CHAT, "days")
    assert list((await subscribers.get(CHAT)).topics) == ["all", "country:TH"]
    assert await subscribers.unsubscribe(CHAT)
    assert await subscribers.get(CHAT) is None
    assert not await subscribers.unsubscribe(CHAT)
    assert await subscribers.page(keys.shard(CHAT), 0, 10) == []


async def test_what_is_over_is_not_given_and_in_a_day_not_kept(subscribers, clock, pipeline):
    await subscribers.subscribe(CHAT, CUP, today(clock), BELGIAN, consent=1)
    await subscribers.subscribe(CHAT + 1, CUP, today(clock), BELGIAN, consent=1)
    await subscribers.subscribe(CHAT + 1, "days", 0, BELGIAN, consent=1)
    shard = keys.shard(CHAT + 1)
    assert CUP in (await subscribers.get(CHAT)).topics
    clock.seconds += 24 * 3600
    assert await subscribers.get(CHAT) is None
    assert await subscribers.size() == 2
    running = asyncio.create_task(subscribers.run())
    async with asyncio.timeout(5):
        while await subscribers.size() == 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        while CUP in (await subscribers.page(shard, 0, 1))[0][1].topics:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    running.cancel()
    ((_, kept),) = await subscribers.page(shard, 0, 1)
    assert list(kept.topics) == ["days"]
    assert await pipeline.run("HLEN", keys.subscriptions(keys.shard(CHAT))) == (
        keys.shard(CHAT) == keys.shard(CHAT + 1)
    )


async def test_replicas_that_change_a_chat_at_once_lose_nothing(subscribers, others):
    topics = [f"country:{first}{second}" for first in "ABCDE" for second in "ABCD"]
    await asyncio.gather(
        *(
            (subscribers, others)[number % 2].subscribe(CHAT, topic, 0, BELGIAN, consent=1)
            for number, topic in enumerate(topics)
        )
    )
    assert set((await subscribers.get(CHAT)).topics) == set(topics)


async def test_a_change_with_a_name_is_made_once_so_that_a_stop_stays_a_stop(subscribers, others):
    await subscribers.subscribe(CHAT, "all", 0, BELGIAN, consent=1, name="yes")
    await subscribers.unsubscribe(CHAT, name="stop")
    # What a process does that was held up, after its work was taken over.
    await others.subscribe(CHAT, "all", 0, BELGIAN, consent=1, name="yes")
    assert await subscribers.get(CHAT) is None
    await subscribers.subscribe(CHAT, "all", 0, BELGIAN, consent=2, name="yes again")
    await others.unsubscribe(CHAT, name="stop")
    assert (await subscribers.get(CHAT)).topics == {"all": (2, 0)}


async def test_an_end_waits_for_the_message_that_is_on_its_way(subscribers, pipeline):
    await subscribers.subscribe(CHAT, "all", 0, BELGIAN, consent=1)
    pushing = keys.pushing(keys.shard(CHAT))
    await pipeline.run("HSET", pushing, CHAT, "cup.week.2027-06-13")
    ending = asyncio.create_task(subscribers.unsubscribe(CHAT))
    async with asyncio.timeout(2):
        while await subscribers.get(CHAT):  # noqa: ASYNC110, it is taken off the list at once
            await asyncio.sleep(0.01)
    assert not ending.done()
    await pipeline.run("HDEL", pushing, CHAT)
    async with asyncio.timeout(IN_FLIGHT / 2):
        assert await ending


async def test_an_end_does_not_wait_for_ever(subscribers, pipeline, monkeypatch):
    monkeypatch.setattr("bot.store.subscribers.IN_FLIGHT", 0.1)
    await subscribers.subscribe(CHAT, "all", 0, BELGIAN, consent=1)
    await pipeline.run("HSET", keys.pushing(keys.shard(CHAT)), CHAT, "of a process that died")
    async with asyncio.timeout(IN_FLIGHT):
        assert await subscribers.unsubscribe(CHAT)


async def test_an_end_counts_for_the_last_message_of_a_week(subscribers, pipeline, clock):
    run, number = "cup.week.2027-06-13", keys.shard(CHAT)
    counts = keys.wave_counts(number, run)
    await pipeline.run("HSET", counts, "sent.fr", 1)
    await pipeline.run(
        "RPUSH", keys.pushed(CHAT), f"{int(clock() * 1000)} {run} fr", "1 old.a.b en"
    )
    for _ in range(2):  # the second time there is nothing to end
        await subscribers.subscribe(CHAT, "all", 0, BELGIAN, consent=1, name="yes")
        await subscribers.unsubscribe(CHAT, name="stop")
    assert await pipeline.run("HGET", counts, "unsubscribed.fr") == b"1"
    clock.seconds += 8 * 24 * 3600
    await subscribers.subscribe(CHAT, "all", 0, BELGIAN, consent=1)
    await subscribers.unsubscribe(CHAT)
    assert await pipeline.run("HGET", counts, "unsubscribed.fr") == b"1"


async def test_an_erased_chat_leaves_nothing_but_names_for_an_hour(subscribers, pipeline):
    await subscribers.subscribe(CHAT, "all", 0, BELGIAN, consent=1, name="yes")
    await pipeline.run("LPUSH", keys.pushed(CHAT), "1 cup.week.2027-06-13 fr")
    await subscribers.forget(CHAT, name="erase")
    number = keys.shard(CHAT)
    for key in (keys.subscribers(number), keys.subscriptions(number), keys.pushed(CHAT)):
        assert not await pipeline.run("EXISTS", key)
    assert 0 < await pipeline.run("TTL", keys.changed_once(CHAT)) <= 3600


async def test_every_subscriber_is_met_once_in_the_order_of_their_ids(subscribers):
    chats = [10**9 + 977 * number for number in range(300)]
    await asyncio.gather(
        *(subscribers.subscribe(chat, "all", 0, Profile(), consent=chat) for chat in chats)
    )
    met = []
    for shard in range(keys.SHARDS):
        after, last = 0, 0
        while page := await subscribers.page(shard, after, 3):
            assert len(page) <= 3
            for chat, found in page:
                assert last < chat and found.topics == {"all": (chat, 0)}
                last = chat
                met.append(chat)
            await subscribers.unsubscribe(page[0][0])  # who leaves meanwhile moves nobody
            after = page[-1][0]
    assert sorted(met) == chats


async def test_nobody_collects_topics_without_end(subscribers):
    for number in range(MOST + 5):
        topic = f"event:{number}"
        await subscribers.subscribe(CHAT, topic, 0, Profile(), consent=number + 1)
    topics = (await subscribers.get(CHAT)).topics
    assert list(topics) == [f"event:{number}" for number in range(5, MOST + 5)]


@pytest.mark.parametrize("stored", [b"no msgpack at all", b"\x91\xa2\x80n"])
async def test_what_cannot_be_read_is_nobody_and_can_be_ended(
    subscribers, pipeline, caplog, stored
):
    number = keys.shard(CHAT)
    await pipeline.run("HSET", keys.subscriptions(number), CHAT, stored)
    await pipeline.run("ZADD", keys.subscribers(number), CHAT, CHAT)
    assert await subscribers.get(CHAT) is None
    assert "cannot be read" in caplog.text
    assert str(CHAT) not in caplog.text
    assert [found.topics for _, found in await subscribers.page(number, 0, 5)] == [{}]
    await subscribers.unsubscribe(CHAT)
    assert await subscribers.size() == 0


async def test_a_new_session_knows_again_what_is_kept(subscribers):
    new = Session(locale="en")
    assert await subscribers.recall(CHAT, new) == new
    await subscribers.subscribe(CHAT, "all", 0, BELGIAN, consent=1)
    recalled = await subscribers.recall(CHAT, new)
    assert recalled == Session(
        locale="fr",
        slots={
            "home_country": "BE",
            "tips_audience": "family",
            "own_place": ["BR", "Fortaleza"],
            "own_days": ["2027-06-20", "2027-07-03"],
            "reminders": ["all"],
        },
    )


async def test_a_subscriber_takes_little_room(subscribers, pipeline):
    await subscribers.subscribe(CHAT, CUP, LATER, Profile("fr", "BE"), consent=1_800_000_000)
    stored = await pipeline.run("HGET", keys.subscriptions(keys.shard(CHAT)), CHAT)
    assert len(stored) <= 64
