"""A report goes to a partner, who asks back; over HTTP on every side."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from joserfc.jwk import OKPKey
from running_bot import environment, reached, running, until

from bot.application import Application
from bot.content import shipped
from bot.local import LocalBotApi, Person
from bot.own_keys import SIGNING_KEY
from bot.reports.sealing import signing_key
from examples.partner_server import Hotline, ask, stored

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("partner")]

WORDS = "A man with a small girl at the lift, room 412"


class Partner:
    """A hotline with its keys, its server and what it has received."""

    def __init__(self, folder: Path, bot_key: OKPKey) -> None:
        self.key = OKPKey.generate_key("X25519")
        self.asking_key = OKPKey.generate_key("Ed25519")
        self.store = folder / "reports.jsonl"
        self.hotline = Hotline(self.key, bot_key, self.store)
        self.server = TestServer(self.hotline.application())
        self.bot_url = ""

    def entry(self) -> dict[str, Any]:
        """As it stands in the partners file."""
        return {
            "id": "north",
            "name": "Hotline North",
            "countries": ["KE"],
            "kinds": "*",
            "endpoint": str(self.server.make_url("/reports")),
            "public_key": self.key.as_dict(private=False),
            "asking_key": self.asking_key.as_dict(private=False),
        }

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [json.loads(line["report"]) for line in stored(self.store)]

    async def ask(self, question: str, reference: str) -> int:
        url = f"{self.bot_url}/partners/north/questions"
        return await ask(question, reference, self.store, self.asking_key, url)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[LocalBotApi]:
    async with LocalBotApi() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def partner(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Partner]:
    folder = tmp_path_factory.mktemp("partner")
    partner = Partner(folder, signing_key(folder / SIGNING_KEY))
    await partner.server.start_server()
    yield partner
    await partner.server.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(
    server: LocalBotApi, partner: Partner, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Application]:
    folder = tmp_path_factory.mktemp("bot")
    content = folder / "content"
    for name in ("flows", "locales", "data"):
        shutil.copytree(shipped() / name, content / name)
    partners = content / "data" / "partners.yaml"
    partners.write_text(json.dumps({"partners": [partner.entry()]}))
    shutil.copy(partner.store.parent / SIGNING_KEY, folder / SIGNING_KEY)
    environ = environment(server, folder, "polling") | {"CONTENT_DIR": str(content)}
    partner.bot_url = f"http://127.0.0.1:{environ['PORT']}"
    async with running(environ) as application:
        yield application


async def offered(bot: Application, person: Person) -> None:
    """From /report to the offer to send it."""
    answers = [1, "Mombasa", 0, WORDS]
    for turn, answer in enumerate(["/report", *answers], 1):
        await (person.press(answer) if isinstance(answer, int) else person.send(answer))
        await reached(bot.store, person, turn)
    turn = 5
    while "Please look it over" not in person.replies[-1].text:
        await press(person, "Skip")
        turn += 1
        await reached(bot.store, person, turn)
    await press(person, "Show me where")
    await reached(bot.store, person, turn + 1)
    assert "Hotline North" in person.replies[-1].text


async def reported(bot: Application, person: Person) -> str:
    """From /report to the partner's receipt; the reference."""
    await offered(bot, person)
    await press(person, "send it now")
    await until(lambda: "has received your report" in person.chat.visible[-1].text)
    return person.chat.visible[-1].text.partition("reference: ")[2].split()[0]


async def press(person: Person, label: str) -> None:
    """Press the button of the last message whose label contains this."""
    message = person.chat.visible[-1]
    assert message.reply_markup is not None
    rows = message.reply_markup["inline_keyboard"]
    labels = [button["text"] for row in rows for button in row]
    number = next(number for number, text in enumerate(labels) if label in text)
    await person.press(number, message)


