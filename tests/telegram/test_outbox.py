from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from pathlib import Path

import pytest
from chat_world import CHAT, FILE, World

from bot.store import keys
from bot.store.chats import ALIVE, ChatStore
from bot.store.errors import StoreUnavailable
from bot.store.keyring import Keyring
from bot.store.record import Chat
from bot.telegram.sender import Gone, Sent


@pytest.fixture
async def world(tmp_path):
    async with World(tmp_path) as world:
        yield world


class Dead:
    """Stands for a process that dies before it sends anything."""

    async def send(self, _call):
        raise asyncio.CancelledError


async def die(replica, update):
    with pytest.raises(asyncio.CancelledError):
        await replica.handle(update)


async def test_live_lease_is_respected_and_an_expired_one_taken_over(world):
    update = world.update("hello")
    await die(world.replica(Dead()), update)
    other = world.replica()
    await other.sweep()
    await other.handle(update)
    assert world.said() == []
    world.clock.seconds += 30
    await other.sweep()
    await other.sweep()
    assert world.said() == ["1: hello"]


async def test_a_document_outlives_the_process_and_is_unreadable_meanwhile(world):
    await die(world.replica(Dead()), world.update("file"))
    other = world.replica()
    record = await other.pipeline.run("GET", keys.record(CHAT))
    assert len(record) > len(FILE.content)
    assert b"room 412" not in record
    world.clock.seconds += 30
    await other.sweep()
    await other.sweep()
    sent = world.chat().last
    file = world.api.messenger.files.of(sent)
    assert (file.upload.name, file.upload.media_type) == (FILE.name, FILE.media_type)
    assert file.upload.content == FILE.content
    chat = await other.store.load(CHAT)
    assert (chat.effects, chat.delivered) == ((), 1)
    await other.handle(world.update("erase"))
    assert world.said() == ["all is forgotten"]
    assert world.api.messenger.files.get(file.file_id) is None


async def test_redelivery_after_the_lease_is_answered_without_a_sweep(world):
    update = world.update("hello")
    await die(world.replica(Dead()), update)
    world.clock.seconds += 30
    await world.replica().handle(update)
    assert world.said() == ["1: hello"]


async def test_lease_of_a_process_without_a_sign_of_life_counts_as_expired(world):
    update = world.update("hello")
    dead, other = world.replica(Dead()), world.replica()
    await die(dead, update)
    await other.sweep()
    await other.handle(update)
    assert world.said() == []
    await other.pipeline.run("PEXPIRE", keys.process(dead.outbox._me), 1)
    await asyncio.sleep(0.01)
    world.clock.seconds += ALIVE / 1000
    await other.sweep()
    assert world.said() == ["1: hello"]


async def test_what_was_sent_while_redis_took_nothing_is_not_sent_by_another(world):
    owner, other = world.replica(), world.replica()
    world.outgoing.open.clear()
    answering = asyncio.create_task(owner.handle(world.update("hello")))
    await world.outgoing.arrived.wait()
    await other.pipeline.run("CONFIG", "SET", "maxmemory", "1")
    world.outgoing.open.set()
    await answering
    for replica in (owner, other):
        with pytest.raises(StoreUnavailable):
            await replica.outbox.sweep()
    await other.pipeline.run("DEL", keys.process(owner.outbox._me))  # it cannot be renewed
    world.clock.seconds += 30
    await other.pipeline.run("CONFIG", "SET", "maxmemory", "0")
    await other.sweep()
    assert (await other.store.load(CHAT)).effects
    assert world.said() == ["1: hello"]
    await owner.sweep()
    assert (await other.store.load(CHAT)).effects == ()
    await other.handle(world.update("again"))
    assert world.said() == ["1: hello", "2: again"]


