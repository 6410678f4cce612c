from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import traceback
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from scripted_api import TOKEN, ScriptedApi, refusal
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest

from bot.telegram.api import Api, wait_asked
from bot.telegram.calls import Call
from bot.telegram.refusal import LONGEST
from bot.telegram.request import AiohttpRequest, NotSent
from bot.telegram.sender import AFTER_TROUBLE, Later, Sender

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TEXT = {"chat_id": 5, "text": "Grüße 👋"}


@pytest.fixture
def server() -> ScriptedApi:
    return ScriptedApi()


@pytest.fixture
async def api(server: ScriptedApi) -> AsyncIterator[Api]:
    async with server.serving() as api:
        yield api


async def test_parameters_arrive_as_json(api: Api, server: ScriptedApi) -> None:
    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "1"}]]}
    result = await api.call("sendMessage", {**TEXT, "reply_markup": markup})
    assert result == {"message_id": 7}
    assert server.calls == [("sendMessage", {**TEXT, "reply_markup": markup})]
    assert server.headers[0]["Content-Type"] == "application/json"
    assert server.headers[0]["User-Agent"] == BaseRequest.USER_AGENT


async def test_the_typed_methods_of_the_library_work(api: Api, server: ScriptedApi) -> None:
    server.answers.append(
        {"ok": True, "result": {"message_id": 3, "date": 1, "chat": {"id": 5, "type": "private"}}}
    )
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="1")]])
    message = await api.send_message(5, "Hello", reply_markup=keyboard)
    assert (message.message_id, message.chat_id) == (3, 5)
    assert server.calls[0][1]["reply_markup"] == {
        "inline_keyboard": [[{"text": "Go", "callback_data": "1"}]]
    }


async def test_connections_are_kept(api: Api, server: ScriptedApi) -> None:
    for _ in range(5):
        await api.call("sendMessage", TEXT)
    assert len(server.connections) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(400, "Bad Request: chat not found"), BadRequest),
        (refusal(401, "Unauthorized"), InvalidToken),
        (refusal(429, "Too Many Requests: retry after 3", retry_after=3), RetryAfter),
        (refusal(500, "Internal Server Error"), NetworkError),
        (b"<html>Bad Gateway</html>", NetworkError),
        ("hang up", NetworkError),
    ],
)
async def test_troubles_become_the_errors_of_the_library(
    api: Api, server: ScriptedApi, answer: dict[str, object] | bytes | str, kind: type[Exception]
) -> None:
    server.answers.append(answer)
    with pytest.raises(kind):
        await api.call("sendMessage", TEXT)


async def test_a_late_answer_times_out_and_may_have_been_carried_out(
    api: Api, server: ScriptedApi
) -> None:
    server.answers.append(5.0)
    with pytest.raises(TimedOut) as caught:
        await api.call("sendMessage", TEXT, patience=0.05)
    assert not isinstance(caught.value, NotSent)
    assert server.methods == ["sendMessage"]


async def test_a_full_pool_is_told_apart_from_a_late_answer(server: ScriptedApi) -> None:
    server.answers.extend([0.5, 0.5])
    async with (
        server.serving(),
        AiohttpRequest(pool_size=1, connect_timeout=0.05, pool_timeout=0) as request,
    ):
        url = f"{server.url}/bot{TOKEN}/getMe"
        first = asyncio.create_task(request.post(url))
        await server.called.wait()
        with pytest.raises(NotSent):
            await request.post(url)
        await first
    assert server.methods == ["getMe"]


async def test_nothing_about_an_error_tells_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}"
        for url in (closed, "http://[bad", "ftp://a.org", "http://no-such-host.invalid"):
            async with AiohttpRequest(connect_timeout=2) as request:
                with pytest.raises(TelegramError) as caught:
                    await request.post(f"{url}/bot{TOKEN}/getMe")
            told = "".join(traceback.format_exception(caught.value)) + str(caught.value)
            assert "SECRET" not in told, url
    assert "SECRET" not in caplog.text


async def test_the_connection_does_not_tell_the_token(api: Api) -> None:
    assert "SECRET" not in f"{api!r} {api} {api.request!r}"


async def test_an_answer_that_is_not_json_is_not_quoted(
    api: Api, server: ScriptedApi, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers.append(b"my secret words")
    with pytest.raises(NetworkError):
        await api.call("sendMessage", TEXT)
    assert "secret words" not in caplog.text


async def test_a_document_goes_as_a_form_with_its_name_and_type(
    api: Api, server: ScriptedApi
) -> None:
    content = bytes(range(256)) * 300
    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "1"}]]}
    document = ["rapport d’été «1».pdf", "application/x-report", content]
    await api.call("sendDocument", {"chat_id": 5, "document": document, "reply_markup": markup})
    await api.call("sendMessage", TEXT)
    method, params = server.calls[0]
    assert method == "sendDocument"
    assert params["document"] == tuple(document)
    assert (params["chat_id"], json.loads(params["reply_markup"])) == ("5", markup)
    assert server.headers[0]["Content-Type"].startswith("multipart/form-data; boundary=")
    assert server.calls[1] == ("sendMessage", TEXT)


