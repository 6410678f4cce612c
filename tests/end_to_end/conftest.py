from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from itertools import count

import pytest
import pytest_asyncio
from running_bot import MODES, environment, running

from bot.application import Application
from bot.local import LocalBotApi, Person

_numbers = count(1001)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[LocalBotApi]:
    async with LocalBotApi(first_retry=0.05) as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=MODES)
async def bot(
    request: pytest.FixtureRequest, server: LocalBotApi, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Application]:
    """The bot, ready, by long polling and then by webhook."""
    folder = tmp_path_factory.mktemp("data")
    async with running(environment(server, folder, request.param)) as application:
        yield application


@pytest.fixture
def newcomer(server: LocalBotApi) -> Callable[..., Person]:
    """Somebody who has never written before: ``newcomer("fr")``."""
    return lambda language="en": server.person(next(_numbers), language)