async def test_what_a_dead_process_left_is_delivered_some_time_after_an_outage(world, monkeypatch):
    other = world.replica()
    await die(world.replica(Dead()), world.update("hello"))
    await other.pipeline.run("CONFIG", "SET", "maxmemory", "1")
    with pytest.raises(StoreUnavailable):
        await other.outbox.sweep()
    await other.pipeline.run("CONFIG", "SET", "maxmemory", "0")
    world.clock.seconds += 30
    await other.sweep()
    assert world.said() == []
    monkeypatch.setattr("bot.telegram.outbox.AFTER_OUTAGE", 0)
    await other.sweep()
    assert world.said() == ["1: hello"]


async def test_a_sweep_that_waits_keeps_no_sign_of_life_back(world, monkeypatch):
    replica = world.replica()
    waiting = asyncio.Event()

    async def due():
        waiting.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(replica.store, "due", due)
    running = asyncio.create_task(replica.outbox.run())
    await waiting.wait()
    alive = keys.process(replica.outbox._me)
    await replica.pipeline.run("DEL", alive)
    async with asyncio.timeout(20):
        while not await replica.pipeline.run("EXISTS", alive):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    running.cancel()


async def test_next_update_delivers_what_a_dead_process_left(world):
    await die(world.replica(Dead()), world.update("hello"))
    world.clock.seconds += 30
    await world.replica().handle(world.update("again"))
    assert world.said() == ["1: hello", "2: again"]


async def test_two_sweeping_replicas_deliver_once(world):
    dead = world.replica(Dead())
    for chat_id in range(1, 41):
        await die(dead, world.update("hello", chat_id))
    world.clock.seconds += 30
    first, second = world.replica(), world.replica()
    await asyncio.gather(first.sweep(), second.sweep())
    assert [world.said(chat_id) for chat_id in range(1, 41)] == [["1: hello"]] * 40


async def test_replica_leaves_its_answer_to_the_one_that_delivers(world):
    owner, other = world.replica(), world.replica()
    world.outgoing.open.clear()
    first = asyncio.create_task(owner.handle(world.update("first")))
    await world.outgoing.arrived.wait()
    await other.handle(world.update("second"))
    assert world.said() == []
    world.outgoing.open.set()
    await first
    await owner.outbox.idle()
    assert world.said() == ["1: first", "2: second"]
    assert (await owner.store.load(CHAT)).effects == ()


async def test_delivered_chat_is_no_longer_due_and_its_messages_are_known(world):
    replica = world.replica()
    await replica.handle(world.update("twice"))
    await replica.outbox.idle()
    chat = await replica.store.load(CHAT)
    assert (chat.effects, chat.owner, chat.until, chat.delivered) == ((), b"", 0, 2)
    assert await replica.store.messages(CHAT) == list(world.chat().messages)
    world.clock.seconds += 60
    assert (await replica.store.due()) == ([], None)


async def test_death_between_two_messages_repeats_none(world):
    class DiesAtSecond:
        sent = 0

        async def send(self, call):
            if self.sent:
                await replica.outbox._progress[CHAT].task  # the first is acknowledged meanwhile
                raise asyncio.CancelledError
            self.sent += 1
            return await world.outgoing.send(call)

    replica = world.replica(DiesAtSecond())
    await die(replica, world.update("twice"))
    world.clock.seconds += 30
    await world.replica().sweep()
    assert world.said() == ["1a", "1b"]


async def test_short_wait_is_waited_in_place(world):
    world.flood(1)
    before = time.monotonic()
    await world.replica().handle(world.update("hello"))
    assert world.said() == ["1: hello"]
    assert time.monotonic() - before >= 1


async def test_long_wait_ends_when_telegram_says_and_never_earlier(world):
    world.flood(20)
    replica, other = world.replica(), world.replica()
    update = world.update("hello")
    await replica.handle(update)
    await other.handle(world.update("again"))
    for seconds in (0, 19.9):
        world.clock.seconds = 1_800_000_000 + seconds
        await replica.handle(update)
        await asyncio.gather(replica.sweep(), other.sweep())
        assert world.said() == []
    world.clock.seconds = 1_800_000_000 + 20
    await asyncio.gather(replica.sweep(), other.sweep())
    assert world.said() == ["1: hello", "2: again"]


