from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal

import pytest
from chat_world import CHAT, World

from bot.conversation.events import Press
from bot.conversation.profile import Profile
from bot.conversation.session import unpack
from bot.store.errors import StoreUnavailable
from bot.store.record import Chat


@pytest.fixture
async def world(tmp_path):
    async with World(tmp_path) as world:
        yield world


@pytest.fixture
async def away(world):
    """A replica whose Redis is not there."""
    replica = world.replica()
    pid = (await replica.pipeline.run("INFO", "server"))["process_id"]
    world.redis._watcher.cancel()  # nobody starts it again
    os.kill(pid, signal.SIGKILL)
    return replica


async def test_update_delivered_three_times_acts_once_and_is_answered(world):
    replica = world.replica()
    update = world.update("hello")
    await asyncio.gather(*(replica.handle(update) for _ in range(3)))
    await replica.handle(update)
    await world.replica().handle(update)
    await replica.handle(world.update("again"))
    assert world.said() == ["1: hello", "2: again"]


async def test_updates_may_arrive_out_of_order(world):
    replica = world.replica()
    early, late = world.update("early"), world.update("late")
    await replica.handle(late)
    await replica.handle(early)
    await replica.handle(late)
    assert world.said() == ["1: late", "2: early"]


async def test_two_taps_at_once_on_two_replicas_act_once(world):
    first, second = world.replica(), world.replica()
    await first.handle(world.update("hello"))
    taps = [world.update(Press("1")) for _ in range(2)]
    await asyncio.gather(first.handle(taps[0]), second.handle(taps[1]))
    await asyncio.gather(first.outbox.idle(), second.outbox.idle())
    assert world.said() == ["1: hello", "2: pressed"]
    answers = world.outgoing.of("answerCallbackQuery")
    assert {one["callback_query_id"] for one in answers} == {t.callback_query_id for t in taps}
    assert [answer["text"] for answer in answers if "text" in answer] == ["an old button"]


async def test_only_turns_that_were_stored_are_noted_each_once(world):
    first, second = world.replica(), world.replica()
    updates = [world.update(str(number)) for number in range(20)]
    for update in updates:  # both at once: one of them loses the race, and answers nothing
        await asyncio.gather(*(replica.handle(update) for replica in (first, second, first)))
    assert sorted(first.turns + second.turns) == list(range(1, 21))


async def test_answer_to_a_press_neither_delays_nor_fails_a_turn(world):
    replica = world.replica()
    await replica.handle(world.update("hello"))
    world.api.delay("answerCallbackQuery", 0.2)
    world.api.fail("answerCallbackQuery", 400, "Bad Request: query is too old")
    await replica.handle(world.update(Press("1")))
    assert world.said() == ["1: hello", "2: pressed"]


async def test_two_hundred_chats_at_once_each_in_order(world):
    replica = world.replica()
    chats = range(1, 201)
    updates = [world.update(str(n), chat_id) for n in range(5) for chat_id in chats]
    await asyncio.gather(*map(replica.handle, updates))
    expected = [f"{n + 1}: {n}" for n in range(5)]
    assert all(world.said(chat_id) == expected for chat_id in chats)
    await replica.outbox.idle()
    assert len(replica.outbox._turnstiles) == 0
    assert replica.outbox._progress == {}


@pytest.mark.parametrize("seed", range(5))
async def test_replicas_in_any_interleaving(world, seed):
    """Three replicas, repeated deliveries, slow sends: each update once, answers in turn order."""
    chance = random.Random(seed)

    class Unsteady:
        async def send(self, call):
            await asyncio.sleep(chance.choice([0, 0.001, 0.01]))
            return await world.outgoing.send(call)

    replicas = [world.replica(Unsteady()) for _ in range(3)]
    updates = [world.update(str(n), n % 4 + 1) for n in range(60)]  # under 16 a chat
    deliveries = updates + chance.sample(updates, 30)
    chance.shuffle(deliveries)

    async def deliver(update):
        await asyncio.sleep(chance.random() * 0.1)
        await chance.choice(replicas).handle(update)

    await asyncio.gather(*map(deliver, deliveries))
    for replica in replicas:
        await replica.outbox.idle()
    for chat_id in range(1, 5):
        said = [text.split(": ") for text in world.said(chat_id)]
        assert [int(turn) for turn, _ in said] == list(range(1, len(said) + 1))
        words = sorted(update.event.text for update in updates if update.chat_id == chat_id)
        assert sorted(word for _, word in said) == words


