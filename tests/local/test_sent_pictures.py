"""Pictures that a bot sends: by upload, again by their id, and who may see them."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest
from PIL import Image
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile
from telegram.error import BadRequest

from bot.local import LocalBotApi, Person

GO = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 40), **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "#24713c").save(file, kind, **options)
    return file.getvalue()


PNG = picture()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PNG, "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("JPEG", progressive=True, comment=b"long " * 99), "image/jpeg"),
    ],
)
async def test_an_uploaded_picture_is_answered_as_telegram_does_and_shown_in_the_page(
    server: LocalBotApi, bot: Bot, ana: Person, content: bytes, media_type: str
) -> None:
    sent = await bot.send_photo(
        42,
        InputFile(content, "named.html"),
        caption="<b>Voilà</b>",
        parse_mode="HTML",
        reply_markup=GO,
    )
    (size,) = sent.photo
    assert (size.width, size.height, size.file_size) == (64, 40, len(content))
    assert (sent.caption, sent.caption_entities[0].type) == ("Voilà", "bold")
    assert (sent.text, sent.document, sent.reply_markup) == (None, None, GO)
    file = await bot.get_file(size.file_id)
    assert file.file_path
    assert "/photos/" in file.file_path
    address = f"{server.url}/chat/{ana.chat.key}/files/{sent.message_id}"
    async with aiohttp.ClientSession() as http, http.get(address) as response:
        assert (response.status, await response.read()) == (200, content)
        assert response.headers["Content-Type"] == media_type
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Content-Disposition" not in response.headers


async def test_a_picture_is_sent_again_by_its_id_until_nobody_shows_it(
    server: LocalBotApi, bot: Bot, ana: Person
) -> None:
    ben = server.person(43)
    first = await bot.send_photo(42, PNG)
    second = await bot.send_photo(43, first.photo[0].file_id, caption="the same")
    assert second.photo == first.photo
    await bot.delete_message(42, first.message_id)
    third = await bot.send_photo(43, first.photo[0].file_id)
    assert [message.content["photo"] for message in ben.chat.visible] == [
        [first.photo[0].to_dict()]
    ] * 2
    await bot.delete_messages(43, [second.message_id, third.message_id])
    with pytest.raises(BadRequest, match="rong file identifier"):
        await bot.send_photo(42, first.photo[0].file_id)


async def test_a_shared_picture_outlives_a_restart(
    tmp_path: Path, serving: Callable[[Path], LocalBotApi]
) -> None:
    async with serving(tmp_path) as server, Bot("1:A", f"{server.url}/bot") as bot:
        server.person(42)
        first = await bot.send_photo(42, PNG)
        second = await bot.send_photo(42, first.photo[0].file_id)
    async with serving(tmp_path) as server, Bot("1:A", f"{server.url}/bot") as bot:
        await bot.delete_message(42, first.message_id)
        third = await bot.send_photo(42, first.photo[0].file_id)
        await bot.delete_messages(42, [second.message_id, third.message_id])
        assert server.messenger.files.get(first.photo[0].file_id) is None


@pytest.fixture
def serving() -> Callable[[Path], LocalBotApi]:
    return lambda folder: LocalBotApi(store_path=folder / "chats.db")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (PNG + bytes(10 * 2**20), "is too big for a photo; the maximum size is 10485760 bytes"),
        (b"%PDF-1.7 no picture", "image_process_failed"),
        (PNG[:20], "image_process_failed"),
        (picture("JPEG")[:150], "image_process_failed"),
        (picture(size=(9_990, 11)), "photo_invalid_dimensions"),
        (picture(size=(210, 10)), "photo_invalid_dimensions"),
    ],
    ids=["big", "strange", "cut", "cut JPEG", "large", "long"],
)
async def test_what_is_no_picture_for_telegram_is_refused(
    bot: Bot, ana: Person, content: bytes, error: str
) -> None:
    with pytest.raises(BadRequest) as caught:
        await bot.send_photo(42, InputFile(content, "a.png"))
    assert error in caught.value.message.casefold()
    assert ana.chat.visible == []


async def test_a_document_is_no_picture(bot: Bot, ana: Person) -> None:
    sent = await bot.send_document(42, InputFile(PNG, "a.png"))
    assert sent.document
    for strange in (sent.document.file_id, "AgACAgQ", "https://example.org/a.png"):
        with pytest.raises(BadRequest, match="rong file identifier"):
            await bot.send_photo(42, strange)
