"""What a bot gets to see: python-telegram-bot where things go well, the bare protocol where not."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MenuButtonCommands,
    ReplyKeyboardMarkup,
)
from telegram.error import BadRequest, Forbidden, NetworkError

from bot.local import LocalBotApi, Person

GO = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])


async def test_a_press_is_answered_and_its_message_edited(bot: Bot, ana: Person) -> None:
    sent = await bot.send_message(42, "<b>Hé</b>", "HTML", reply_markup=GO)
    assert (sent.text, sent.entities[0].type) == ("Hé", "bold")
    press = await ana.press("Go")
    (update,) = await bot.get_updates()
    assert update.callback_query and update.callback_query.data == "go"
    await update.callback_query.answer("Gone", show_alert=True)
    answer = await ana.wait_for_answer(press)
    assert (answer.text, answer.show_alert) == ("Gone", True)
    await update.callback_query.edit_message_text("done")
    (edited,) = await ana.wait_for(1)
    assert (edited.text, edited.reply_markup) == ("done", None)


async def test_what_a_person_sends_arrives_as_telegram_sends_it(bot: Bot, ana: Person) -> None:
    await ana.start("qr-7")
    await ana.share_location(-1.29, 36.82)
    await ana.send_photo("look")
    for kind in ("voice", "video", "sticker", "contact", "document", "video_note", "audio"):
        await ana.send_media(kind)
    await ana.edit("looked")
    await ana.block()
    updates = await bot.get_updates()
    messages = [update.message for update in updates if update.message]
    assert messages[0].text == "/start qr-7"
    assert messages[0].entities[0].type == "bot_command"
    assert messages[0].from_user and messages[0].from_user.language_code == "fr"
    assert messages[1].location and messages[1].location.longitude == 36.82
    assert messages[2].photo and messages[2].caption == "look"
    assert messages[3].voice and messages[6].contact
    assert updates[-2].edited_message and updates[-2].edited_message.edit_date
    assert updates[-1].my_chat_member
    assert updates[-1].my_chat_member.new_chat_member.status == "kicked"
    assert [update.update_id for update in updates] == list(range(1, len(updates) + 1))


async def test_groups_channels_and_injected_updates(
    server: LocalBotApi, bot: Bot, ana: Person
) -> None:
    group = server.group(-7, "Friends")
    server.say_in(group, "hello", ana)
    server.say_in(server.group(-100, "News", "channel"), "post")
    server.inject({"inline_query": {"id": "1", "from": ana.user, "query": "q", "offset": ""}})
    said, posted, asked = await bot.get_updates()
    assert said.message and said.message.from_user and said.message.from_user.id == 42
    assert posted.channel_post and asked.inline_query
    await bot.send_message(-7, "hi")
    assert group.last.text == "hi"


async def test_a_blocked_bot_is_refused_until_the_person_comes_back(bot: Bot, ana: Person) -> None:
    await ana.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(42, "x")
    await ana.start()
    assert (await bot.send_message(42, "x")).text == "x"


async def test_deleted_messages_leave_no_words_behind(bot: Bot, ana: Person) -> None:
    await ana.send("secret")
    ids = [(await bot.send_message(42, f"m{n}")).message_id for n in range(3)]
    await bot.delete_messages(42, [*ids, 1, 999])
    assert ana.chat.visible == []
    assert {message.text for message in ana.chat.messages.values()} == {""}
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(42, ids[0])


async def test_messages_older_than_two_days_cannot_be_deleted() -> None:
    now = 1_800_000_000.0
    async with (
        LocalBotApi(clock=lambda: now) as server,
        Bot("1:A", base_url=f"{server.url}/bot") as bot,
    ):
        server.person(42)
        sent = await bot.send_message(42, "x")
        now += 48 * 3600 + 1
        with pytest.raises(BadRequest, match="can't be deleted for everyone"):
            await bot.delete_message(42, sent.message_id)


async def test_profile_in_every_language(bot: Bot, server: LocalBotApi, ana: Person) -> None:
    await bot.set_my_commands([BotCommand("start", "Begin")])
    await bot.set_my_commands([BotCommand("start", "Commencer")], language_code="fr")
    await bot.set_my_name("Regarde", "fr")
    await bot.set_my_description("Longer", "fr")
    await bot.set_my_short_description("Short")
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert (await bot.get_my_commands(language_code="fr"))[0].description == "Commencer"
    assert (await bot.get_my_name("fr")).name == "Regarde"
    assert (await bot.get_my_short_description()).short_description == "Short"
    assert (await bot.get_chat_menu_button()).type == "commands"
    profile = server.messenger.profile
    assert profile.commands_for(42, "fr-CA")[0]["description"] == "Commencer"
    await bot.set_my_commands([BotCommand("x", "Mine")], scope=BotCommandScopeChat(42))
    assert profile.commands_for(42, "fr")[0]["description"] == "Mine"
    await bot.delete_my_commands(language_code="fr")
    assert profile.commands_for(43, "fr")[0]["description"] == "Begin"


async def test_a_reply_keyboard_stays_until_it_is_removed(bot: Bot, ana: Person) -> None:
    await bot.send_message(42, "Where?", reply_markup=ReplyKeyboardMarkup([["Kenya", "Peru"]]))
    await bot.send_message(42, "Well?")
    update = await ana.press("Peru")
    assert update["message"]["text"] == "Peru"
    with pytest.raises(LookupError, match="Kenya"):
        await ana.press("Chad")


LONG = "a" * 4097
REFUSALS: list[tuple[str, dict[str, Any], int, str]] = [
    ("sendMessage", {"text": "x"}, 400, "Bad Request: chat_id is empty"),
    ("sendMessage", {"chat_id": 9, "text": "x"}, 400, "Bad Request: chat not found"),
    ("sendMessage", {"chat_id": 42}, 400, "Bad Request: message text is empty"),
    ("sendMessage", {"chat_id": 42, "text": " \n "}, 400, "Bad Request: message text is empty"),
    ("sendMessage", {"chat_id": 42, "text": LONG}, 400, "Bad Request: message is too long"),
    ("sendMessage", {"chat_id": 42, "text": "🏟" * 2049}, 400, "Bad Request: message is too long"),
    (
        "sendMessage",
        {"chat_id": 42, "text": "<b", "parse_mode": "HTML"},
        400,
        "Bad Request: can't parse entities: Unclosed start tag at byte offset 0",
    ),
    (
        "sendMessage",
        {"chat_id": 42, "text": "x", "reply_markup": "{"},
        400,
        "Bad Request: can't parse reply keyboard markup JSON object",
    ),
    ("sendDice", {"chat_id": 42}, 404, "Not Found: method not found"),
    (
        "editMessageText",
        {"chat_id": 42, "message_id": 9, "text": "x"},
        400,
        "Bad Request: message to edit not found",
    ),
    (
        "answerCallbackQuery",
        {"callback_query_id": "1"},
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    ),
    ("deleteMessages", {"chat_id": 42}, 400, "Bad Request: message identifiers are not specified"),
    (
        "deleteMessages",
        {"chat_id": 42, "message_ids": list(range(101))},
        400,
        "Bad Request: too many message identifiers specified",
    ),
]


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_refusals_word_for_word(
    http: aiohttp.ClientSession,
    ana: Person,
    refusal: tuple[str, dict[str, Any], int, str],
) -> None:
    method, body, code, description = refusal
    async with http.post(method, json=body) as response:
        assert response.status == code
        assert await response.json() == {
            "ok": False,
            "error_code": code,
            "description": description,
        }


@pytest.mark.parametrize(
    ("button", "description"),
    [
        ({"text": "x", "callback_data": "é" * 33}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "x", "copy_text": {"text": "c" * 257}}, "Bad Request: BUTTON_COPY_TEXT_INVALID"),
        (
            {"text": "x", "url": "tel:112"},
            "Bad Request: inline keyboard button URL 'tel:112' is invalid: "
            "Unsupported URL protocol",
        ),
        (
            {"text": "x"},
            "Bad Request: can't parse inline keyboard button: "
            "Text buttons are unallowed in the inline keyboard",
        ),
    ],
)
async def test_buttons_telegram_would_not_show(
    http: aiohttp.ClientSession, ana: Person, button: dict[str, Any], description: str
) -> None:
    body = {"chat_id": 42, "text": "x", "reply_markup": {"inline_keyboard": [[button]]}}
    async with http.post("sendMessage", json=body) as response:
        assert (await response.json())["description"] == description


async def test_editing_nothing_is_refused_in_full(bot: Bot, ana: Person) -> None:
    sent = await bot.send_message(42, "x", reply_markup=GO)
    with pytest.raises(BadRequest, match=r"Message is not modified: specified new .* exactly the"):
        await bot.edit_message_text("x", 42, sent.message_id, reply_markup=GO)
    await bot.edit_message_reply_markup(42, sent.message_id)
    keys = await bot.send_message(42, "y", reply_markup=ReplyKeyboardMarkup([["k"]]))
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("z", 42, keys.message_id)


async def test_parameters_come_in_every_way(http: aiohttp.ClientSession, ana: Person) -> None:
    body = {"chat_id": "42", "text": "x"}
    form = aiohttp.FormData(body)
    multipart = aiohttp.FormData(body, default_to_multipart=True)
    for request in (
        http.get("sendmessage", params=body),
        http.post("SendMessage", data=form),
        http.post("sendMessage", data=multipart),
        http.post("sendMessage", json=body),
    ):
        async with request as response:
            assert (await response.json())["result"]["chat"]["first_name"] == "Ana"
    file = aiohttp.FormData({"chat_id": "42"})
    file.add_field("text", b"x", filename="x.txt")
    async with http.post("sendMessage", data=file) as response:
        assert (await response.json())["description"] == "Bad Request: message text is empty"


async def test_only_the_configured_token_opens() -> None:
    async with LocalBotApi(token="1:right") as server, aiohttp.ClientSession() as http:
        for token, code in (("1:right", 200), ("1:wrong", 401), ("wrong", 404)):
            async with http.get(f"{server.url}/bot{token}/getMe") as response:
                assert response.status == code


async def test_faults_happen_once_and_as_ordered(
    server: LocalBotApi, bot: Bot, ana: Person, http: aiohttp.ClientSession
) -> None:
    server.fail("sendMessage", 429, "Too Many Requests: retry after 3", retry_after=3)
    async with http.get("sendMessage", params={"chat_id": 42, "text": "x"}) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "3")
        assert (await response.json())["parameters"] == {"retry_after": 3}
    server.drop("sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(42, "lost")
    server.drop("sendMessage", after=True)
    with pytest.raises(NetworkError):
        await bot.send_message(42, "shown, but nobody knows")
    server.fail("*", 502, "Bad Gateway")
    async with http.get("getMe") as response:
        assert response.status == 502
    assert ana.chat.texts == ["shown, but nobody knows"]


async def test_an_answer_is_spoiled_after_the_call_was_carried_out(
    server: LocalBotApi, ana: Person, http: aiohttp.ClientSession
) -> None:
    server.spoil("sendMessage", "garbage")
    async with http.get("sendMessage", params={"chat_id": 42, "text": "one"}) as response:
        assert (response.status, response.content_type) == (200, "text/html")
    server.spoil("sendMessage", "cut")
    async with http.get("sendMessage", params={"chat_id": 42, "text": "two"}) as response:
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()
    server.spoil("sendMessage", "nothing")
    with pytest.raises(TimeoutError):
        await http.get(
            "sendMessage",
            params={"chat_id": 42, "text": "three"},
            timeout=aiohttp.ClientTimeout(total=0.2),
        )
    assert ana.chat.texts == ["one", "two", "three"]
    assert server.unheard == {(42, message) for message in ana.chat.messages}
    async with http.get("sendMessage", params={"chat_id": 42, "text": "four"}) as response:
        assert (await response.json())["ok"]
    assert len(server.unheard) == 3


async def test_every_change_is_heard_of_at_once(server: LocalBotApi, bot: Bot, ana: Person) -> None:
    heard: list[tuple[str, bool]] = []
    server.messenger.on_change = lambda message: heard.append((message.text, message.by_bot))
    await ana.send("Hello")
    sent = await bot.send_message(42, "Hi")
    await bot.edit_message_text("Hi again", 42, sent.message_id)
    assert heard == [("Hello", False), ("Hi", True), ("Hi again", True)]


async def test_flood_control_names_the_time_to_wait(
    server: LocalBotApi, http: aiohttp.ClientSession, ana: Person
) -> None:
    server.limit(per_chat=0.5, burst=2)
    for expected in (200, 200, 429):
        async with http.post("sendMessage", json={"chat_id": 42, "text": "x"}) as response:
            assert response.status == expected
            body = await response.json()
    assert body["description"] == "Too Many Requests: retry after 2"
    assert body["parameters"] == {"retry_after": 2}
