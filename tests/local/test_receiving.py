"""How updates reach the bot: by asking, by webhook, never both, and never lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import Conflict

from bot.local import LocalBotApi, Person

Hook = Callable[[dict[str, Any], web.Request], Awaitable[web.Response]]


@asynccontextmanager
async def webhook(hook: Hook) -> AsyncIterator[str]:
    """A bot's web server at the yielded address."""

    async def receive(request: web.Request) -> web.Response:
        return await hook(await request.json(), request)

    app = web.Application()
    app.router.add_post("/", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


async def test_unconfirmed_updates_come_again(bot: Bot, ana: Person) -> None:
    for word in ("one", "two", "three"):
        await ana.send(word)
    first = await bot.get_updates(limit=2)
    assert [u.update_id for u in first] == [1, 2]
    assert [u.update_id for u in await bot.get_updates()] == [1, 2, 3]
    assert [u.update_id for u in await bot.get_updates(offset=3)] == [3]
    assert [u.update_id for u in await bot.get_updates()] == [3]
    await ana.send("four")
    await ana.send("five")
    assert [u.update_id for u in await bot.get_updates(offset=-1)] == [5]


async def test_a_long_poll_ends_when_something_happens(bot: Bot, ana: Person) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    while not poll.done():
        await asyncio.sleep(0.01)
        if not ana.chat.messages:
            await ana.send("hello")
    (update,) = await poll
    assert update.message and update.message.text == "hello"


async def test_only_wanted_kinds_are_kept(bot: Bot, ana: Person) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    assert "update_id" not in await ana.send("unwanted")
    await bot.get_updates(allowed_updates=[])
    assert (await ana.send("wanted"))["update_id"] == 1


async def test_two_ways_of_receiving_are_a_conflict(
    server: LocalBotApi, bot: Bot, http: aiohttp.ClientSession
) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=30))
    async with http.get("getUpdates"):
        pass
    while not older.done():
        await asyncio.sleep(0.02)
        async with http.get("getUpdates"):
            pass
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await older
    await bot.set_webhook("http://127.0.0.1:9/")
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_a_webhook_gets_the_secret_and_each_chat_in_order(
    server: LocalBotApi, bot: Bot, ana: Person
) -> None:
    heard: list[str] = []
    refusals = {"one": 2}
    done = asyncio.Event()

    async def hook(update: dict[str, Any], request: web.Request) -> web.Response:
        assert request.headers["X-Telegram-Bot-Api-Secret-Token"] == "s3cret"
        text = update["message"]["text"]
        if refusals.get(text, 0):
            refusals[text] -= 1
            return web.Response(status=503)
        heard.append(text)
        if len(heard) == 3:
            done.set()
        return web.Response()

    await ana.send("one")
    async with webhook(hook) as address:
        await bot.set_webhook(address, secret_token="s3cret", max_connections=2)
        await ana.send("two")
        await ana.send("three")
        async with asyncio.timeout(5):
            await done.wait()
        info = await bot.get_webhook_info()
        await bot.delete_webhook()
    assert heard == ["one", "two", "three"]
    assert info.last_error_message == ("Wrong response from the webhook: 503 Service Unavailable")
    assert await bot.get_updates() == ()


async def test_presses_do_not_wait_behind_messages(
    server: LocalBotApi, bot: Bot, ana: Person
) -> None:
    release, pressed = asyncio.Event(), asyncio.Event()

    async def hook(update: dict[str, Any], _: web.Request) -> web.Response:
        if "callback_query" in update:
            pressed.set()
        else:
            await release.wait()
        return web.Response()

    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])
    await bot.send_message(42, "x", reply_markup=keys)
    async with webhook(hook) as address:
        await bot.set_webhook(address)
        await ana.send("slow")
        await ana.press("Go")
        async with asyncio.timeout(5):
            await pressed.wait()
        release.set()
        await bot.delete_webhook()


async def test_a_webhook_may_answer_with_a_method_and_ask_for_time(
    server: LocalBotApi, bot: Bot, ana: Person
) -> None:
    attempts: list[float] = []

    async def hook(update: dict[str, Any], _: web.Request) -> web.Response:
        attempts.append(asyncio.get_running_loop().time())
        if len(attempts) == 1:
            return web.Response(status=503, headers={"Retry-After": "1"})
        return web.json_response({"method": "sendMessage", "chat_id": 42, "text": "at last"})

    async with webhook(hook) as address:
        await bot.set_webhook(address)
        await ana.send("x")
        (reply,) = await ana.wait_for(1)
        await bot.delete_webhook()
    assert reply.text == "at last"
    assert attempts[1] - attempts[0] >= 0.99


async def test_an_update_can_be_delivered_again(server: LocalBotApi, bot: Bot, ana: Person) -> None:
    update = await ana.send("x")
    await bot.get_updates(offset=2)
    server.deliver_again(update)
    server.deliver_again(update)
    assert [u.update_id for u in await bot.get_updates(offset=2)] == [1, 1]
    assert await bot.get_updates(offset=2) == ()


async def test_a_restart_keeps_chats_updates_profile_and_webhook(tmp_path: Path) -> None:
    store = tmp_path / "deep" / "chats.db"
    async with LocalBotApi(store_path=store) as server:
        ana = server.person(42)
        async with Bot("1:A", base_url=f"{server.url}/bot") as bot:
            await ana.send("before")
            await bot.send_message(42, "answer")
            gone = await bot.send_message(42, "top secret words")
            await bot.delete_message(42, gone.message_id)
            await bot.set_my_description("About")
            await bot.set_webhook("http://127.0.0.1:9/")
    assert store.stat().st_mode & 0o077 == 0
    for file in store.parent.iterdir():
        assert b"top secret words" not in file.read_bytes()
    async with LocalBotApi(store_path=store) as server:
        ana = server.person(42)
        assert ana.chat.texts == ["before", "answer"]
        async with Bot("1:A", base_url=f"{server.url}/bot") as bot:
            assert (await bot.get_webhook_info()).url == "http://127.0.0.1:9/"
            await bot.delete_webhook()
            assert (await bot.get_my_description()).description == "About"
            assert [u.update_id for u in await bot.get_updates()] == [1]
            assert (await ana.send("after"))["update_id"] == 2
            assert (await bot.send_message(42, "x")).message_id == 5


async def test_other_names_for_this_computer_are_refused(server: LocalBotApi) -> None:
    async with aiohttp.ClientSession() as http:
        for host, code in (("localhost", 200), ("evil.example", 421)):
            async with http.get(server.url, headers={"Host": host}) as response:
                assert response.status == code
        async with http.get(server.url) as response:
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        async with http.post(f"{server.url}/chat", data="{}") as response:
            assert response.status == 415
        async with http.get(f"{server.url}/chat/guess") as response:
            assert response.status == 404
