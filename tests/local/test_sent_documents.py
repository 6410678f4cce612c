"""Documents that a bot sends: what the Bot API answers, who may fetch them, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile
from telegram.error import BadRequest

from bot.local import LocalBotApi, Person

TOKEN = "123456:SAMPLE"
CONTENT = bytes(range(256)) * 40
GO = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])


async def get(url: str, **headers: str) -> tuple[int, Any, bytes]:
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as response:
        return response.status, response.headers, await response.read()


async def test_a_document_is_answered_as_telegram_does_and_can_be_fetched(
    bot: Bot, ana: Person
) -> None:
    sent = await bot.send_document(
        42,
        InputFile(CONTENT, "rapport d’été.pdf"),
        caption="<b>Voilà</b>",
        parse_mode="HTML",
        reply_markup=GO,
    )
    assert sent.document
    assert sent.document.file_name == "rapport d’été.pdf"
    assert (sent.document.mime_type, sent.document.file_size) == ("application/pdf", len(CONTENT))
    assert (sent.caption, sent.caption_entities[0].type) == ("Voilà", "bold")
    assert sent.text is None
    assert sent.reply_markup == GO
    file = await bot.get_file(sent.document.file_id)
    assert (file.file_unique_id, file.file_size) == (sent.document.file_unique_id, len(CONTENT))
    assert file.file_path
    assert "/documents/" in file.file_path  # the library makes an address of it
    assert file.file_path.endswith(".pdf")


async def test_the_api_serves_files_to_its_bot_only(ana: Person) -> None:
    async with (
        LocalBotApi(token=TOKEN) as server,
        Bot(TOKEN, f"{server.url}/bot", f"{server.url}/file/bot") as bot,
    ):
        server.person(42)
        sent = await bot.send_document(42, InputFile(CONTENT, "a.pdf"))
        assert sent.document
        file = await sent.document.get_file()
        assert await file.download_as_bytearray() == CONTENT
        assert file.file_path
        for address, status in (
            (file.file_path, 200),
            (file.file_path.replace("SAMPLE", "OTHER"), 401),
            (file.file_path + "x", 404),
        ):
            assert (await get(address))[0] == status


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({}, "there is no document in the request"),
        ({"document": "BQACAgQAAxkDAAM"}, "wrong file identifier/HTTP URL specified"),
        ({"document": "https://example.org/a.pdf"}, "wrong file identifier/HTTP URL specified"),
        ({"document": "attach://nothing"}, "wrong file identifier/HTTP URL specified"),
    ],
)
async def test_only_uploads_are_taken(
    http: aiohttp.ClientSession, ana: Person, values: dict[str, str], error: str
) -> None:
    async with http.post("sendDocument", json={"chat_id": 42, **values}) as response:
        body = await response.json()
    assert (response.status, body["description"]) == (400, f"Bad Request: {error}")
    assert ana.chat.visible == []


async def test_limits_are_telegrams(
    bot: Bot, http: aiohttp.ClientSession, ana: Person, server: LocalBotApi
) -> None:
    with pytest.raises(BadRequest, match="must be non-empty"):
        await bot.send_document(42, InputFile(b"", "a.txt"))
    caption = "😀" * 512
    await bot.send_document(42, InputFile(b"x", "a.txt", attach=True), caption=caption)
    assert ana.chat.texts == [caption]
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_document(42, InputFile(b"x", "a.txt"), caption=caption + ".")
    with pytest.raises(BadRequest, match="nvalid file_id"):
        await bot.get_file("unknown")
    for size, status in ((50_000_000, 200), (50_000_001, 413)):
        form = aiohttp.FormData({"chat_id": "42"})
        form.add_field("document", BytesIO(bytes(size)), filename="big.bin")
        async with http.post("sendDocument", data=form) as response:
            assert response.status == status
    with pytest.raises(BadRequest, match="ile is too big"):
        await bot.get_file(ana.chat.last.content["document"]["file_id"])


async def test_a_document_has_no_text_to_edit(bot: Bot, ana: Person) -> None:
    sent = await bot.send_document(42, InputFile(b"x", "a.txt"), reply_markup=GO)
    with pytest.raises(BadRequest, match="no text in the message to edit"):
        await bot.edit_message_text("other", 42, sent.message_id)
    await bot.edit_message_reply_markup(42, sent.message_id)
    assert ana.chat.last.reply_markup is None
    assert ana.chat.last.content["document"]["file_name"] == "a.txt"


async def test_the_page_gets_the_document_of_its_own_chat(
    server: LocalBotApi, bot: Bot, ana: Person
) -> None:
    other = server.person(43)
    await bot.send_document(42, InputFile(b"<script>", "r é;.html"))
    page = f"{server.url}/chat/{ana.chat.key}/files/"
    status, headers, body = await get(f"{page}{ana.chat.last.message_id}")
    assert (status, body) == (200, b"<script>")
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''r%20%C3%A9%3B.html"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Cache-Control"] == "no-store"
    strange = f"{server.url}/chat/{other.chat.key}/files/{ana.chat.last.message_id}"
    for address in (strange, f"{page}999", page.replace(ana.chat.key, "guess") + "1"):
        assert (await get(address))[0] == 404
    number = ana.chat.last.message_id
    await bot.delete_message(42, number)
    assert (await get(f"{page}{number}"))[0] == 404


async def test_a_document_outlives_a_restart_until_it_is_deleted(
    tmp_path: Path, kept: Callable[[Path], bytes]
) -> None:
    store = tmp_path / "chats.db"
    async with LocalBotApi(store_path=store) as server, Bot(TOKEN, f"{server.url}/bot") as bot:
        server.person(42)
        sent = await bot.send_document(42, InputFile(b"room 412", "room-412.txt"))
    async with (
        LocalBotApi(store_path=store) as server,
        Bot(TOKEN, f"{server.url}/bot", f"{server.url}/file/bot") as bot,
    ):
        assert sent.document
        file = await bot.get_file(sent.document.file_id)
        assert await file.download_as_bytearray() == b"room 412"
        await bot.delete_message(42, sent.message_id)
        with pytest.raises(BadRequest):
            await bot.get_file(sent.document.file_id)
    async with LocalBotApi(store_path=store) as server:
        assert server.messenger.files.get(sent.document.file_id) is None
    assert b"room-412" not in kept(tmp_path)


@pytest.fixture
def kept() -> Callable[[Path], bytes]:
    """All that lies in the files of a folder."""
    return lambda folder: b"".join(
        path.read_bytes() for path in folder.rglob("*") if path.is_file()
    )
