from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from scripted_api import ScriptedApi, refusal

from bot.telegram.calls import Call
from bot.telegram.sender import (
    AFTER_REFUSED_TOKEN,
    AFTER_TROUBLE,
    Failed,
    Gone,
    Later,
    Sender,
    Sent,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MARKUP = {"inline_keyboard": [[{"text": "Go", "url": "nowhere"}]]}
MESSAGE = Call(
    "sendMessage",
    {"chat_id": 5, "text": "Call <b>116</b>", "parse_mode": "HTML", "reply_markup": MARKUP},
)
EDIT = Call("editMessageText", {**MESSAGE.params, "message_id": 3})
FILE = Call(
    "sendDocument",
    {
        "chat_id": 5,
        "document": ["a.txt", "text/plain", b"my words"],
        "caption": "my <b>words</b>",
        "parse_mode": "HTML",
        "reply_markup": MARKUP,
    },
)
PRESS = Call("answerCallbackQuery", {"callback_query_id": "9"})


@pytest.fixture
def server() -> ScriptedApi:
    return ScriptedApi()


@pytest.fixture
async def sender(server: ScriptedApi) -> AsyncIterator[Sender]:
    async with server.serving() as api:
        yield Sender(api, pause=0.001)


def bad(description: str) -> dict[str, Any]:
    return refusal(400, f"Bad Request: {description}")


async def test_a_message_is_sent(sender: Sender, server: ScriptedApi) -> None:
    assert await sender.send(MESSAGE) == Sent(7)
    assert server.calls == [(MESSAGE.method, MESSAGE.params)]


async def test_an_answer_without_a_message_has_no_id(sender: Sender, server: ScriptedApi) -> None:
    server.answers.append({"ok": True, "result": True})
    assert await sender.send(PRESS) == Sent(None)


@pytest.mark.parametrize(
    ("call", "answer", "outcome"),
    [
        (EDIT, bad("message is not modified: specified new message content…"), Sent(3)),
        (
            PRESS,
            bad("query is too old and response timeout expired or query ID is invalid"),
            Sent(None),
        ),
        (MESSAGE, bad("chat not found"), Gone("Chat not found")),
        (MESSAGE, bad("PEER_ID_INVALID"), Gone("Peer_id_invalid")),
        (
            MESSAGE,
            refusal(403, "Forbidden: bot was blocked by the user"),
            Gone("bot was blocked by the user"),
        ),
        (MESSAGE, refusal(403, "Forbidden: user is deactivated"), Gone("user is deactivated")),
        (MESSAGE, bad("message text is empty"), Failed("Message text is empty")),
        (MESSAGE, refusal(429, "Too Many Requests: retry after 17", retry_after=17), Later(17)),
        (MESSAGE, refusal(401, "Unauthorized"), Later(AFTER_REFUSED_TOKEN)),
        (MESSAGE, refusal(404, "Not Found: method not found"), Failed("Not Found")),
        (
            MESSAGE,
            refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100),
            Failed("Group became a supergroup"),
        ),
    ],
)
async def test_refusals_that_end_the_matter(
    sender: Sender,
    server: ScriptedApi,
    call: Call,
    answer: dict[str, Any],
    outcome: object,
) -> None:
    server.answers.append(answer)
    assert await sender.send(call) == outcome
    assert len(server.calls) == 1


async def test_a_text_with_broken_markup_is_sent_without_it(
    sender: Sender, server: ScriptedApi
) -> None:
    server.answers.append(bad('can\'t parse entities: Unsupported start tag "button" at byte 0'))
    assert await sender.send(MESSAGE) == Sent(7)
    assert server.calls[1] == (
        "sendMessage",
        {"chat_id": 5, "text": "Call 116", "reply_markup": MARKUP},
    )


@pytest.mark.parametrize(
    "description",
    ["inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL", "BUTTON_DATA_INVALID"],
)
async def test_a_message_with_a_broken_button_is_sent_without_buttons(
    sender: Sender, server: ScriptedApi, description: str
) -> None:
    server.answers.append(bad(description))
    assert await sender.send(MESSAGE) == Sent(7)
    assert "reply_markup" not in server.calls[1][1]
    assert server.calls[1][1]["text"] == MESSAGE.params["text"]


