"""What staff do to a run, and what Telegram does, while it is being sent."""

import asyncio
from datetime import timedelta

from campaign_world import AT, CAMPAIGNS, many

from bot.campaigns import keys
from bot.campaigns.tidy import tidy
from bot.store.keys import messages, shard

RUN = "cup.now.2027-06-14"
OTHER = "cup.other.2027-06-15"
THIRD = "cup.third.2027-06-16"
TEXT = "🏟"


async def test_a_paused_run_stands_still_and_goes_on_where_it_was(world):
    chats = many(90)
    world.pace(60)
    await world.subscribe(*chats)
    async with world.replica(), world.replica():
        await world.until_sent(RUN, 20)
        await world.runs.pause(RUN, "ana")
        await asyncio.sleep(0.3)  # what had its slot is out by then
        before = await world.sums(RUN)
        await asyncio.sleep(0.5)
        assert await world.sums(RUN) == before
        assert before["sent"] < 90
        await world.runs.resume(RUN, "ana")
        await world.until_state(RUN, "finished")
    assert await world.sums(RUN) == {"total": 90, "sent": 90}
    assert {len(world.got(chat)) for chat in chats} == {1}


async def test_a_cancelled_run_sends_nothing_more_and_leaves_no_chunks(world):
    chats = many(200)
    world.pace(60)
    await world.subscribe(*chats)
    async with world.replica():
        await world.until_sent(RUN, 20)
        await world.runs.cancel(RUN, "ana")
        await asyncio.sleep(0.3)
        sent = (await world.sums(RUN))["sent"]
        await asyncio.sleep(0.5)
    assert sum(len(world.got(chat)) for chat in chats) == sent < 200
    world.clock.seconds += 120
    await tidy(world.pipeline, await world.runs.list(), AT + timedelta(minutes=2))
    for number in range(32):
        for name in (keys.chunks, keys.later, keys.started, keys.done, keys.frozen):
            assert not await world.pipeline.run("EXISTS", name(number, RUN))
    assert (await world.sums(RUN))["sent"] == sent
    assert (await world.runs.get(RUN)).tidied


async def test_nobody_gets_more_than_the_cap_of_a_week(world):
    await world.subscribe(*many(30))
    async with world.replica():
        await world.until_state(RUN, "finished")
        world.clock.seconds += 24 * 3600
        await world.until_state(OTHER, "finished")
        world.clock.seconds += 24 * 3600
        await world.until_state(THIRD, "waiting")
        await world.runs.approve(world.occurrence(THIRD), await _print(world, THIRD), "ana")
        await world.until_state(THIRD, "finished")
    assert await world.sums(OTHER) == {"total": 30, "sent": 30}
    assert await world.sums(THIRD) == {"total": 30, "capped": 30}


async def test_after_a_week_the_cap_lets_them_have_something_again(world):
    await world.subscribe(*many(5))
    world.use(CAMPAIGNS.replace("per_week: 2", "per_week: 1").replace("06-15", "06-21"))
    async with world.replica():
        await world.until_state(RUN, "finished")
        world.clock.set(AT + timedelta(days=7, seconds=1))
        await world.until_state("cup.other.2027-06-21", "finished")
    assert await world.sums("cup.other.2027-06-21") == {"total": 5, "sent": 5}


async def test_who_blocked_the_bot_or_is_not_there_is_counted_and_not_written_to_again(world):
    chats = many(60)
    await world.subscribe(*chats[:50])
    await world.subscribe(*chats[50:55], reachable=False)
    await world.subscribe(*chats[55:])
    for chat in chats[55:]:
        world.server.messenger.chats[chat].blocked = True
    async with world.replica():
        await world.until_state(RUN, "finished")
    assert await world.sums(RUN) == {"total": 60, "sent": 50, "blocked": 5, "failed": 5}
    assert sorted(world.left) == sorted(chats[50:])
    assert await world.subscribers.size() == 50
    assert (await world.runs.get(RUN)).state == "finished"


async def test_a_message_that_telegram_refuses_pauses_the_run_and_says_why(world):
    await world.subscribe(*many(300))
    world.server.fail("sendMessage", 400, "Bad Request: message is too long", times=1000)
    async with world.replica():
        run = await world.until_state(RUN, "paused")
        assert run.reason == "Telegram refuses the message: Message is too long."
        await asyncio.sleep(0.3)
    assert (await world.sums(RUN))["failed"] <= 20


async def test_once_many_have_it_a_message_that_is_refused_is_counted_and_the_others_go_on(world):
    world.pace(100)
    await world.subscribe(*many(90))
    async with world.replica():
        await world.until_sent(RUN, 20)
        await world.runs.pause(RUN, "ana")
        await asyncio.sleep(0.3)
        world.server.fail("sendMessage", 400, "Bad Request: message is too long", times=3)
        await world.runs.resume(RUN, "ana")
        await world.until_state(RUN, "finished")
    assert await world.sums(RUN) == {"total": 90, "sent": 87, "failed": 3}


async def test_who_got_it_late_because_telegram_asked_to_wait_gets_it_once(world):
    chats = many(40)
    await world.subscribe(*chats)
    world.server.fail("sendMessage", 429, "Too Many Requests", times=3, retry_after=1)
    async with world.replica():
        await world.until_state(RUN, "finished")
    assert await world.sums(RUN) == {"total": 40, "sent": 40}
    assert {len(world.got(chat)) for chat in chats} == {1}


