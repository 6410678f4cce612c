from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from scripted_api import ScriptedApi, refusal
from telegram.error import InvalidToken

from bot.store.errors import StoreUnavailable
from bot.store.record import REMEMBERED_UPDATES
from bot.telegram.polling import Poller
from bot.telegram.updates import SERVED, Ignored, Incoming, Update

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    Handle = Callable[[Update], Awaitable[None]]


def text(update_id: int, chat_id: int = 5) -> dict[str, Any]:
    chat = {"id": chat_id, "type": "private"}
    return {"update_id": update_id, "message": {"message_id": 1, "chat": chat, "text": "secret"}}


class Bot:
    """Handles updates as a test wants it, and remembers which."""

    def __init__(self) -> None:
        self.server = ScriptedApi()
        self.handled: list[int] = []
        self.given_up: list[int] = []
        self.passed_over: list[int | None] = []
        self.urgent: set[int] = set()
        self.stop = asyncio.Event()
        self.progress = asyncio.Condition()
        self.seen: list[Update] = []

    async def handle(self, update: Update) -> None:
        self.seen.append(update)
        await self.note(self.handled, update)

    async def give_up(self, update: Update) -> None:
        await self.note(self.given_up, update)

    async def note(self, where: list[int], update: Update) -> None:
        assert update.update_id is not None
        where.append(update.update_id)
        async with self.progress:
            self.progress.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10), self.progress:
            await self.progress.wait_for(condition)

    @asynccontextmanager
    async def polling(self, handle: Handle | None = None) -> AsyncIterator[None]:
        async with self.server.serving() as api:
            poller = Poller(
                api,
                handle or self.handle,
                self.give_up,
                urgent=lambda update: update.update_id in self.urgent,
                pass_over=lambda update: self.passed_over.append(update.update_id),
                held=0.01,
                longest_held=0.2,
                crowded=0.2,
            )
            task = asyncio.create_task(poller.run(self.stop))
            try:
                yield
            finally:
                self.stop.set()
                await task

    @property
    def offsets(self) -> list[int]:
        return [params["offset"] for method, params in self.server.calls if method == "getUpdates"]


async def test_updates_are_fetched_handled_and_confirmed() -> None:
    bot = Bot()
    async with bot.polling():
        bot.server.deliver(text(10), text(11, 6))
        await bot.until(lambda: len(bot.handled) == 2)
        bot.server.deliver(text(12))
        await bot.until(lambda: len(bot.handled) == 3)
    assert sorted(bot.handled) == [10, 11, 12]
    assert bot.server.methods[0] == "deleteWebhook"
    assert bot.server.calls[1][1]["allowed_updates"] == list(SERVED)
    assert bot.offsets[-1] == 13
    assert not bot.server.pending


async def test_updates_to_be_ignored_are_handed_on_and_confirmed() -> None:
    bot = Bot()
    async with bot.polling():
        bot.server.deliver({"update_id": 10, "poll": {}})
        await bot.until(lambda: bot.handled == [10])
    assert bot.seen == [Ignored(10, "poll")]
    assert bot.offsets[-1] == 11


async def test_a_chat_keeps_its_order_and_does_not_hold_up_others() -> None:
    bot = Bot()
    gate = asyncio.Event()
    busy: Counter[int] = Counter()

    async def slow_for_5(update: Update) -> None:
        assert isinstance(update, Incoming)
        busy[update.chat_id] += 1
        assert busy[update.chat_id] == 1
        if update.chat_id == 5:
            await gate.wait()
        await asyncio.sleep(0)
        busy[update.chat_id] -= 1
        await bot.handle(update)

    async with bot.polling(slow_for_5):
        bot.server.deliver(*(text(10 + n, 5 + n % 3) for n in range(30)))
        await bot.until(lambda: len(bot.handled) == 20)
        bot.server.deliver(text(40, 9))
        await bot.until(lambda: len(bot.handled) == 21)
        assert max(bot.offsets) <= 10
        gate.set()
        await bot.until(lambda: len(bot.handled) == 31)
    for chat in range(3):
        mine = [
            update_id
            for update_id in bot.handled
            if update_id < 40 and update_id % 3 == (10 + chat) % 3
        ]
        assert mine == sorted(mine)
        assert len(mine) == 10
    assert bot.offsets[-1] == 41


async def test_what_fails_three_times_is_given_up_and_confirmed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bot = Bot()
    tries: Counter[int | None] = Counter()

    async def fails(update: Update) -> None:
        tries[update.update_id] += 1
        if update.update_id == 10 or tries[update.update_id] == 1:
            raise RuntimeError("secret")
        await bot.handle(update)

    async with bot.polling(fails):
        bot.server.deliver(text(10), text(11))
        await bot.until(lambda: bot.handled == [11])
    assert bot.given_up == [10]
    assert tries == {10: 3, 11: 2}
    assert bot.offsets[-1] == 12
    assert "RuntimeError at " in caplog.text
    assert "secret" not in caplog.text


