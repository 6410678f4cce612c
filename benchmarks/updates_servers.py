"""What ``benchmarks.updates`` measures the bot against; each serves a webhook as the bot does."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
import os
import pickle
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import msgspec
import uvloop
from aiohttp import web
from redis.asyncio import Redis
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    BasePersistence,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PersistenceInput,
    filters,
)

from bot.telegram.request import AiohttpRequest
from bot.web.webhook import PATH

TEXT = "<b>Kenya</b>\n" + "Childline Kenya, day and night, free of charge: 116\n" * 6
BUTTONS = [[("Choice", f"choice:{row}")] for row in range(4)]
SECRET = os.environ["WEBHOOK_SECRET"]


async def serve(take: Callable[[bytes], Awaitable[None]]) -> None:
    """Check the secret, have an update handled, answer 200."""

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given, SECRET):
            return web.Response(status=401)
        await take(await request.read())
        return web.Response()

    app = web.Application()
    app.router.add_post(PATH, receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"])).start()
    await asyncio.Event().wait()


async def floor() -> None:
    """The least that an update can cost: read it, load, store, send one message."""
    redis = Redis.from_url(os.environ["REDIS_URL"], max_connections=1000)
    url = f"{os.environ['TELEGRAM_API_URL']}/bot{os.environ['TELEGRAM_BOT_TOKEN']}/sendMessage"
    keyboard = [[{"text": text, "callback_data": data} for text, data in row] for row in BUTTONS]
    headers = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers) as http:

        async def take(body: bytes) -> None:
            chat = msgspec.json.decode(body)["message"]["chat"]["id"]
            await redis.get(f"chat:{chat}")
            await redis.set(f"chat:{chat}", body[:200], px=10**9)
            message = {
                "chat_id": chat,
                "text": TEXT,
                "parse_mode": "HTML",
                "reply_markup": {"inline_keyboard": keyboard},
            }
            async with http.post(url, data=msgspec.json.encode(message)) as response:
                msgspec.json.decode(await response.read())

        await serve(take)


class RedisPersistence(BasePersistence):  # type: ignore[type-arg]
    """Writes conversations and what is kept of people to Redis, one field of a hash each."""

    def __init__(self, url: str) -> None:
        kept = PersistenceInput(bot_data=False, chat_data=False, callback_data=False)
        super().__init__(kept, update_interval=3600)  # written after each update instead
        self._redis = Redis.from_url(url, max_connections=1000)

    async def get_conversations(self, name: str) -> dict[Any, Any]:
        stored = await self._redis.hgetall(f"conversations:{name}")
        return {pickle.loads(key): pickle.loads(state) for key, state in stored.items()}

    async def update_conversation(self, name: str, key: Any, new_state: object) -> None:
        await self._redis.hset(f"conversations:{name}", pickle.dumps(key), pickle.dumps(new_state))

    async def get_user_data(self) -> dict[int, Any]:
        stored = await self._redis.hgetall("users")
        return {int(user): pickle.loads(data) for user, data in stored.items()}

    async def update_user_data(self, user_id: int, data: Any) -> None:
        await self._redis.hset("users", str(user_id), pickle.dumps(data))

    async def drop_user_data(self, user_id: int) -> None:
        await self._redis.hdel("users", str(user_id))

    async def flush(self) -> None:
        """Everything is written already."""

    async def _unused(self, *_: Any, **__: Any) -> Any:
        """Of no use here."""

    get_chat_data = get_bot_data = get_callback_data = refresh_user_data = _unused
    update_chat_data = update_bot_data = update_callback_data = _unused
    drop_chat_data = refresh_chat_data = refresh_bot_data = _unused


async def stock(concurrent: bool = False, own_backend: bool = False) -> None:
    """A conversation of questions, each answered with one message, on python-telegram-bot."""

    async def step(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        assert update.message is not None
        assert context.user_data is not None
        context.user_data["said"] = update.message.text
        keyboard = [[InlineKeyboardButton(*key) for key in row] for row in BUTTONS]
        await update.message.reply_html(TEXT, reply_markup=InlineKeyboardMarkup(keyboard))
        return 1

    handler = MessageHandler(filters.TEXT, step)
    builder = Application.builder()
    if own_backend:
        builder = builder.request(AiohttpRequest()).get_updates_request(AiohttpRequest())
    application = (
        builder.token(os.environ["TELEGRAM_BOT_TOKEN"])
        .base_url(f"{os.environ['TELEGRAM_API_URL']}/bot")
        .persistence(RedisPersistence(os.environ["REDIS_URL"]))
        .updater(None)
        .build()
    )
    application.add_handler(
        ConversationHandler([handler], {1: [handler]}, [], name="talk", persistent=True)
    )
    await application.initialize()
    # By default the library takes one update after the other.
    turnstile = contextlib.nullcontext() if concurrent else asyncio.Lock()

    async def take(body: bytes) -> None:
        async with turnstile:
            update = Update.de_json(json.loads(body), application.bot)
            await application.process_update(update)
            await application.update_persistence()

    await serve(take)


SERVERS = {
    "floor": floor,
    "stock": stock,
    "stock-concurrent": lambda: stock(concurrent=True),
    "stock-own-backend": lambda: stock(own_backend=True),
}

if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    uvloop.run(SERVERS[sys.argv[1]]())