async def test_session_continues_on_another_replica_with_its_secrets(world):
    await world.replica().handle(world.update("draft"))
    await world.replica().handle(world.update("draft?"))
    assert world.said() == ["1: draft", "draft: words"]


async def test_unreadable_session_starts_anew(world, caplog):
    replica = world.replica()
    await replica.store.commit(CHAT, Chat(), Chat(session=b"\xc1 words"))
    await replica.handle(world.update("hello"))
    assert world.said() == ["1: hello"]
    assert "words" not in caplog.text


async def test_menu_follows_the_messages(world):
    await world.replica().handle(world.update("menu"))
    methods = [call.method for call in world.outgoing.calls]
    assert methods == ["sendMessage", "setMyCommands"]


async def test_photos_sent_together_are_answered_once(world):
    replica = world.replica()
    photos = [world.photo("77") for _ in range(5)]
    await asyncio.gather(*map(replica.handle, photos))
    await replica.handle(world.update("hello"))
    assert world.said() == ["1: pressed", "2: hello"]


async def test_words_beside_one_of_several_photos_are_always_read(world):
    replica = world.replica()
    for caption in ("", "", "he is hurting a child", ""):
        await replica.handle(world.photo("77", caption))
    assert world.said() == ["1: pressed", "2: pressed"]


async def test_erase_deletes_messages_then_confirms_and_leaves_nothing(world):
    replica = world.replica()
    for word in ["draft", "twice", "hello"]:
        await replica.handle(world.update(word))
    erase = world.update("erase")
    await replica.handle(erase)
    await replica.outbox.idle()
    (confirmation,) = world.chat().visible
    assert confirmation.text == "all is forgotten"
    chat = await replica.store.load(CHAT)
    assert (chat.session, chat.secret, chat.effects) == (b"", b"", ())
    assert erase.update_id in chat.applied
    assert await replica.store.messages(CHAT) == [confirmation.message_id]

    await world.replica().handle(erase)
    assert len(world.outgoing.of("deleteMessages")) == 1
    await replica.handle(world.update("hello"))
    assert world.said() == ["all is forgotten", "1: hello"]


async def test_erase_deletes_a_hundred_messages_a_call(world):
    replica = world.replica()
    await replica.store.commit(CHAT, Chat(), Chat(session=b"\x90"), range(1001, 1250))
    await replica.handle(world.update("erase"))
    sizes = [len(call["message_ids"]) for call in world.outgoing.of("deleteMessages")]
    assert sizes == [100, 100, 50]


async def test_erase_passes_over_a_message_that_is_too_old(world):
    """It came late, so it is older than the bot knows; the others are deleted all the same."""
    replica = world.replica()
    late = world.update("late")
    world.clock.seconds += 10 * 3600
    await replica.handle(late)
    world.clock.seconds += 39 * 3600
    await replica.handle(world.update("hello"))
    await replica.handle(world.update("erase"))
    assert world.chat().texts == ["late", "all is forgotten"]


async def test_erase_drops_what_was_not_yet_said(world):
    world.flood(20)
    replica = world.replica()
    await replica.handle(world.update("hello"))
    await replica.handle(world.update("erase"))
    world.clock.seconds += 20
    await replica.sweep()
    assert world.said() == ["all is forgotten"]


async def test_person_who_blocked_the_bot_is_sent_nothing_more(world):
    world.flood(20)
    replica = world.replica()
    await replica.handle(world.update("hello"))
    await replica.conversations.left(CHAT)
    await replica.conversations.left(CHAT + 1)
    world.clock.seconds += 20
    await replica.sweep()
    assert world.said() == []
    assert (await replica.store.load(CHAT)).gone
    assert not (await replica.store.load(CHAT + 1)).revision


