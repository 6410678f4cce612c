from __future__ import annotations

import asyncio
import json
import logging
import socket
import traceback
from typing import TYPE_CHECKING

import pytest
from scripted_api import TOKEN, ScriptedApi, refusal
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile
from telegram.error import (
    BadRequest,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest

from bot.telegram.request import AiohttpRequest, NotSent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.telegram.api import Api

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
