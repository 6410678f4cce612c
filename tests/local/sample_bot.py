"""A small bot on python-telegram-bot, long polling, that shows every kind of button."""

from __future__ import annotations

import asyncio
from typing import Any

from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.constants import ChatAction

GREETING = {
    "en": "<b>You saw something that worries you?</b>\nI help you reach those who can act.\n\n"
    "In danger now, call <code>112</code> or +33 1 40 97 11 99.\n"
    "<blockquote>You need not be sure. Reporting is enough.</blockquote>\n"
    '<a href="https://example.org/">How this works</a> · <tg-spoiler>hidden words</tg-spoiler>',
    "fr": "<b>Vous avez vu quelque chose d’inquiétant ?</b>\nJe vous mets en contact avec ceux qui "
    "peuvent agir.\n\nEn cas de danger immédiat, appelez le <code>112</code> ou le "
    "+33 1 40 97 11 99.\n<blockquote>Pas besoin d’être certain : signaler suffit.</blockquote>\n"
    '<a href="https://example.org/">Comment ça marche</a> · <tg-spoiler>mots cachés</tg-spoiler>',
    "ar": "<b>هل رأيت شيئًا يقلقك؟</b>\nأساعدك على الوصول إلى من يستطيع التصرف.\n\n"
    "في حال الخطر الآن اتصل على <code>112</code> أو +33 1 40 97 11 99.\n"
    "<blockquote>لا يلزم أن تكون متأكدًا. يكفي الإبلاغ.</blockquote>\n"
    '<a href="https://example.org/">كيف يعمل هذا</a> · <tg-spoiler>كلمات مخفية</tg-spoiler>',
}
BUTTONS = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("🚨 A child is in danger now", callback_data="danger")],
        [
            InlineKeyboardButton("Report", callback_data="report"),
            InlineKeyboardButton("Who to call", callback_data="call"),
        ],
        [
            InlineKeyboardButton("Website", url="https://example.org/"),
            InlineKeyboardButton("Copy 112", copy_text=CopyTextButton("112")),
        ],
    ]
)
KEYS = ReplyKeyboardMarkup(
    [[KeyboardButton("📍 Share my location", request_location=True)], ["Kenya", "France"]],
    resize_keyboard=True,
    input_field_placeholder="Country or town",
)


async def answer(bot: Bot, update: Update) -> None:
    """One update, answered."""
    if query := update.callback_query:
        await query.answer("Call 112 now" if query.data == "danger" else "", query.data == "danger")
        if query.data == "danger":
            return
        if query.data == "call":
            await query.edit_message_text("Call <code>116 111</code>", parse_mode="HTML")
            return
        await bot.send_message(query.from_user.id, "Where did it happen?", reply_markup=KEYS)
    elif message := update.message:
        chat_id = message.chat_id
        text = message.text or ""
        if text.startswith("/start"):
            await bot.send_chat_action(chat_id, ChatAction.TYPING)
            language = (message.from_user and message.from_user.language_code) or "en"
            greeting = GREETING.get(language, GREETING["en"])
            await bot.send_message(chat_id, greeting, "HTML", reply_markup=BUTTONS)
            if payload := text.removeprefix("/start").strip():
                await bot.send_message(chat_id, f"You came by {payload}")
        elif message.location:
            place = f"{message.location.latitude:.2f}, {message.location.longitude:.2f}"
            await bot.send_message(
                chat_id, f"You are at {place}", reply_markup=ReplyKeyboardRemove()
            )
        elif message.photo:
            await bot.send_message(chat_id, "Please send no pictures.")
        elif text == "file":
            document = InputFile(b"%PDF " + b"x" * 28_000, "reçu <b> 2026-11-25.pdf")
            await bot.send_document(chat_id, document, caption="<b>Yours</b>", parse_mode="HTML")
        elif text:
            await bot.send_message(chat_id, f"You said: {text}")


async def run(base_url: str, token: str = "123456:SAMPLE") -> None:
    """Answer until cancelled."""
    async with Bot(token, base_url=f"{base_url}/bot") as bot:
        offset: Any = None
        while True:
            for update in await bot.get_updates(offset=offset, timeout=20, read_timeout=25):
                offset = update.update_id + 1
                await answer(bot, update)


async def stop(task: asyncio.Task[None]) -> None:
    """End a running bot."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
