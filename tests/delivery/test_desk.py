import asyncio
import json
from zoneinfo import ZoneInfo

import pytest

from bot.conversation.effects import Deliver
from bot.delivery.desk import ENDED, MOST_QUESTIONS, Desk, TooManyQuestions
from bot.delivery.queue import Letter
from bot.delivery.threads import Threads
from bot.reports.document import answer_document, ended_document
from bot.reports.partners import Partner, Partners
from bot.reports.sealing import open_sealed
from bot.store.errors import StoreUnavailable
from bot.store.keyring import Keyring

REPORT = "K7M-4QX-abcdefghijklmnop"
CHAT = 4711


@pytest.fixture
def partner(hotline_key):
    return Partner("north", "North", None, None, "https://north.example/", hotline_key)


class Counter:
    """A desk, and the news that it told."""

    def __init__(self, outbox, pipeline, partners):
        self.news = []
        self.outbox = outbox
        self.threads = Threads(pipeline, Keyring([b"k" * 32]))
        self.desk = Desk(
            outbox,
            self.threads,
            partners=lambda: partners,
            tell=self.tell,
            zone=lambda country: ZoneInfo("Africa/Nairobi") if country == "KE" else None,
        )

    async def tell(self, news):
        self.news.append(news)

    async def send(self):
        effect = Deliver(REPORT, "north", "KE", '{"room": 412}')
        await self.desk.deliver(CHAT, self.desk.delivery(effect, "en"))

    async def follow_up(self, name, document, chat=CHAT):
        errand = {"report": REPORT, "name": name, "document": document, "locale": "en"}
        await self.desk.follow_up(chat, errand)

    async def sent(self, key):
        """What is on its way, opened, by its name."""
        letters = await self.outbox.take(10, 0.0)
        return {letter.id: json.loads(open_sealed(letter.sealed, key)) for letter in letters}


@pytest.fixture
def counter(outbox, pipeline, partner):
    return Counter(outbox, pipeline, Partners((partner,)))


async def test_a_report_is_sealed_at_once_and_queued_once(counter, hotline_key):
    effect = Deliver(REPORT, "north", "KE", '{"room": 412}')
    errand = counter.desk.delivery(effect, "en")
    assert "412" not in str(errand)
    await counter.desk.deliver(CHAT, errand)
    await counter.desk.deliver(CHAT, errand)  # after a crash
    assert await counter.sent(hotline_key) == {REPORT: {"room": 412}}


def letter(outcome_of=REPORT):
    return Letter("1-0", outcome_of, "north", "K7M-4QX", "sealed", 0, 0, told=False)


async def test_the_witness_hears_what_became_of_it_in_local_time(counter):
    await counter.send()
    for outcome in ("waiting", "received", "failed"):
        await counter.desk.settled(letter(), outcome)
    await counter.desk.settled(letter(f"{REPORT}:x1"), "received")
    targets = [news.push.target for news in counter.news]
    assert targets == [
        "followup/waiting",
        "followup/received",
        "followup/failed",
        "followup/answer_received",
    ]
    assert {news.chat_id for news in counter.news} == {CHAT}
    assert len({news.name for news in counter.news}) == 4
    values = counter.news[0].push.values
    assert values["followup_reference"] == "K7M-4QX"
    assert values["followup_partner"] == "North"


async def test_question_and_answer_pass_and_neither_side_learns_of_the_other(
    counter, partner, hotline_key
):
    await counter.send()
    assert await counter.desk.ask(partner, REPORT, "Which floor?", "q1")
    assert await counter.desk.ask(partner, REPORT, "Which floor?", "q1")  # sent again
    [news] = counter.news
    assert news.push.values["followup_question"] == "Which floor?"
    await counter.follow_up("x1", answer_document(REPORT, "the third"))
    sent = await counter.sent(hotline_key)
    assert sent[f"{REPORT}:x1"]["answer"] == "the third"
    assert str(CHAT) not in json.dumps(sent)


async def test_what_the_witness_ended_takes_no_questions(counter, partner, hotline_key):
    await counter.send()
    await counter.follow_up(ENDED, ended_document(REPORT))
    assert not await counter.desk.ask(partner, REPORT, "Which floor?", "q1")
    assert (await counter.sent(hotline_key))[f"{REPORT}:ended"]["kind"] == "ended"
    await counter.follow_up("x1", answer_document(REPORT, "too late"))
    await asyncio.sleep(0)
    [news] = counter.news
    assert news.push.target == "followup/closed"


async def test_an_erased_chat_cannot_be_found_and_its_reports_stay(counter, partner, hotline_key):
    await counter.send()
    await counter.desk.forget(CHAT)
    await counter.desk.forget(CHAT)  # after a crash
    assert not await counter.desk.ask(partner, REPORT, "Which floor?", "q1")
    await counter.desk.settled(letter(), "received")
    assert counter.news == []
    assert set(await counter.sent(hotline_key)) == {REPORT, f"{REPORT}:ended"}


async def test_another_chat_or_another_partner_has_no_way_in(counter, hotline_key, partner):
    await counter.send()
    other = Partner("south", "South", None, None, "https://south.example/", hotline_key)
    assert not await counter.desk.ask(other, REPORT, "Who are you?", "q1")
    assert not await counter.desk.ask(partner, "K7M-4QX-guessed", "Who are you?", "q1")
    await counter.follow_up(ENDED, ended_document(REPORT), chat=CHAT + 1)
    assert await counter.desk.ask(partner, REPORT, "Which floor?", "q1")


async def test_nobody_is_interrogated(counter, partner):
    await counter.send()
    for number in range(MOST_QUESTIONS):
        await counter.desk.ask(partner, REPORT, "And?", f"q{number}")
    with pytest.raises(TooManyQuestions):
        await counter.desk.ask(partner, REPORT, "And?", "one more")


async def test_a_question_is_not_lost_while_the_chat_cannot_be_told(counter, partner):
    await counter.send()
    told = counter.tell

    async def away(_news):
        raise StoreUnavailable("away")

    counter.desk._tell = away
    with pytest.raises(StoreUnavailable):
        await counter.desk.ask(partner, REPORT, "Which floor?", "q1")
    counter.desk._tell = told
    assert await counter.desk.ask(partner, REPORT, "Which floor?", "q1")
    assert len(counter.news) == 1
