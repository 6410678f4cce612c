"""The Telegram side as a whole: a small echo bot that talks with people over the local Bot API."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from bot.conversation.events import Location, Media, Press, Text
from bot.conversation.messages import Button, Message
from bot.local import LocalBotApi
from bot.telegram.api import Api
from bot.telegram.calls import Call, answer_press, delete_messages, redirect
from bot.telegram.polling import Poller
from bot.telegram.profile import Profile, menu, publish
from bot.telegram.render import calls
from bot.telegram.sender import Failed, Gone, Later, Outcome, Sender, Sent
from bot.telegram.updates import Blocked, Incoming, Redirect, Unblocked, Update
from bot.web.webhook import Webhook, register

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HOME = "https://t.me/example_bot"
TOKEN = "123:SECRET"
BUTTONS = (
    (Button("Again", "press", "again"), Button("Site", "url", "https://example.org")),
    (Button("Copy", "copy", "116"), Button("Tell others", "share", "Look & act")),
)


class Echo:
    """Says what it understood."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.sender = Sender(api, pause=0.001)
        self.outcomes: list[Outcome] = []
        self.seen: list[Update] = []

    async def handle(self, update: Update, _ride: object = None) -> None:
        self.seen.append(update)
        for call in self._calls(update):
            self.outcomes.append(await self.sender.send(call))

    def _calls(self, update: Update) -> tuple[Call, ...]:
        match update:
            case Incoming(event=Text(text="long")):
                return calls(Message("<b>" + "word " * 1500 + "</b>", BUTTONS), 5, home=HOME)
            case Incoming(event=Text(text="keys")):
                rows = ((Button("Here", "location"),), (Button("Help"),))
                return calls(Message("Where?", rows, keys="reply"), 5, home=HOME)
            case Incoming(event=Press(data=data), callback_query_id=str(query)):
                message = Message(f"Pressed {data}", instead=True)
                edit = calls(message, update.chat_id, home=HOME, pressed=update.message_id)
                return (*edit, answer_press(query, "Done"))
            case Incoming(event=event):
                return calls(Message(f"<i>{type(event).__name__}</i>", BUTTONS), 5, home=HOME)
            case Redirect(chat_id=chat_id):
                return (redirect(chat_id, "Write to me in private", "Open", HOME),)
        return ()

    async def give_up(self, update: Update) -> None:
        raise AssertionError(update)


@asynccontextmanager
async def connected(server: LocalBotApi) -> AsyncIterator[Echo]:
    async with Api.at(server.url, TOKEN) as api:
        yield Echo(api)


@asynccontextmanager
async def polling(server: LocalBotApi) -> AsyncIterator[Echo]:
    async with connected(server) as echo:
        stop = asyncio.Event()
        poller = Poller(
            echo.api,
            echo.handle,
            echo.give_up,
            urgent=lambda _: False,
            pass_over=lambda _: None,
            username=echo.api.username,
            held=0.01,
        )
        task = asyncio.create_task(poller.run(stop))
        try:
            yield echo
        finally:
            stop.set()
            await task


async def test_a_conversation_by_long_polling() -> None:
    async with LocalBotApi() as server, polling(server) as echo:
        sam = server.person(5, "fr")
        await sam.send("Hello")
        (reply,) = await sam.wait_for(1)
        assert reply.text == "Text"

        press = await sam.press("Again")
        (reply,) = await sam.wait_for(1)
        assert reply.text == "Pressed again"
        assert (await sam.wait_for_answer(press)).text == "Done"
        assert sum(message.by_bot for message in sam.chat.visible) == 1

        await sam.send("long")
        first, second = await sam.wait_for(2)
        assert len(first.text) <= 4096
        assert (first.text + " " + second.text).split() == ["word"] * 1500
        assert second.reply_markup
        assert not first.reply_markup

        await sam.send("keys")
        await sam.wait_for(1)
        assert sam.chat.keyboard
        await sam.share_location(-1.28, 36.82)
        (reply,) = await sam.wait_for(1)
        await sam.send_photo("evidence")
        await sam.wait_for(1)
        await sam.edit("Goodbye")
        await sam.block()
        await sam.unblock()
        await sam.send("Hello again")
        await sam.wait_for(1)
        events = [update.event for update in echo.seen if isinstance(update, Incoming)]
        assert events == [
            *(Text("Hello"), Press("again"), Text("long"), Text("keys")),
            *(Location(-1.28, 36.82), Media("photo", "evidence"), Text("Hello again")),
        ]
        kinds = [type(update) for update in echo.seen if not isinstance(update, Incoming)]
        assert kinds == [Blocked, Unblocked]
        assert all(isinstance(outcome, Sent) for outcome in echo.outcomes)


