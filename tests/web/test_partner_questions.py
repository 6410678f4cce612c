import io
import json

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from joserfc.jwk import OKPKey

from bot.delivery.desk import TooManyQuestions
from bot.reports.partners import Partner, Partners
from bot.reports.sealing import sign
from bot.store.errors import StoreUnavailable
from bot.web.partner_questions import add_partner_questions

KEY = OKPKey.generate_key("Ed25519")
STRANGER = OKPKey.generate_key("Ed25519")
SEALING = OKPKey.generate_key("X25519")
QUESTION = {"id": "q1", "report": "K7M-4QX-abc", "question": "Which floor?"}


class Asked:
    """Stands where the desk does: what came in, and what to say to it."""

    def __init__(self):
        self.questions = []
        self.answer = True

    async def __call__(self, *question):
        if isinstance(self.answer, Exception):
            raise self.answer
        self.questions.append(question[1:])
        return self.answer


@pytest.fixture
def asked():
    return Asked()


@pytest.fixture
async def client(asked):
    partner = Partner("north", "North", None, None, "https://n.example/", SEALING, KEY)
    mute = Partner("south", "South", None, None, "https://s.example/", SEALING)
    app = web.Application()
    add_partner_questions(app, lambda: Partners((partner, mute)), asked)
    async with TestClient(TestServer(app)) as client:
        yield client


async def post(client, content, key=KEY, partner="north"):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = {"X-Signature": sign(body, key)} if key else {}
    async with client.post(f"/partners/{partner}/questions", data=body, headers=headers) as answer:
        return answer.status


async def test_a_signed_question_goes_on_its_way(client, asked):
    assert await post(client, QUESTION) == 202
    assert asked.questions == [("K7M-4QX-abc", "Which floor?", "q1")]


@pytest.mark.parametrize(
    ("key", "partner"),
    [(STRANGER, "north"), (None, "north"), (KEY, "south"), (KEY, "nobody"), (KEY, "north%2F..")],
)
async def test_nobody_else_may_ask(client, asked, key, partner):
    assert await post(client, QUESTION, key, partner) == 401
    assert asked.questions == []


async def test_a_signature_of_another_body_does_not_fit(client, asked):
    headers = {"X-Signature": sign(b"{}", KEY)}
    async with client.post("/partners/north/questions", json=QUESTION, headers=headers) as answer:
        assert answer.status == 401
    assert asked.questions == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        {**QUESTION, "question": ""},
        {**QUESTION, "question": " \n "},
        {**QUESTION, "question": "\u200b\u202e\x00"},
        {**QUESTION, "question": "?" * 1001},
        {**QUESTION, "id": ""},
        {**QUESTION, "more": "x"},
        {"question": "?"},
    ],
)
async def test_what_cannot_be_used_is_refused_with_a_reason(client, asked, content):
    assert await post(client, content) == 400
    assert asked.questions == []


@pytest.mark.parametrize(
    ("answer", "status"),
    [(False, 410), (TooManyQuestions(), 429), (StoreUnavailable("away"), 503)],
)
async def test_what_stands_in_the_way_is_said(client, asked, answer, status):
    asked.answer = answer
    assert await post(client, QUESTION) == status


async def test_two_megabytes_are_refused(client, asked):
    body = io.BytesIO(b"x" * 2_000_000)
    async with client.post("/partners/north/questions", data=body) as answer:
        assert answer.status == 413


async def test_what_goes_wrong_inside_is_logged_without_a_word_of_it(client, asked, caplog):
    asked.answer = ValueError("Which floor? of 4711")
    assert await post(client, QUESTION) == 500
    assert "A question could not be asked: ValueError." in caplog.text
    assert "floor" not in caplog.text
