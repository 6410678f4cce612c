"""Conversations over HTTP with the bot as a whole, by long polling and by webhook."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pypdf import PdfReader
from running_bot import SECRET, Mode, environment, reached, running, said, until

from bot.application import Application
from bot.conversation.session import unpack
from bot.local import LocalBotApi, Person
from bot.telegram.profile import Profile
from bot.web.webhook import PATH

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("conversations")]

Newcomer = Callable[..., Person]


async def whole_visit(bot: Application, person: Person) -> list[tuple[str, Any]]:
    """From the first word to being forgotten; what was shown just before that."""
    await person.start()
    await reached(bot.store, person, 1)
    await person.press(1)  # find the right contact
    await reached(bot.store, person, 2)
    await person.send("Kenya")
    assert any("116" in text for text in await reached(bot.store, person, 3))
    await person.press(0)  # add my country
    await reached(bot.store, person, 4)
    await person.send("France")
    assert any("ECPAT France" in text for text in await reached(bot.store, person, 5))
    await person.send("/emergency")
    assert any("999" in text for text in await reached(bot.store, person, 6))
    await person.send("/back")
    await reached(bot.store, person, 7)
    await person.send("/privacy")
    await reached(bot.store, person, 8)
    shown = [(m.text, m.reply_markup) for m in person.chat.visible]
    await person.press(0)  # erase everything
    await reached(bot.store, person, 9)
    press = await person.press(0)  # yes
    await person.wait_for_answer(press)
    await person.wait_until(lambda: len(person.chat.visible) == 1)
    return shown


async def test_the_same_conversation_by_polling_and_by_webhook(tmp_path: Path) -> None:
    async def visits(mode: Mode) -> dict[str, list[tuple[str, Any]]]:
        async with (
            LocalBotApi() as server,
            running(environment(server, tmp_path / mode, mode)) as bot,
        ):
            return {
                locale: await whole_visit(bot, server.person(number, locale))
                for number, locale in enumerate(bot.content.catalogues.languages, 1)
            }

    polled, pushed = await asyncio.gather(visits("polling"), visits("webhook"))
    assert polled == pushed
    assert len({str(shown) for shown in polled.values()}) == len(polled)  # each in its language


async def test_a_witness_reports_and_nothing_readable_stays_in_redis(
    bot: Application, newcomer: Newcomer
) -> None:
    sam = newcomer()
    answers = [1, "Mombasa", 0, "A man with a small girl at the lift", 0, "Hotel, room 412"]
    skipped = [0] * 7
    for turn, answer in enumerate(["/report", *answers, *skipped], 1):
        await (sam.press(answer) if isinstance(answer, int) else sam.send(answer))
        shown = await reached(bot.store, sam, turn)
    summary = shown[-2]
    assert "Your report" in summary
    assert "small girl" in summary
    assert "room 412" in summary
    record = await bot.store.load(sam.chat.id)
    assert unpack(record.session, record.secret).secrets["report_spot"] == "Hotel, room 412"
    files = [path for path in bot.settings.data_dir.rglob("*") if path.is_file()]
    kept = b"".join(path.read_bytes() for path in files)
    assert b"report_form" in kept  # the append-only file has been written
    assert b"room 412" not in kept


async def test_a_report_comes_as_files_which_nobody_reads_on_the_way(
    bot: Application, server: LocalBotApi, newcomer: Newcomer
) -> None:
    sam = newcomer()
    told = ["/report", 1, "Mombasa", 0, "A small girl, behind seat 38C", *["Skip"] * 9]
    for turn, answer in enumerate([*told, "✅ Show me where to send it"], 1):
        known = isinstance(answer, int) or answer in ("Skip", "✅ Show me where to send it")
        await (sam.press(answer) if known else sam.send(answer))
        await reached(bot.store, sam, turn)
    server.fail("sendDocument", 429, "Too Many Requests: retry after 4", retry_after=4)
    await sam.press("📄 As a file")
    async with asyncio.timeout(10):  # till it is known that Telegram takes no file yet
        while (waiting := await bot.store.load(sam.chat.id)).owner or not waiting.effects:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert sum(map(len, waiting.effects)) > 15_000
    assert b"%PDF" in b"".join(waiting.effects)
    kept = b"".join(
        path.read_bytes() for path in bot.settings.data_dir.rglob("*") if path.is_file()
    )
    assert b"report_form" in kept
    for words in (b"behind seat", b"sendDocument", "behind seat".encode("utf-16-be"), b"%PDF-1."):
        assert words not in kept
    await reached(bot.store, sam, len(told) + 2, seconds=15)
    files = [file.upload for m in sam.replies if (file := server.messenger.files.of(m))]
    text, pdf = sorted(files, key=lambda file: file.media_type, reverse=True)
    assert "A small girl, behind seat 38C" in text.content.decode("utf-8-sig")
    (page,) = PdfReader(BytesIO(pdf.content)).pages
    assert "A small girl, behind seat 38C" in page.extract_text()

    await sam.send("/privacy")
    await reached(bot.store, sam, len(told) + 3)
    await sam.press(0)
    await reached(bot.store, sam, len(told) + 4)
    await sam.press(0)
    await sam.wait_until(lambda: len(sam.chat.visible) == 1)
    assert not any(server.messenger.files.of(message) for message in sam.chat.messages.values())


async def test_an_update_delivered_thrice_acts_once_and_is_answered(
    bot: Application, server: LocalBotApi, newcomer: Newcomer
) -> None:
    sam = newcomer()
    update = await sam.start("hotline-KE")
    server.deliver_again(update)
    answer = await reached(bot.store, sam, 1)
    server.deliver_again(update)

    press = await sam.press(0)
    server.deliver_again(press)
    server.deliver_again(press)
    await reached(bot.store, sam, 2)
    await sam.wait_for_answer(press)
    once = len(said(sam.chat))

    await sam.send("/help")
    await reached(bot.store, sam, 3)
    assert said(sam.chat)[: len(answer)] == answer
    assert len(said(sam.chat)) == once + len(sam.replies)


async def test_two_taps_in_the_same_millisecond_act_once(
    bot: Application, newcomer: Newcomer
) -> None:
    sam = newcomer()
    await sam.start()
    await reached(bot.store, sam, 1)
    menu = sam.chat.visible[-1]
    await sam.press(1, menu)
    await sam.press(1, menu)
    await sam.wait_until(lambda: len(sam.answers) == 2)
    await reached(bot.store, sam, 2)
    await sam.send("Kenya")
    await reached(bot.store, sam, 3)
    assert sum("In which country" in text for text in said(sam.chat)) == 1


async def test_200_chats_at_once_are_each_answered_in_order(
    bot: Application, newcomer: Newcomer
) -> None:
    async def hurried(person: Person) -> list[str]:
        for text in ("/start", "Kenya", "/emergency", "Peru", "/privacy"):
            await person.send(text)
        await reached(bot.store, person, 5, seconds=30)
        return said(person.chat)

    first, *others = await asyncio.gather(*(hurried(newcomer()) for _ in range(200)))
    assert all(other == first for other in others)
    order = ["What do you need", "Kenya", "999", "Peru", "Your privacy"]
    places = [next(i for i, text in enumerate(first) if words in text) for words in order]
    assert places == sorted(places)


async def test_somebody_who_blocked_the_bot_is_noted_and_may_come_back(
    bot: Application, server: LocalBotApi, newcomer: Newcomer
) -> None:
    async def gone(person: Person) -> bool:
        return (await bot.store.load(person.chat.id)).gone

    async def noted(person: Person, expected: bool) -> None:
        async with asyncio.timeout(5):
            while await gone(person) != expected:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    sam, ana = newcomer(), newcomer()
    await sam.send("Kenya")
    await reached(bot.store, sam, 1)
    await sam.block()
    await noted(sam, True)
    # Ana's update and her block cross on the way: only the answer meets the closed door.
    server.fail("sendMessage", 403, "Forbidden: bot was blocked by the user")
    await ana.send("Kenya")
    await noted(ana, True)
    assert said(ana.chat) == []

    for person in (sam, ana):
        await person.start()
        await reached(bot.store, person, 2)
        await noted(person, False)


async def test_telegrams_request_to_wait_is_honoured(
    bot: Application, server: LocalBotApi, newcomer: Newcomer
) -> None:
    sam = newcomer()
    server.fail("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)
    asked = time.monotonic()
    await sam.start()
    await sam.wait_for(1)
    assert time.monotonic() - asked >= 1
    await reached(bot.store, sam, 1)
    assert len(said(sam.chat)) == 2


async def test_a_longer_wait_does_not_lose_the_answer(
    bot: Application, server: LocalBotApi, newcomer: Newcomer
) -> None:
    sam = newcomer()
    server.fail("sendMessage", 429, "Too Many Requests: retry after 4", retry_after=4)
    asked = time.monotonic()
    await sam.start()
    await sam.wait_for(2, timeout=15)
    assert time.monotonic() - asked >= 4
    assert len(said(sam.chat)) == 2


async def test_pictures_are_refused_and_the_question_stays_open(
    bot: Application, newcomer: Newcomer
) -> None:
    sam = newcomer()
    await sam.send("/hotline")
    await reached(bot.store, sam, 1)
    for number, kind in enumerate(("photo", "video", "voice", "document"), 2):
        await sam.send_media(kind)
        refusal = await reached(bot.store, sam, number)
        assert len(refusal) == 2
    await sam.send("Kenya")
    assert any("999" in text for text in await reached(bot.store, sam, 6))


async def test_a_group_is_pointed_to_the_private_chat(
    bot: Application, server: LocalBotApi, newcomer: Newcomer
) -> None:
    group, sam = server.group(-newcomer().chat.id), newcomer()
    server.say_in(group, "Hello all", sam)
    server.say_in(group, f"/start@{bot.username}", sam)
    await until(lambda: said(group))
    await sam.send("/help")
    await reached(bot.store, sam, 1)
    (pointer,) = [message for message in group.visible if message.by_bot]
    assert f"https://t.me/{bot.username}" in str(pointer.reply_markup)


async def test_edits_and_channels_are_left_alone(
    bot: Application, server: LocalBotApi, newcomer: Newcomer
) -> None:
    sam, channel = newcomer(), server.group(-newcomer().chat.id, kind="channel")
    await sam.send("Kenya")
    await reached(bot.store, sam, 1)
    await sam.edit("Peru")
    server.say_in(channel, "Kenya")
    await sam.send("/help")
    await reached(bot.store, sam, 2)
    assert not any("Peru" in text for text in said(sam.chat))
    assert said(channel) == []


async def test_a_deep_link_leads_straight_to_the_contacts(
    bot: Application, newcomer: Newcomer
) -> None:
    sam = newcomer()
    await sam.start("hotline-KE")
    said_first = await reached(bot.store, sam, 1)
    assert any("999" in text for text in said_first)
    assert "emergency service" in said_first[0]


async def test_the_bot_presents_itself_in_every_language(bot: Application) -> None:
    async def shown(locale: str) -> Profile:
        async def get(what: str) -> Any:
            return await bot.api.call(f"getMy{what}", {"language_code": code})

        # What is set without a language is for everybody whose own is not there.
        code = "" if locale == "en" else locale
        return Profile(
            name=(await get("Name"))["name"],
            description=(await get("Description"))["description"],
            short_description=(await get("ShortDescription"))["short_description"],
            commands=tuple((c["command"], c["description"]) for c in await get("Commands")),
        )

    for locale, profile in bot.presentation.profiles().items():
        async with asyncio.timeout(10):
            while await shown(locale) != profile:  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def test_the_webhook_lets_nobody_else_in(
    bot: Application, server: LocalBotApi, newcomer: Newcomer
) -> None:
    if not bot.settings.public_url:
        pytest.skip("there is no webhook while polling")
    sam = newcomer()
    forged = {
        "update_id": 999_999,
        "message": {
            "message_id": 1,
            "chat": {"id": sam.chat.id, "type": "private"},
            "text": "/start",
        },
    }
    async with aiohttp.ClientSession() as http:
        for secret, status in ((None, 401), (SECRET + "x", 401), (SECRET, 200)):
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
            url = bot.settings.public_url + PATH
            async with http.post(url, json=forged, headers=headers) as response:
                assert response.status == status
                assert bool(said(sam.chat)) == (status == 200)