async def test_update_that_cannot_be_handled_gets_the_way_to_help(world, caplog):
    replica = world.replica()
    await replica.conversations.give_up(world.update("private words"))
    assert world.said() == ["in danger: 112"]
    assert "private words" not in caplog.text


@pytest.mark.parametrize(("again", "loads"), [(True, 0), (False, 1)])
async def test_handling_an_update_takes_one_round_trip_or_two(world, again, loads):
    """Counted by Redis itself: an EVALSHA, and a GET for a chat that is not known here; the
    acknowledgement comes behind."""
    replica = world.replica()
    await replica.handle(world.update("hello"))
    await replica.outbox.idle()
    world.outgoing.open.clear()
    answering = replica if again else world.replica()
    await replica.pipeline.run("CONFIG", "RESETSTAT")
    handling = asyncio.create_task(answering.handle(world.update("again")))
    world.outgoing.arrived.clear()
    await world.outgoing.arrived.wait()
    stats = await replica.pipeline.run("INFO", "commandstats")
    assert stats.get("cmdstat_get", {}).get("calls", 0) == loads
    assert stats["cmdstat_evalsha"]["calls"] == 1
    world.outgoing.open.set()
    await handling


async def test_replicas_that_take_turns_with_a_chat_keep_its_order(world):
    """Each remembers the chat as it left it, and finds out that it has gone on since."""
    replicas = [world.replica() for _ in range(3)]
    for number in range(30):
        await replicas[number % 3].handle(world.update(f"word {number}"))
    assert world.said() == [f"{number + 1}: word {number}" for number in range(30)]


async def test_a_draft_that_has_expired_is_not_remembered_either(world):
    replica = world.replica()
    await replica.handle(world.update("draft"))
    await replica.outbox.idle()
    world.clock.seconds += 49 * 3600
    await replica.handle(world.update("draft?"))
    assert world.said()[-1] == "draft: None"


async def test_a_chat_that_talked_just_before_an_outage_still_gets_contacts(world):
    replica = world.replica()
    await replica.handle(world.update("hello"))
    await replica.outbox.idle()
    await world.redis.__aexit__(None, None, None)
    with contextlib.suppress(StoreUnavailable):  # at most the first one has to come again
        await replica.handle(world.update("hello"))
    await replica.handle(world.update("hotline"))
    assert "call 116 000" in world.said()


async def test_without_redis_contacts_are_still_given_once(world, away):
    update = world.update("hotline")
    for _ in range(3):
        await away.handle(update)
    assert world.said() == ["call 116 000", "anything else?"]


async def test_without_redis_an_answer_that_did_not_get_through_comes_again(world, away):
    update = world.update("hotline")
    world.flood(20)
    with pytest.raises(StoreUnavailable):
        await away.handle(update)
    await away.handle(update)
    assert world.said() == ["call 116 000", "anything else?"]


async def test_without_redis_the_emergency_button_works(world, away):
    world.update("hello")
    await away.handle(world.update(Press("urgent")))
    assert world.said() == ["call 112"]


async def test_a_redis_that_is_full_silences_no_emergency(world):
    replica = world.replica()
    await replica.handle(world.update("hello"))
    await replica.outbox.idle()
    await replica.pipeline.run("CONFIG", "SET", "maxmemory", "1")
    emergency, text = world.update(Press("urgent")), world.update("and now?")
    await replica.handle(emergency)
    with pytest.raises(StoreUnavailable):
        await replica.handle(text)
    assert world.said() == ["1: hello", "call 112"]
    await replica.pipeline.run("CONFIG", "SET", "maxmemory", "0")
    for again in (emergency, text, text):
        await replica.handle(again)
    assert world.said() == ["1: hello", "call 112", "2: and now?"]


async def test_without_redis_what_needs_memory_comes_again(world, away):
    for words in ["hello", "erase", "report"]:
        with pytest.raises(StoreUnavailable):
            await away.handle(world.update(words))
    assert world.outgoing.calls == []
    with pytest.raises(StoreUnavailable):
        await away.handle(world.update(Press("1")))
    await away.outbox.idle()
    (answer,) = world.outgoing.of("answerCallbackQuery")
    assert answer["text"] == "one moment"