async def test_blocked_bot_is_noted_until_the_person_writes_again(world):
    replica = world.replica()
    update = world.update("twice")
    await world.api.person(CHAT).block()
    await replica.handle(update)
    await replica.outbox.idle()
    chat = await replica.store.load(CHAT)
    assert chat.gone
    assert chat.effects == ()
    assert len(world.outgoing.of("sendMessage")) == 1
    await world.api.person(CHAT).unblock()
    await replica.handle(world.update("back"))
    assert world.said() == ["2: back"]
    assert not (await replica.store.load(CHAT)).gone


async def test_refused_message_does_not_hold_up_the_next(world):
    world.api.fail("sendMessage", 400, "Bad Request: message is too long")
    await world.replica().handle(world.update("twice"))
    assert world.said() == ["1b"]


async def test_secret_is_erased_when_it_expires_but_the_chat_lives_on(world):
    replica = world.replica()
    await replica.handle(world.update("draft"))
    await replica.outbox.idle()
    stored = (await replica.store.load(CHAT)).revision
    world.clock.seconds += 48 * 3600
    await replica.sweep()
    chat = await replica.store.load(CHAT)
    assert chat.revision != stored
    assert (chat.secret, chat.secret_until) == (b"", 0)
    await replica.handle(world.update("draft?"))
    assert world.said() == ["1: draft", "draft: None"]


async def test_long_delivery_keeps_its_lease(world):
    class Slow:
        async def send(self, call):
            world.clock.seconds += 20
            await other.sweep()
            return await world.outgoing.send(call)

    other = world.replica()
    slow = world.replica(Slow())
    await slow.handle(world.update("twice"))
    await slow.outbox.idle()
    assert world.said() == ["1a", "1b"]


async def test_due_entry_of_an_expired_record_is_dropped(world):
    replica = world.replica()
    await replica.pipeline.run("ZADD", keys.due(keys.shard(CHAT)), 1, CHAT)
    assert (await replica.store.due()) == ([CHAT], None)
    await replica.sweep()
    assert (await replica.store.due()) == ([], None)


async def test_who_was_just_started_gives_a_sign_of_life_before_it_delivers(world):
    new, other = world.replica(), world.replica()
    update = world.update("hello")
    world.outgoing.open.clear()
    first = asyncio.create_task(new.conversations.handle(update))
    await world.outgoing.arrived.wait()
    await asyncio.wait_for(other.conversations.handle(update), 10)  # it comes there as well
    world.outgoing.open.set()
    await first
    assert world.said() == ["1: hello"]


async def test_what_nobody_can_read_any_more_hides_nothing_that_is_due(world):
    replica = world.replica()
    lost = ChatStore(replica.pipeline, Keyring([b"l" * 32]), clock=world.clock)
    left = Chat(session=b"a", effects=(b"x",), until=replica.store.now())
    assert await lost.commit(CHAT, Chat(), left)
    assert (await replica.store.due()) == ([CHAT], None)
    await replica.sweep()
    assert (await replica.store.due()) == ([], None)
    await replica.handle(world.update("hello"))
    assert world.said() == ["1: hello"]


async def test_who_ends_gives_signs_of_life_until_all_is_delivered(world, monkeypatch):
    monkeypatch.setattr("bot.store.chats.ALIVE", 300)
    monkeypatch.setattr("bot.telegram.outbox.SWEEP_EVERY", 0.05)
    dying = world.replica(lease=0.1)
    world.outgoing.open.clear()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(dying.handle(world.update("hello")), 0.1)
    world.clock.seconds += 1
    replica = world.replica()
    running = asyncio.create_task(replica.outbox.run())
    world.outgoing.arrived.clear()
    await world.outgoing.arrived.wait()
    running.cancel()
    await asyncio.sleep(0.6)
    assert await replica.store.is_alive(replica.outbox._me)
    world.outgoing.open.set()
    await asyncio.wait({running})
    assert world.said() == ["1: hello"]