async def test_the_typed_method_uploads_too(api: Api, server: ScriptedApi) -> None:
    server.answers.append(
        {"ok": True, "result": {"message_id": 3, "date": 1, "chat": {"id": 5, "type": "private"}}}
    )
    await api.send_document(5, InputFile(b"data", "a.txt"), caption="Grüße")
    assert server.calls[0][1]["document"] == ("a.txt", "text/plain", b"data")
    assert server.calls[0][1]["caption"] == "Grüße"


async def test_nothing_is_downloaded(api: Api, server: ScriptedApi) -> None:
    with pytest.raises(TelegramError, match="downloads no files"):
        await api.request.retrieve(f"{server.url}/file/bot{TOKEN}/photo.jpg")
    assert not server.calls


async def test_opening_and_closing_twice_is_harmless() -> None:
    request = AiohttpRequest()
    with pytest.raises(TelegramError, match="initialize"):
        await request.post("http://127.0.0.1:1/")
    await request.initialize()
    await request.initialize()
    await request.shutdown()
    await request.shutdown()


WORDS = "he hurts my sister"


class Echo:
    """What stands before Telegram and answers by itself, with what it was asked."""

    def __init__(self) -> None:
        self.status = 502
        self.form = "page"
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        asked = f"{request.method} {request.path}"
        said = (await request.read()).decode(errors="replace")
        if self.form == "page":
            page = f"<html>Cannot {asked}<p>rejected {said}</p></html>"
            return web.Response(status=self.status, text=page, content_type="text/html")
        if self.form == "list":
            return web.json_response([asked, said], status=self.status)
        if self.form == "latin":
            return web.Response(status=self.status, body=b'{"description": "\xfc ' + asked.encode())
        if self.form == "odd":
            odd = {"description": {asked: said}, "parameters": {"url": asked, "text": said}}
            return web.json_response(odd, status=self.status)
        if self.form == "parameters":
            odd = {"description": "No", "parameters": {asked: said}}
            return web.json_response(odd, status=self.status)
        huge = f"Bad Request: {asked.upper()}\n{asked} {'!' * 1000} {said * 1000}"
        return web.json_response({"ok": False, "description": huge}, status=self.status)

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Api]:
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", self.answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        api = Api.at(self.url, TOKEN)
        try:
            await api.request.initialize()
            yield api
        finally:
            await api.request.shutdown()
            await runner.cleanup()


@pytest.mark.parametrize("form", ["page", "list", "latin", "odd", "parameters", "huge"])
@pytest.mark.parametrize("status", [302, 400, 403, 404, 409, 429, 500, 502, 999])
async def test_what_a_proxy_echoes_is_in_no_error_and_no_log(
    form: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    echo = Echo()
    echo.form, echo.status = form, status
    async with echo.serving() as api:
        for call in (
            api.call("sendMessage", {"chat_id": 5, "text": WORDS}),
            api.call("sendDocument", {"chat_id": 5, "document": ["a", "b/c", WORDS.encode()]}),
            api.send_message(5, WORDS),
        ):
            with pytest.raises(TelegramError) as caught:
                await call
            told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
            assert "secret" not in told.casefold()
            assert WORDS not in told
            assert len(caught.value.message.splitlines()) == 1
            assert len(caught.value.message) <= LONGEST
        assert await Sender(api, pause=0.001).send(Call("sendMessage", {"text": WORDS}))
    assert "secret" not in caplog.text.casefold()
    assert WORDS not in caplog.text


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 429])
async def test_what_is_no_answer_of_telegram_decides_nothing(status: int) -> None:
    echo = Echo()
    echo.status = status
    async with echo.serving() as api:
        with pytest.raises(NetworkError, match=str(status)) as caught:
            await api.call("getMe", {})
        assert not isinstance(caught.value, BadRequest)
        outcome = await Sender(api, pause=0.001).send(Call("sendMessage", {"text": WORDS}))
    assert outcome == Later(AFTER_TROUBLE)


async def test_what_telegram_says_for_programs_is_kept(api: Api, server: ScriptedApi) -> None:
    server.answers.append(refusal(429, "Too Many Requests: retry after 9", retry_after=9))
    with pytest.raises(RetryAfter) as flooded:
        await api.send_message(5, "x")
    assert wait_asked(flooded.value) == 9
    server.answers.append(refusal(400, "Bad Request: upgraded", migrate_to_chat_id=-1005))
    with pytest.raises(ChatMigrated) as migrated:
        await api.call("sendMessage", TEXT)
    assert migrated.value.new_chat_id == -1005