async def test_a_document_is_sent_reduced_like_a_text(sender: Sender, server: ScriptedApi) -> None:
    server.answers.extend([bad("can't parse entities: x"), bad("BUTTON_URL_INVALID")])
    assert await sender.send(FILE) == Sent(7)
    assert server.calls[2] == (
        "sendDocument",
        {
            "chat_id": "5",
            "document": ("a.txt", "text/plain", b"my words"),
            "caption": "my words",
        },
    )


@pytest.mark.parametrize(
    "description", ["message to edit not found", "there is no text in the message to edit"]
)
async def test_what_cannot_be_edited_is_sent_anew(
    sender: Sender, server: ScriptedApi, description: str
) -> None:
    server.answers.append(bad(description))
    assert await sender.send(EDIT) == Sent(7)
    assert server.calls[1] == (MESSAGE.method, MESSAGE.params)


async def test_every_remedy_is_tried_once(sender: Sender, server: ScriptedApi) -> None:
    server.answers.extend(
        [
            bad("message can't be edited"),
            bad("can't parse entities: x"),
            bad("BUTTON_URL_INVALID"),
            bad("BUTTON_URL_INVALID"),
        ]
    )
    assert await sender.send(EDIT) == Failed("Button_url_invalid")
    assert server.calls[3] == ("sendMessage", {"chat_id": 5, "text": "Call 116"})


async def test_a_disturbed_line_is_tried_again(sender: Sender, server: ScriptedApi) -> None:
    server.answers.extend(["hang up", b"<html>", refusal(500, "Internal Server Error")])
    assert await sender.send(MESSAGE) == Sent(7)
    assert len(server.calls) == 4


async def test_a_broken_line_is_left_for_later(sender: Sender, server: ScriptedApi) -> None:
    server.answers.extend([refusal(500, "Internal Server Error")] * 9)
    assert await sender.send(MESSAGE) == Later(AFTER_TROUBLE)
    assert len(server.calls) == 4


@pytest.mark.parametrize("call", [MESSAGE, FILE], ids=["text", "document"])
@pytest.mark.parametrize("kept", [False, True])
async def test_a_call_whose_connection_ends_is_made_once_more_only(
    sender: Sender, server: ScriptedApi, call: Call, kept: bool
) -> None:
    if kept:
        assert await sender.send(call) == Sent(7)
    before = len(server.calls)
    server.answers.extend(["hang up", refusal(500, "Internal Server Error"), "hang up"])
    assert await sender.send(call) == Later(AFTER_TROUBLE)
    assert len(server.calls) == before + 3  # a refusal was none, and counts by itself
    server.answers.append("hang up")
    assert await sender.send(call) == Sent(7)


async def test_a_call_that_may_have_been_carried_out_is_made_once_more_only(
    server: ScriptedApi,
) -> None:
    server.answers.extend([5.0] * 3)
    async with server.serving() as api:
        api.request._read_timeout = 0.05
        api.request._timeout = api.request._timeout_for(0.05, None, None)
        assert await Sender(api, pause=0.001).send(MESSAGE) == Later(AFTER_TROUBLE)
    assert len(server.calls) == 2


@pytest.mark.parametrize("call", [MESSAGE, FILE], ids=["text", "document"])
async def test_logs_quote_no_message(
    sender: Sender, server: ScriptedApi, caplog: pytest.LogCaptureFixture, call: Call
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answers.extend(
        [
            bad('can\'t parse entities: Unsupported start tag "my words" at byte offset 0'),
            bad("inline keyboard button URL 'my words' is invalid: Wrong HTTP URL"),
            bad("something new: my words"),
        ]
    )
    assert await sender.send(call) == Failed("Something new")
    assert "Something new" in caplog.text
    assert "my words" not in caplog.text
    assert "SECRET" not in caplog.text
