"""Somebody asks for messages, changes their mind and their language, and ends it: over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from running_bot import MODES, Mode, environment, reached, running, until

from bot.application import Application
from bot.conversation.profile import Profile, Trip
from bot.conversation.session import unpack
from bot.local import ChatMessage, LocalBotApi, Person
from bot.store import keys
from bot.store.embedded import EmbeddedRedis
from bot.store.subscribers import Subscriber

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("conversations")]

CUP = "fifa-womens-world-cup-2027"


async def press(person: Person, label: str) -> None:
    """Press the last button whose label contains this."""
    for message in reversed(person.chat.visible):
        keyboard = (message.reply_markup or {}).get("inline_keyboard", [])
        labels = [button["text"] for row in keyboard for button in row]
        for number, text in enumerate(labels):
            if label in text:
                await person.press(number, message)
                return
    raise AssertionError(label)


async def does(bot: Application, person: Person, *acts: str) -> str:
    """Send each text, or press a [button]; all that was said to the last."""
    for act in acts:
        chat = await bot.store.load(person.chat.id)
        taken = unpack(chat.session, chat.secret).turn if chat.session else 0
        if act.startswith("["):
            await press(person, act.strip("[]"))
        else:
            await person.send(act)
        said = await reached(bot.store, person, taken + 1)
    return "\n".join(said)


async def ended(bot: Application, person: Person) -> None:
    """Wait until nothing is sent to somebody any more."""
    async with asyncio.timeout(10):
        while await kept(bot, person) is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def kept(bot: Application, person: Person) -> Subscriber | None:
    return await bot.subscribers.get(person.chat.id)


async def asks(bot: Application, person: Person) -> None:
    """Ask to be told of awareness days."""
    await does(bot, person, "/reminders", "[📅 Awareness days]")
    assert await kept(bot, person) is None  # nothing before the yes
    await does(bot, person, "[🔔 Yes, write to me]")


@pytest.fixture(autouse=True)
def quick_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """People do not press as quickly as a test; nobody is to wait for the pace of a chat."""
    monkeypatch.setattr("bot.telegram.rate_limit.BURST", 100)


only_polling = pytest.mark.parametrize("bot", ["polling"], indirect=True)
"""What is tried there does not depend on how updates come."""


async def test_from_consent_to_the_end(bot: Application, newcomer: Callable[..., Person]) -> None:
    sam = newcomer()
    began = int(datetime.now(UTC).timestamp())
    await does(bot, sam, "/tips", "Fortaleza, 20 June to 3 July 2027", "[🔔 Remind me]")
    assert await kept(bot, sam) is None  # nothing before the yes
    await does(bot, sam, "[🔔 Yes, write to me]", "Belgium")
    found = await kept(bot, sam)
    assert found is not None
    assert (found.locale, found.home) == ("en", "BE")
    assert found.trip == Trip("BR", "Fortaleza", "2027-06-20", "2027-07-03")
    consent, _ = found.topics["trip"]
    assert began <= consent <= datetime.now(UTC).timestamp()

    await does(bot, sam, f"/start ev_{CUP}", "[🔔 Remind me]", "[🔔 Yes, write to me]")
    said = await does(bot, sam, "/reminders")
    assert "Fortaleza" in said
    assert "FIFA Women" in said

    await does(bot, sam, "/language", "[العربية]")
    found = await kept(bot, sam)
    assert found is not None
    assert found.locale == "ar"
    assert set(found.topics) == {"trip", f"event:{CUP}"}

    await does(bot, sam, "توقف")  # a language that runs from right to left
    assert await kept(bot, sam) is None


@only_polling
async def test_erasing_ends_them_before_it_says_so(
    bot: Application, newcomer: Callable[..., Person]
) -> None:
    sam = newcomer()
    await asks(bot, sam)
    await does(bot, sam, "/erase")
    await press(sam, "Yes, erase")
    await sam.wait_for(lambda _: any("forgotten everything" in m.text for m in sam.replies))
    assert await kept(bot, sam) is None
    await reached(bot.store, sam, 0)
    assert "No reminders are on" in await does(bot, sam, "/reminders")


@only_polling
async def test_a_blocked_bot_ends_them_and_does_not_take_them_up_again(
    bot: Application, newcomer: Callable[..., Person]
) -> None:
    sam = newcomer()
    await asks(bot, sam)
    await sam.block()
    await ended(bot, sam)
    await sam.unblock()
    assert "No reminders are on" in await does(bot, sam, "/reminders")
    assert await kept(bot, sam) is None


@only_polling
async def test_who_comes_back_after_a_month_is_known_by_their_reminders(
    bot: Application, newcomer: Callable[..., Person]
) -> None:
    sam = newcomer("fr")  # the language of their Telegram
    trip = Trip("BR", "Fortaleza", "2027-06-20", "2027-07-03")
    profile = Profile("en", "BE", "family", trip)
    await bot.subscribers.subscribe(sam.chat.id, "trip", 0, profile, consent=1)
    assert "Your trip: Fortaleza, Brazil" in await does(bot, sam, "/reminders")
    assert "Your trip to Fortaleza" in await does(bot, sam, "/tips")


@only_polling
async def test_an_unsubscription_comes_before_its_confirmation(
    bot: Application, newcomer: Callable[..., Person]
) -> None:
    sam = newcomer()
    await asks(bot, sam)
    pushing = keys.pushing(keys.shard(sam.chat.id))
    redis = bot.store._redis
    await redis.run("HSET", pushing, sam.chat.id, "a message that is on its way")
    await sam.send("/stop")
    await ended(bot, sam)
    assert not _stopped(sam.replies)
    await redis.run("HDEL", pushing, sam.chat.id)
    await sam.wait_for(lambda _: _stopped(sam.replies))


def _stopped(replies: list[ChatMessage]) -> bool:
    return any("You get no more reminders" in message.text for message in replies)


@only_polling
async def test_stop_twice_at_once_and_delivered_twice(
    bot: Application, newcomer: Callable[..., Person]
) -> None:
    sam = newcomer()
    await asks(bot, sam)
    await asyncio.gather(sam.send("/stop"), sam.send("stop"))
    await sam.wait_for(
        lambda _: (
            [_stopped([m]) or "No reminders" in m.text for m in sam.chat.visible[-2:]]
            == [True, True]
        )
    )
    assert await kept(bot, sam) is None


@only_polling
async def test_four_thousand_letters_about_stopping_stop_nothing(
    bot: Application, newcomer: Callable[..., Person]
) -> None:
    sam = newcomer()
    await asks(bot, sam)
    await does(bot, sam, ("stop " * 820)[:4096])
    assert await kept(bot, sam) is not None


@pytest.mark.parametrize("mode", MODES)
async def test_a_stop_while_redis_is_away_is_not_lost(mode: Mode, tmp_path: Path) -> None:
    redis = contextlib.AsyncExitStack()
    url = (await redis.enter_async_context(EmbeddedRedis(tmp_path))).url
    async with (
        LocalBotApi(first_retry=0.05) as server,
        redis,
        running(environment(server, tmp_path, mode, url)) as bot,
    ):
        sam = server.person(1)
        await asks(bot, sam)
        await redis.aclose()
        await sam.send("/stop")
        await until(lambda: len(server.messenger.updates))  # it stays with Telegram
        async with EmbeddedRedis(tmp_path):
            await sam.wait_for(lambda _: _stopped(sam.replies), timeout=15)
            assert await kept(bot, sam) is None
