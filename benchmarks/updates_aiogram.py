"""aiogram 3, as ``benchmarks.updates`` measures the bot against it: it need not be installed."""

from __future__ import annotations

import json
import logging
import os

import uvloop
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import InlineKeyboardButton as Button
from aiogram.types import InlineKeyboardMarkup as Keyboard
from aiogram.types import Message

from benchmarks.updates_servers import BUTTONS, TEXT, serve


class Talk(StatesGroup):
    """Where a conversation stands."""

    asked = State()


async def answer_by_aiogram() -> None:
    """A conversation of questions, each answered with one message, kept by its own storage."""

    server = TelegramAPIServer.from_base(os.environ["TELEGRAM_API_URL"])
    bot = Bot(
        os.environ["TELEGRAM_BOT_TOKEN"],
        session=AiohttpSession(api=server),
        default=DefaultBotProperties(parse_mode="HTML"),
    )
    storage = RedisStorage.from_url(os.environ["REDIS_URL"], {"max_connections": 1000})
    dispatcher = Dispatcher(storage=storage)

    async def step(message: Message, state: FSMContext) -> None:
        await state.update_data(said=message.text)
        await state.set_state(Talk.asked)
        rows = [[Button(text=text, callback_data=data) for text, data in row] for row in BUTTONS]
        await message.answer(TEXT, reply_markup=Keyboard(inline_keyboard=rows))

    dispatcher.message.register(step, StateFilter(None, Talk.asked))

    async def take(body: bytes) -> None:
        await dispatcher.feed_raw_update(bot, json.loads(body))

    await serve(take)


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    uvloop.run(answer_by_aiogram())