async def test_acknowledgement_survives_an_outage(world):
    """Delivered while Redis was away: not delivered again when it is back."""

    class Unplugs:
        async def send(self, _call):
            os.kill(pid, signal.SIGKILL)
            return Sent(1)

    replica = world.replica(Unplugs())
    pid = (await replica.pipeline.run("INFO", "server"))["process_id"]
    await replica.handle(world.update("hello"))
    await replica.outbox.idle()
    running = asyncio.create_task(replica.outbox.run())
    while replica.outbox._progress:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    running.cancel()
    world.clock.seconds += 30
    await world.replica().sweep()
    assert world.said() == []
    assert (await world.replica().store.load(CHAT)).delivered == 1


KILLED = """
import asyncio, os, signal, sys, time
sys.path[:0] = sys.argv[1], os.path.dirname(sys.argv[1])
from chat_world import CHAT, Replica
from bot.conversation.events import Text
from bot.telegram.updates import Incoming

class Killed:
    async def send(self, call):
        os.kill(os.getpid(), signal.SIGKILL)

replica = Replica(sys.argv[2], Killed(), time.time, lease=0.5)
update = Incoming(update_id=int(sys.argv[3]), chat_id=CHAT, event=Text("hello"))
asyncio.run(replica.handle(update))
"""


async def test_kill_between_commit_and_delivery_loses_nothing(world):
    update = world.update("hello")
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        KILLED,
        str(Path(__file__).parent),
        world.redis.url,
        str(update.update_id),
    )
    assert await program.wait() == -signal.SIGKILL
    world.clock.seconds = time.time() + 1
    replica = world.replica()
    await asyncio.gather(replica.handle(update), replica.handle(update), replica.sweep())
    await replica.handle(world.update("again"))
    assert world.said() == ["1: hello", "2: again"]


async def test_an_errand_is_run_after_a_crash_and_nothing_of_it_is_said(world):
    await die(world.replica(Dead()), world.update("errand"))
    other = world.replica()
    world.clock.seconds += 30
    await other.sweep()
    await other.sweep()
    assert other.noted == ["K7M"]
    assert world.said() == ["sent"]


async def test_an_errand_survives_that_the_chat_is_erased(world):
    await die(world.replica(Dead()), world.update("errand"))
    other = world.replica()
    await other.handle(world.update("erase"))
    world.clock.seconds += 30
    await other.sweep()
    await other.sweep()
    assert other.noted == ["K7M", "ended"]
    assert "sent" not in world.said()


async def test_an_errand_survives_that_the_bot_is_blocked(world):
    replica = world.replica(Blocking())
    await replica.handle(world.update("errand"))
    await replica.sweep()
    assert replica.noted == ["K7M"]
    assert (await replica.store.load(CHAT)).gone
    assert (await replica.store.load(CHAT)).effects == ()


async def test_an_errand_that_cannot_be_carried_out_keeps_nobody_from_being_answered(
    world, monkeypatch, caplog
):
    async def broken(_chat_id, _errand):
        raise KeyError("room 412")

    replica = world.replica()
    monkeypatch.setitem(replica.outbox._errands, "note", broken)
    await replica.handle(world.update("errand"))
    await replica.handle(world.update("hello"))
    await replica.sweep()
    assert world.said() == ["sent", "2: hello"]
    assert (await replica.store.load(CHAT)).effects == ()
    assert "note cannot be carried out and is dropped: KeyError." in caplog.text
    assert "412" not in caplog.text


class Blocking:
    """Stands for a chat that takes nothing any more."""

    async def send(self, _call):
        return Gone("blocked")