async def test_without_an_answer_a_message_is_unknown_and_never_repeated(world):
    chats = many(40)
    await world.subscribe(*chats)
    world.server.drop("sendMessage", times=4, after=True)
    world.server.drop("sendMessage", times=3, after=False)
    async with world.replica():
        await world.until_state(RUN, "finished")
    assert await world.sums(RUN) == {"total": 40, "sent": 33, "unknown": 7}
    unknown = set(await world.runs.unknown(RUN))
    assert len(unknown) == 7
    assert {len(world.got(chat)) for chat in set(chats) - unknown} == {1}
    assert sorted(len(world.got(chat)) for chat in unknown) == [0, 0, 0, 1, 1, 1, 1]


async def test_when_telegram_answers_nothing_at_all_the_run_is_paused(world):
    await world.subscribe(*many(300))
    world.server.drop("sendMessage", times=1000, after=True)
    async with world.replica():
        run = await world.until_state(RUN, "paused")
        assert "does not answer" in run.reason
        await asyncio.sleep(0.3)
    assert (await world.sums(RUN))["unknown"] < 100


async def test_nothing_reaches_a_chat_after_it_has_stopped(world):
    chats = many(120)
    world.pace(30)
    await world.subscribe(*chats)
    stopped = {}
    async with world.replica(), world.replica():
        await world.until_sent(RUN, 10)
        for chat in chats[::3]:
            await world.subscribers.unsubscribe(chat)
            stopped[chat] = len(world.got(chat))
        await world.until_state(RUN, "finished")
    assert {chat: len(world.got(chat)) for chat in stopped} == stopped
    sums = await world.sums(RUN)
    assert sums["stopped"] == list(stopped.values()).count(0) > 0
    assert sums["sent"] + sums["stopped"] == sums["total"] == 120
    assert sums["unsubscribed"] == list(stopped.values()).count(1)


async def test_who_stopped_that_topic_only_does_not_get_it_either(world):
    chats = many(40)
    world.pace(30)
    await world.subscribe(*chats)
    await world.subscribe(*chats, topic="days")
    async with world.replica():
        await world.until_sent(RUN, 3)
        late = [chat for chat in chats if not world.got(chat)]
        for chat in late:
            await world.subscribers.unsubscribe(chat, "all")
        before = {chat: len(world.got(chat)) for chat in chats}
        await world.until_state(RUN, "finished")
    assert {chat: len(world.got(chat)) for chat in chats} == before
    assert (await world.sums(RUN))["stopped"] == list(before.values()).count(0)


async def test_at_night_a_chunk_waits_for_the_morning_or_is_missed_by_the_tolerance(world):
    chats = many(40)
    world.use(CAMPAIGNS.replace("06-14 at 12:00", "06-14 at 18:30").replace("1000", "10"))
    world.clock.set(AT.replace(hour=18, minute=30))
    await world.subscribe(*chats, home="BE")
    async with world.replica():
        await world.until_sent(RUN, 5)
        world.clock.set(AT.replace(hour=19))  # 21:00 in Belgium
        await asyncio.sleep(0.5)
        sent = await world.sums(RUN)
        await asyncio.sleep(0.5)
        assert await world.sums(RUN) == sent
        assert sent["sent"] < 40
        world.use(CAMPAIGNS.replace("06-14 at 12:00", "06-14 at 18:30"))
        world.clock.set(AT.replace(day=15, hour=6))
        await world.until_state(RUN, "finished")
    sums = await world.sums(RUN)
    assert sums == {"total": 40, "sent": 40}


async def test_who_would_get_it_later_than_tolerated_is_counted_as_missed(world):
    fixed = CAMPAIGNS.replace("paid_broadcast", "tolerance: 3 hours, paid_broadcast")
    world.use(fixed)
    await world.subscribe(*many(10), home="BE")
    await world.subscribe(*many(7, seed=2), home="NZ")  # midnight: nine hours until they wake
    async with world.replica():
        await world.until_state(RUN, "finished")
    assert await world.sums(RUN) == {"total": 17, "sent": 10, "missed": 7}


async def test_people_elsewhere_get_it_in_their_morning(world):
    near, far = many(10), many(7, seed=2)
    await world.subscribe(*near, home="BE")
    await world.subscribe(*far, home="NZ")
    async with world.replica():
        await world.until_sent(RUN, 10)
        assert [world.got(chat) for chat in far] == [[]] * 7
        assert (await world.runs.get(RUN)).state == "sending"
        world.clock.set(AT.replace(hour=20))  # 08:00 in New Zealand, by whichever of its clocks
        await world.until_state(RUN, "finished")
    assert await world.sums(RUN) == {"total": 17, "sent": 17}


async def test_a_text_that_is_changed_meanwhile_pauses_the_run_until_it_is_approved_again(world):
    chats = many(90)
    world.pace(60)
    await world.subscribe(*chats)
    async with world.replica():
        await world.until_sent(RUN, 10)
        text = CAMPAIGNS.replace("awareness_day", "opening_day")
        world.use(text)
        run = await world.until_state(RUN, "paused")
        assert "changed after it was approved" in run.reason
        await world.runs.approve(world.occurrence(RUN), await _print(world, RUN), "ana")
        await world.until_state(RUN, "finished")
    assert await world.sums(RUN) == {"total": 90, "sent": 90}
    assert len({text for chat in chats for text in world.got(chat)}) == 2


async def test_what_was_sent_can_be_erased_with_the_chat(world):
    (chat,) = many(1)
    await world.subscribe(chat)
    async with world.replica():
        await world.until_state(RUN, "finished")
    kept = await world.pipeline.run("ZRANGE", messages(chat), 0, -1)
    assert [int(each) for each in kept] == list(world.server.messenger.chats[chat].messages)
    assert not await world.pipeline.run("HLEN", f"{{s{shard(chat):02}}}:pushing")


async def _print(world, run_id):
    from bot.campaigns.compose import fingerprint

    campaign = world.content.campaigns.get("cup")
    return fingerprint(world.content, campaign, campaign.wave(run_id.split(".")[1]))
