import asyncio

import pytest
from redis_cluster import everywhere

from bot.delivery.queue import Outbox
from bot.store.connect import connect
from bot.store.errors import StoreUnavailable
from bot.store.pipeline import Pipeline

AGES = 3600


async def enqueue(outbox, name="k1"):
    return await outbox.enqueue("sealed", "north", "K7M-4QX", name)


async def take_one(outbox, idle=AGES):
    """The next report, as soon as there is one."""
    for _ in range(500):
        if letters := await outbox.take(1, idle):
            return letters[0]
        await asyncio.sleep(0.01)
    raise AssertionError("nothing to take")


async def test_what_is_enqueued_is_taken_once(outbox):
    assert await enqueue(outbox)
    letter = await take_one(outbox)
    assert letter[1:6] == ("k1", "north", "K7M-4QX", "sealed", 0)
    assert await outbox.take(9, AGES) == []
    assert await outbox.waiting() == 1


async def test_no_more_is_taken_than_asked_for(outbox):
    for number in range(5):
        await enqueue(outbox, f"k{number}")
    assert [letter.id for letter in await outbox.take(3, AGES)] == ["k0", "k1", "k2"]
    assert [letter.id for letter in await outbox.take(5, 0)] == ["k0", "k1", "k2", "k3", "k4"]


async def test_a_key_is_accepted_once_also_after_delivery(outbox):
    assert await enqueue(outbox)
    assert not await enqueue(outbox)
    await outbox.delivered(await take_one(outbox))
    assert not await enqueue(outbox)
    assert await outbox.waiting() == 0


async def test_nothing_of_a_delivered_report_stays(outbox, pipeline, redis):
    await enqueue(outbox)
    await outbox.delivered(await take_one(outbox))
    assert not any(everywhere(redis, "KEYS", "*report:*"))
    assert await pipeline.run("XLEN", "{s00}:reports:ready") == 0
    pending = await pipeline.run("XPENDING", "{s00}:reports:ready", "couriers")
    assert pending["pending"] == 0


async def test_a_dead_courier_s_report_is_taken_over(outbox):
    await enqueue(outbox)
    first = await take_one(outbox)
    assert await outbox.take(1, AGES) == []
    assert await take_one(outbox, idle=0) == first


async def test_it_comes_back_when_it_is_due(outbox):
    await enqueue(outbox)
    await outbox.later(await take_one(outbox), AGES)
    assert await outbox.take(1, 0) == []
    await enqueue(outbox, "k2")
    await outbox.later(await take_one(outbox), 0.02)
    letter = await take_one(outbox)
    assert (letter.id, letter.attempts) == ("k2", 1)
    assert await outbox.waiting() == 2


async def test_a_dead_letter_is_listed_and_retried_once(outbox):
    await enqueue(outbox)
    await outbox.give_up(await take_one(outbox), "refused with HTTP 400")
    [dead] = await outbox.dead_letters()
    assert dead[1:5] == ("k1", "north", "K7M-4QX", "refused with HTTP 400")
    assert await outbox.take(1, 0) == []
    assert not await enqueue(outbox)
    assert await outbox.retry(dead)
    assert not await outbox.retry(dead)
    assert await outbox.dead_letters() == []
    letter = await take_one(outbox)
    assert (letter.id, letter.attempts) == ("k1", 0)


async def test_the_failure_of_one_who_was_overtaken_changes_nothing(outbox):
    await enqueue(outbox)
    slow = await take_one(outbox)
    quick = await take_one(outbox, idle=0)
    await outbox.later(quick, AGES)
    await outbox.give_up(slow, "too late")
    await outbox.later(slow, 0)
    assert await outbox.dead_letters() == []
    assert await outbox.take(1, 0) == []


async def test_the_delivery_of_one_who_was_overtaken_counts(outbox):
    await enqueue(outbox)
    slow = await take_one(outbox)
    await outbox.later(await take_one(outbox, idle=0), 0)
    again = await take_one(outbox)
    await outbox.delivered(slow)
    await outbox.later(again, 0)
    assert await outbox.take(1, 0) == []
    assert await outbox.waiting() == 0


async def test_an_entry_whose_report_was_delivered_is_dropped(outbox, pipeline):
    await enqueue(outbox)
    slow = await take_one(outbox)
    await outbox.later(await take_one(outbox, idle=0), 0)
    await take_one(outbox)  # and this courier dies
    await outbox.delivered(slow)
    assert await outbox.take(1, 0) == []
    assert await pipeline.run("XLEN", "{s00}:reports:ready") == 0


async def test_without_redis_it_says_so(tmp_path):
    pipeline = Pipeline(connect(f"unix://{tmp_path}/nowhere.sock"))
    with pytest.raises(StoreUnavailable):
        await enqueue(Outbox(pipeline))
    await pipeline.close()