async def test_what_is_written_while_redis_starts_again_answers_the_open_question(world):
    replica = world.replica(grace=30)
    await replica.handle(world.update("hello"))
    pid = (await replica.pipeline.run("INFO", "server"))["process_id"]
    os.kill(pid, signal.SIGKILL)
    await replica.handle(world.update("hotline"))
    stored = await replica.store.load(CHAT)
    assert unpack(stored.session, stored.secret).turn == 2
    assert world.said() == ["1: hello", "call 116 000", "anything else?"]


async def test_after_the_first_moments_without_redis_nobody_waits_for_it(world, away):
    replica = world.replica(grace=0.5)
    for chat_id in (1, 2):
        await replica.handle(world.update("hotline", chat_id))
        assert world.said(chat_id) == ["call 116 000", "anything else?"]


@pytest.mark.parametrize("event", ["report", Press("1")])
async def test_neither_a_cry_nor_a_press_waits_for_redis(world, away, event):
    replica = world.replica(grace=3600)
    world.update("hello")
    async with asyncio.timeout(10):
        with pytest.raises(StoreUnavailable):
            await replica.handle(world.update(event))


async def test_redis_dies_under_traffic_and_everything_heals(world):
    replica = world.replica()
    sweeping = asyncio.create_task(replica.outbox.run())
    pid = (await replica.pipeline.run("INFO", "server"))["process_id"]
    asked = refused = 0

    async def insist(update):
        nonlocal refused
        while True:
            try:
                return await replica.handle(update)
            except StoreUnavailable:
                refused += 1
                await asyncio.sleep(0.02)

    async def talk(chat_id):
        nonlocal asked
        for n in range(20):
            await insist(world.update(str(n), chat_id))
            if refused:
                asked += 1
                await replica.handle(world.update("hotline", chat_id + 100))

    talks = [asyncio.create_task(talk(chat_id)) for chat_id in range(1, 21)]
    await world.outgoing.arrived.wait()
    os.kill(pid, signal.SIGKILL)
    contact = world.update("hotline", 999)
    await replica.handle(contact)
    assert world.said(999) == ["call 116 000", "anything else?"]
    await asyncio.gather(*talks)
    await replica.outbox.idle()
    sweeping.cancel()
    assert refused
    world.clock.seconds += 31
    await world.replica().sweep()
    expected = [f"{n + 1}: {n}" for n in range(20)]
    assert {chat_id: world.said(chat_id) for chat_id in range(1, 21)} == dict.fromkeys(
        range(1, 21), expected
    )
    assert sum(len(world.said(chat_id + 100)) for chat_id in range(1, 21)) == 2 * asked
    assert replica.outbox._progress == {}


async def test_person_of_whom_only_reminders_are_kept_ends_them_by_blocking_the_bot(world):
    replica = world.replica()
    await replica.subscribers.subscribe(CHAT, "all", 0, Profile(), consent=1)
    await replica.conversations.left(CHAT)
    assert await replica.subscribers.get(CHAT) is None
    assert not (await replica.store.load(CHAT)).revision


async def test_person_who_was_forgotten_is_known_by_their_reminders(world):
    replica = world.replica()
    await replica.subscribers.subscribe(CHAT, "all", 0, Profile("fr"), consent=1)
    await replica.handle(world.update("hello"))
    session = unpack((await replica.store.load(CHAT)).session)
    assert (session.locale, session.slots["reminders"]) == ("fr", ["all"])


async def test_person_who_blocked_the_bot_and_comes_back_is_told_nothing_more(world):
    replica = world.replica()
    await replica.subscribers.subscribe(CHAT, "all", 0, Profile("fr"), consent=1)
    await replica.handle(world.update("hello"))
    await replica.conversations.left(CHAT)
    await replica.handle(world.update("hello"))
    assert "reminders" not in unpack((await replica.store.load(CHAT)).session).slots


async def test_what_ends_reminders_comes_before_what_says_so(world):
    seen = []

    class Watching:
        async def send(self, call):
            seen.append((call.params["text"], list(replica.noted)))
            return await world.outgoing.send(call)

    replica = world.replica(Watching())
    await replica.handle(world.update("stop"))
    assert seen == [("sent", ["ended"])]
