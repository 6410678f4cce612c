from __future__ import annotations

import asyncio
import io
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import msgspec
import pytest
from aiohttp import web

from bot.store.errors import StoreUnavailable
from bot.telegram.calls import Call
from bot.telegram.updates import Ignored, Update
from bot.web.webhook import BODY_BYTES, PATH, Webhook

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.telegram.calls import Ride

SECRET = "open-sesame"
UPDATE = {
    "update_id": 10,
    "message": {"message_id": 1, "chat": {"id": 5, "type": "private"}, "text": "my words"},
}


class Bot:
    def __init__(self) -> None:
        self.handled: list[Update] = []
        self.given_up: list[Update] = []
        self.errors: list[Exception] = []
        self.riding: list[Call] = []
        self.rode: list[bool] = []

    async def handle(self, update: Update, ride: Ride) -> None:
        self.handled.append(update)
        self.rode = [await ride(call) for call in self.riding]
        if self.errors:
            raise self.errors.pop(0)

    async def give_up(self, update: Update) -> None:
        self.given_up.append(update)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Callable[..., Awaitable[aiohttp.ClientResponse]]]:
        app = web.Application()
        Webhook(SECRET, self.handle, self.give_up).add_to(app)
        self.runner = runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"

        async def post(body: Any = UPDATE, secret: str | None = SECRET) -> aiohttp.ClientResponse:
            headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
            data = msgspec.json.encode(body) if isinstance(body, dict) else body
            async with session.post(url, data=data, headers=headers) as response:
                await response.read()
                return response

        try:
            async with aiohttp.ClientSession() as session:
                yield post
        finally:
            await runner.cleanup()


@pytest.fixture
def bot() -> Bot:
    return Bot()


async def test_an_update_is_handled_before_it_is_acknowledged(bot: Bot) -> None:
    async with bot.serving() as post:
        assert (await post()).status == 200
    assert [update.update_id for update in bot.handled] == [10]


@pytest.mark.parametrize("secret", [None, "", "open-sesam", "open-sesame ", "öffne dich"])
async def test_without_the_secret_nothing_gets_in(bot: Bot, secret: str | None) -> None:
    async with bot.serving() as post:
        # Trailing white space in a header is no part of its value.
        expected = 200 if secret == "open-sesame " else 401
        assert (await post(secret=secret)).status == expected
    assert len(bot.handled) == (expected == 200)


def test_an_empty_secret_is_refused(bot: Bot) -> None:
    with pytest.raises(ValueError, match="WEBHOOK_SECRET"):
        Webhook("", bot.handle, bot.give_up)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"message": {}}'])
async def test_what_is_no_update_is_refused(bot: Bot, body: bytes) -> None:
    async with bot.serving() as post:
        assert (await post(body)).status == 400
    assert not bot.handled


async def test_a_large_body_is_refused_announced_or_not(bot: Bot) -> None:
    async def trickle() -> AsyncIterator[bytes]:
        for _ in range(BODY_BYTES // 4096 + 2):
            yield b" " * 4096

    async with bot.serving() as post:
        assert (await post(io.BytesIO(b" " * (BODY_BYTES + 1)))).status == 413
        assert (await post(trickle())).status == 413
        assert (await post(msgspec.json.encode(UPDATE) + b" " * 900_000)).status == 200
    assert len(bot.handled) == 1


async def test_an_update_to_be_ignored_is_acknowledged(bot: Bot) -> None:
    async with bot.serving() as post:
        assert (await post({"update_id": 10, "message": {"text": 1}})).status == 200
    assert bot.handled == [Ignored(10, "malformed")]


async def test_without_the_store_telegram_keeps_the_update(bot: Bot) -> None:
    bot.errors = [StoreUnavailable() for _ in range(5)]
    async with bot.serving() as post:
        for _ in range(5):
            response = await post()
            assert (response.status, response.headers["Retry-After"]) == (503, "2")
        assert (await post()).status == 200
    assert not bot.given_up


async def test_what_fails_three_times_is_given_up(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    bot.errors = [RuntimeError("my words") for _ in range(3)]
    async with bot.serving() as post:
        assert [(await post()).status for _ in range(3)] == [500, 500, 200]
    assert [update.update_id for update in bot.given_up] == [10]
    told = [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]
    assert len(told) == 2
    assert "Update 10 failed: RuntimeError at " in told[0]
    assert "my words" not in caplog.text


async def test_failures_of_different_updates_are_counted_apart(bot: Bot) -> None:
    bot.errors = [RuntimeError() for _ in range(4)]
    async with bot.serving() as post:
        for update_id in (10, 11, 10, 11):
            assert (await post({**UPDATE, "update_id": update_id})).status == 500
        for update_id in (10, 11):
            assert (await post({**UPDATE, "update_id": update_id})).status == 200
    assert not bot.given_up


async def test_one_call_rides_back_in_the_response() -> None:
    bot = Bot()
    bot.riding = [Call("sendMessage", {"chat_id": 5, "text": "é"}), Call("getMe", {})]
    async with bot.serving() as post:
        for _ in range(3):
            response = await post()
            assert (response.status, response.content_type) == (200, "application/json")
            assert await response.json() == {"method": "sendMessage", "chat_id": 5, "text": "é"}
            assert bot.rode == [True, False]


async def test_what_goes_wrong_after_a_call_rode_does_not_take_it_back() -> None:
    bot = Bot()
    bot.riding = [Call("getMe", {})]
    bot.errors = [StoreUnavailable(), ValueError()]
    async with bot.serving() as post:
        for _ in range(2):
            response = await post()
            assert (response.status, await response.json()) == (200, {"method": "getMe"})


async def test_nothing_rides_where_nobody_waits_any_more() -> None:
    bot = Bot()
    arrived, gone = asyncio.Event(), asyncio.Event()
    rode = []

    async def handle(update: Update, ride: Ride) -> None:
        arrived.set()
        await gone.wait()
        rode.append(await ride(Call("getMe", {})))

    bot.handle = handle  # type: ignore[method-assign]
    async with bot.serving() as post:
        posting = asyncio.create_task(post())
        await arrived.wait()
        posting.cancel()
        await asyncio.wait({posting})
        while any(one.transport for one in bot.runner.server.connections):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        gone.set()
        while not rode:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert rode == [False]
