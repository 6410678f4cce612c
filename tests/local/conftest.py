"""The server, a bot on python-telegram-bot, and a person, all real."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from telegram import Bot

from bot.local import LocalBotApi, Person

TOKEN = "123456:SAMPLE"


@pytest.fixture
async def server() -> AsyncIterator[LocalBotApi]:
    async with LocalBotApi(first_retry=0.02) as server:
        yield server


@pytest.fixture
async def bot(server: LocalBotApi) -> AsyncIterator[Bot]:
    async with Bot(TOKEN, base_url=f"{server.url}/bot") as bot:
        yield bot


@pytest.fixture
def ana(server: LocalBotApi) -> Person:
    return server.person(42, language_code="fr", first_name="Ana")


@pytest.fixture
async def http(server: LocalBotApi) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"{server.url}/bot{TOKEN}/") as http:
        yield http