async def test_report_receipt_question_answer_and_end(
    bot: Application, server: LocalBotApi, partner: Partner
) -> None:
    sam = server.person(2001)
    reference = await reported(bot, sam)
    [report] = partner.documents
    assert report["reference"] == reference
    assert report["country"] == "KE"
    assert WORDS in json.dumps(report["answers"])
    assert "2001" not in json.dumps(report)

    await sam.send("/hotline")  # they go on with something else meanwhile
    await until(lambda: "country" in sam.chat.visible[-1].text)
    assert await partner.ask("Which floor was it?", reference) == 202
    await until(lambda: "Which floor was it?" in sam.chat.visible[-1].text)
    await sam.send("Peru")  # the open question is still open
    await until(lambda: any("Peru" in m.text for m in sam.replies))
    question = next(m for m in sam.chat.visible if "Which floor was it?" in m.text)
    await sam.press(0, question)
    await until(lambda: "What would you like to tell them" in sam.chat.visible[-1].text)
    await sam.send("The fourth one")
    await until(lambda: "has your answer" in sam.chat.visible[-1].text)
    answer = partner.documents[-1]
    assert (answer["kind"], answer["answer"]) == ("answer", "The fourth one")
    assert answer["report"] == report["report"]

    await sam.press(1, question)
    await until(lambda: "Shall I end the contact" in sam.chat.visible[-1].text)
    await press(sam, "Yes, end it")
    await until(lambda: partner.documents[-1]["kind"] == "ended")
    assert await partner.ask("And who are you?", reference) == 410


async def test_erasing_cuts_the_way_back_and_leaves_the_report(
    bot: Application, server: LocalBotApi, partner: Partner
) -> None:
    sam = server.person(2002)
    reference = await reported(bot, sam)
    await sam.send("/erase")
    await until(lambda: "Shall I erase" in sam.chat.visible[-1].text)
    await sam.press(0)
    await until(lambda: "I have forgotten" in sam.chat.visible[-1].text)
    await until(lambda: partner.documents[-1]["kind"] == "ended")
    assert await partner.ask("Which floor was it?", reference) == 410
    assert any(document["reference"] == reference for document in partner.documents)


async def test_two_witnesses_are_asked_each_about_their_own(
    bot: Application, server: LocalBotApi, partner: Partner
) -> None:
    sam, kim = server.person(2003), server.person(2004)
    references = [await reported(bot, sam), await reported(bot, kim)]
    asked = [partner.ask(f"About {reference}?", reference) for reference in references]
    assert await asyncio.gather(*asked) == [202, 202]
    for person, reference in zip((sam, kim), references, strict=True):
        await until(lambda p=person, r=reference: f"About {r}?" in p.chat.visible[-1].text)  # type: ignore[misc]
    files = [path for path in (bot.settings.data_dir / "redis").rglob("*") if path.is_file()]
    kept = b"".join(path.read_bytes() for path in files)
    assert b"report_form" in kept
    assert b"small girl" not in kept
    assert f"About {references[0]}?".encode() not in kept


async def test_many_taps_send_one_report(
    bot: Application, server: LocalBotApi, partner: Partner
) -> None:
    sam = server.person(2005)
    await offered(bot, sam)
    before = len(partner.documents)
    offer = sam.chat.visible[-1]
    taps = await asyncio.gather(*[sam.press(0, offer) for _ in range(8)])
    await until(lambda: "has received your report" in sam.chat.visible[-1].text)
    for tap in taps:
        await sam.wait_for_answer(tap)
    assert sum("is on its way to" in message.text for message in sam.chat.visible) == 1
    assert len(partner.documents) == before + 1


async def test_neither_log_nor_metric_holds_a_word_of_it_or_says_whose_it_is(
    bot: Application, server: LocalBotApi, partner: Partner, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    sam = server.person(7_391_846_205)
    reference = await reported(bot, sam)
    [secret] = {each["report"] for each in partner.documents if each["reference"] == reference}
    assert await partner.ask("Was it the canary floor?", reference) == 202
    await until(lambda: "canary floor" in sam.chat.visible[-1].text)
    await press(sam, "Answer")
    await until(lambda: "What would you like to tell" in sam.chat.visible[-1].text)
    await sam.send("The nightingale floor")
    await until(lambda: "has your answer" in sam.chat.visible[-1].text)
    async with aiohttp.ClientSession() as http, http.get(f"{partner.bot_url}/metrics") as answer:
        metrics = await answer.text()
    assert "dontlookaway_reports_waiting" in metrics
    shown = metrics + caplog.text
    for canary in (WORDS, secret, "7391846205", "1:abc", "canary", "nightingale", reference):
        assert canary not in shown
