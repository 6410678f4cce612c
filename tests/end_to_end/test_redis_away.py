"""Redis goes away and comes back under traffic: contacts go on, the rest waits, nothing is lost."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from running_bot import MODES, Mode, environment, reached, running, said, until

from bot.application import Application
from bot.local import LocalBotApi, Person
from bot.store.embedded import EmbeddedRedis


@pytest.fixture
async def server() -> AsyncIterator[LocalBotApi]:
    async with LocalBotApi(first_retry=0.05) as server:
        yield server


async def readiness(bot: Application) -> tuple[int, str]:
    url = f"http://{bot.settings.host}:{bot.settings.port}/readyz"
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        return response.status, await response.text()


async def healed(bot: Application) -> None:
    """Wait until the bot has noticed that Redis is back."""
    async with asyncio.timeout(10):
        while (await readiness(bot))[0] != 200:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def gets_contacts(person: Person) -> None:
    """Ask for a country's contacts in two ways; what is written waits a little for Redis."""
    await person.send("Kenya")
    await person.wait_for(lambda _: any("116" in m.text for m in person.replies), timeout=15)
    await person.send("/emergency")
    await person.wait_for(lambda _: any("112" in message.text for message in person.replies))


@pytest.mark.parametrize("mode", MODES)
async def test_redis_stops_and_starts_under_traffic(
    mode: Mode, server: LocalBotApi, tmp_path: Path
) -> None:
    sam, *others = people = [server.person(number) for number in range(1, 21)]
    newcomer = server.person(100)
    redis = contextlib.AsyncExitStack()
    url = (await redis.enter_async_context(EmbeddedRedis(tmp_path))).url
    async with redis, running(environment(server, tmp_path, mode, url)) as bot:
        for person in people:
            await person.start()
        for person in people:
            await reached(bot.store, person, 1)
        for person in others:
            await person.send("Peru")
        await redis.aclose()  # while all this is under way

        assert await readiness(bot) == (503, "Redis cannot be reached.\n")
        await gets_contacts(newcomer)
        press = await sam.press(1)  # needs to know where the conversation was
        assert "One moment" in (await sam.wait_for_answer(press)).text
        await newcomer.send("/privacy")
        for person in others:
            await person.wait_for(
                lambda _, one=person: any("Peru" in m.text for m in one.replies), timeout=15
            )
        assert not newcomer.replies

        async with EmbeddedRedis(tmp_path):
            await healed(bot)
            await reached(bot.store, sam, 2)
            assert "In which country" in sam.replies[-1].text
            await newcomer.wait_for(lambda _: any("privacy" in m.text for m in newcomer.replies))
            await sam.send("Kenya")
            await reached(bot.store, sam, 3)
            await until(lambda: not len(server.messenger.updates))  # none is left behind


@pytest.mark.parametrize("mode", MODES)
async def test_redis_is_away_when_the_bot_starts(
    mode: Mode, server: LocalBotApi, tmp_path: Path
) -> None:
    redis = EmbeddedRedis(tmp_path)
    sam = server.person(1)
    async with running(environment(server, tmp_path, mode, redis.url)) as bot:
        await sam.send("Kenya")
        await sam.wait_for(lambda _: any("116" in text for text in said(sam.chat)), timeout=15)
        assert await readiness(bot) == (503, "Redis cannot be reached.\n")
        async with redis:
            await healed(bot)
            await sam.send("/privacy")
            await reached(bot.store, sam, 1)