async def test_a_group_is_pointed_to_the_private_chat() -> None:
    async with LocalBotApi() as server, polling(server) as echo:
        group = server.group(-7)
        sam = server.person(5)
        server.say_in(group, "/start", sam)
        server.say_in(group, f"/start@{echo.api.username}", sam)
        await sam.send("Hello")
        await sam.wait_for(1)
    assert [message.text for message in group.visible if message.by_bot] == [
        "Write to me in private"
    ]
    assert all(isinstance(outcome, Sent) for outcome in echo.outcomes)


async def test_a_conversation_by_webhook() -> None:
    async with LocalBotApi() as server, connected(server) as echo:
        app = web.Application()
        Webhook("s3cret", echo.handle, echo.give_up).add_to(app)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            await register(echo.api, f"http://127.0.0.1:{runner.addresses[0][1]}/", "s3cret")
            sam = server.person(5)
            await sam.start("tips")
            (reply,) = await sam.wait_for(1)
            assert reply.text == "Start"
            await echo.api.delete_webhook()
        finally:
            await runner.cleanup()


async def test_refusals_in_telegrams_own_words() -> None:
    async with LocalBotApi() as server, connected(server) as echo:
        sam = server.person(5)
        await sam.send("Hello")

        async def said(text: str, **params: object) -> Outcome:
            return await echo.sender.send(
                Call("sendMessage", {"chat_id": 5, "text": text, "parse_mode": "HTML", **params})
            )

        assert isinstance(await said("Call <b>116"), Sent)
        assert sam.replies[-1].text == "Call 116"
        wrong = {"inline_keyboard": [[{"text": "x", "callback_data": "y" * 65}]]}
        assert isinstance(await said("Call 117", reply_markup=wrong), Sent)
        assert sam.replies[-1].text == "Call 117"
        assert isinstance(await said("x" * 5000), Failed)
        assert isinstance(await said("x", chat_id=99), Gone)

        sent = await said("Once")
        assert isinstance(sent, Sent)
        edit = Call(
            "editMessageText", {"chat_id": 5, "message_id": sent.message_id, "text": "Once"}
        )
        assert await echo.sender.send(edit) == sent
        gone = Call("editMessageText", {"chat_id": 5, "message_id": 9999, "text": "Anew"})
        assert isinstance(await echo.sender.send(gone), Sent)
        assert sam.replies[-1].text == "Anew"
        for call in delete_messages(5, [message.message_id for message in sam.chat.visible]):
            assert await echo.sender.send(call) == Sent()
        assert not sam.chat.visible
        assert await echo.sender.send(answer_press("1234")) == Sent()

        server.drop("sendMessage")
        assert isinstance(await said("Through"), Sent)
        server.fail("sendMessage", 429, "Too Many Requests: retry after 7", retry_after=7)
        assert await said("x") == Later(7)
        await sam.block()
        assert isinstance(await said("x"), Gone)


async def test_the_bot_presents_itself() -> None:
    profile = Profile("Look", "What it does", "In short", (("help", "Help"),))
    async with LocalBotApi() as server, connected(server) as echo:
        assert await publish(echo.api, {"en": profile, "fr": profile}) >= 4
        assert await publish(echo.api, {"en": profile, "fr": profile}) == 0
        assert (await echo.api.get_my_name()).name == "Look"
        server.person(5)
        assert await echo.sender.send(menu(5, profile)) == Sent()