async def test_even_an_update_that_cannot_be_given_up_is_let_go(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bot = Bot()

    async def fails(update: Update) -> None:
        if update.update_id == 11:
            await bot.handle(update)
        raise RuntimeError

    bot.give_up = fails  # type: ignore[method-assign]
    async with bot.polling(fails):
        bot.server.deliver(text(10), text(11))
        await bot.until(lambda: 11 in bot.handled)
        await bot.until(lambda: len(bot.handled) == 4)
    assert bot.offsets[-1] == 12
    assert "Update 10 was lost" in caplog.text


async def test_without_the_store_an_update_is_held_for_as_long_as_it_takes() -> None:
    bot = Bot()
    tries = 0

    async def away(update: Update) -> None:
        nonlocal tries
        tries += 1
        if tries <= 7:
            raise StoreUnavailable
        await bot.handle(update)

    async with bot.polling(away):
        bot.server.deliver(text(10))
        await bot.until(lambda: bot.handled == [10])
    assert not bot.given_up
    assert bot.offsets[-1] == 11


async def test_a_stop_leaves_a_held_update_and_those_behind_it_with_telegram() -> None:
    bot = Bot()

    async def away(update: Update) -> None:
        if update.update_id == 12:
            await bot.handle(update)
            return
        if update.update_id == 10:
            bot.stop.set()
            raise StoreUnavailable
        pytest.fail("out of order")

    async with bot.polling(away):
        bot.server.deliver(text(10), text(11), text(12, 6))
        await bot.until(lambda: bot.handled == [12])
    assert bot.handled == [12]
    assert bot.server.pending[:1] == [text(10)]
    assert max(bot.offsets) <= 10


async def test_a_stop_lets_what_is_under_way_finish() -> None:
    bot = Bot()

    async def stopped_meanwhile(update: Update) -> None:
        bot.stop.set()
        await asyncio.sleep(0.05)
        await bot.handle(update)

    async with bot.polling(stopped_meanwhile):
        bot.server.deliver(text(10))
        await bot.until(lambda: bot.handled == [10])
    assert bot.offsets[-1] == 11
    assert not bot.server.pending


async def test_troubles_are_told_in_a_line_and_waited_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bot = Bot()
    bot.server.answers.extend(
        [
            refusal(409, "Conflict: terminated by other getUpdates request"),
            "hang up",
            refusal(429, "Too Many Requests: retry after 1", retry_after=1),
        ]
    )
    async with bot.polling():
        bot.server.deliver(text(10))
        await bot.until(lambda: bot.handled == [10])
    conflict, line, flood = (record.getMessage() for record in caplog.records)
    assert "Another program fetches this bot's updates" in conflict
    assert "cannot be reached" in line
    assert flood.endswith("Trying again in 1 s.")


async def test_an_unknown_token_ends_it_at_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    bot = Bot()
    bot.server.answers.append(refusal(401, "Unauthorized"))
    with pytest.raises(InvalidToken, match="check TELEGRAM_BOT_TOKEN"):
        async with bot.polling():
            await asyncio.sleep(0.1)
    assert bot.server.methods == ["deleteWebhook"]
    assert "SECRET" not in caplog.text


async def test_of_one_chat_no_more_is_taken_than_its_record_remembers() -> None:
    bot = Bot()
    most = 0

    async def count(update: Update) -> None:
        nonlocal most
        await bot.handle(update)
        confirmed = bot.offsets[-1] - 100
        most = max(most, len(bot.handled) - max(0, confirmed))

    async with bot.polling(count):
        bot.server.deliver(*(text(100 + number) for number in range(90)))
        await bot.until(lambda: len(bot.handled) == 90)
    assert bot.handled == list(range(100, 190))
    assert most == REMEMBERED_UPDATES
    assert bot.offsets[-1] == 190


async def test_a_chat_that_writes_faster_than_it_is_answered_hides_nobody() -> None:
    bot = Bot()
    answered: list[int] = []

    async def slow_for_5(update: Update) -> None:
        assert isinstance(update, Incoming)
        if update.chat_id == 5:
            answered.append(update.update_id)
            await asyncio.sleep(0.1)  # as much as a second is, with these patiences
        await bot.handle(update)

    async with bot.polling(slow_for_5):
        bot.server.deliver(*(text(100 + number) for number in range(150)), text(250, 6))
        await bot.until(lambda: 250 in bot.handled)
        assert len(answered) < 100
        await bot.until(lambda: len(bot.handled) + len(bot.passed_over) == 151)
    assert len(answered) >= REMEMBERED_UPDATES
    assert sorted(answered + bot.passed_over) == list(range(100, 250))
    assert not bot.given_up


async def test_many_that_wait_for_the_store_hide_nobody_for_long() -> None:
    bot = Bot()

    async def only_from_memory(update: Update) -> None:
        if update.update_id != 230:
            raise StoreUnavailable("away")
        await bot.handle(update)

    async with bot.polling(only_from_memory):
        bot.server.deliver(*(text(100 + number, 1000 + number) for number in range(130)))
        bot.server.deliver(text(230, 6))
        await bot.until(lambda: bot.handled == [230])
        await bot.until(lambda: len(bot.given_up) >= 80)
        await asyncio.sleep(0.5)
        assert len(bot.given_up) <= 81  # those that hide nobody wait on


async def test_help_goes_ahead_of_what_waits_for_the_store() -> None:
    bot = Bot()
    bot.urgent = {11}
    back = asyncio.Event()

    async def without_store(update: Update) -> None:
        if update.update_id != 11 and not back.is_set():
            raise StoreUnavailable("away")
        await bot.handle(update)

    async with bot.polling(without_store):
        bot.server.deliver(text(10), text(11), text(12))
        await bot.until(lambda: bot.handled == [11])
        back.set()
        await bot.until(lambda: len(bot.handled) == 3)
    assert bot.handled == [11, 10, 12]
