"""Conversations in the studio: drawn, and tried out before they are saved."""

from __future__ import annotations

import os
import re

import pytest

from bot.web.studio.answers import Refusal
from bot.web.studio.worker import Worker

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("studio-talk")]

REPORT = "flows/report.yaml"


class Talk:
    """One preview chat."""

    def __init__(self, staff, **options):
        self.staff = staff
        self.options = options
        self.session = ""
        self.messages = []
        self.at = ""

    async def __call__(self, **event):
        body = {"session": self.session, "event": event, **self.options}
        status, answer = await self.staff.post("preview", body)
        assert status == 200, answer
        self.session, self.messages, self.at = (
            answer[key] for key in ("session", "messages", "at")
        )
        return answer

    @property
    def text(self):
        return "\n".join(message["text"] for message in self.messages)

    def button(self, start):
        buttons = [button for message in self.messages for row in message["rows"] for button in row]
        return next(each["value"] for each in buttons if start in each["label"])


async def _edited(staff, old, new):
    _, file = await staff.get("file", path=REPORT)
    assert old in file["text"]
    return {REPORT: file["text"].replace(old, new)}


async def test_an_unsaved_sentence_is_said(bea):
    files = await _edited(bea, "Is a child in danger right now?", "Is it urgent, would you say?")
    talk = Talk(bea, files=files, locale="en")
    await talk(start="report")
    assert "Is it urgent, would you say?" in talk.text
    assert talk.at == "report/urgency"
    unedited = Talk(bea, locale="en")
    await unedited(start="report")
    assert "Is it urgent" not in unedited.text


@pytest.mark.parametrize("locale", ["fr", "ar"])
async def test_a_whole_way_in_other_languages(bea, locale):
    _, po = await bea.get("file", path=f"locales/{locale}/LC_MESSAGES/messages.po")
    talk = Talk(bea, locale=locale, now="2027-06-20T23:40:00-03:00")
    await talk(start="")
    menu = talk.text
    await talk(node="report/urgency")
    assert talk.at == "report/urgency"
    labels = [b["label"] for m in talk.messages for row in m["rows"] for b in row]
    assert all(label in po["text"] for label in labels)
    assert not any("Yes, right now" in label for label in labels)
    value = talk.messages[-1]["rows"][1][0]["value"]
    assert ":" in value
    await talk(press=value)
    assert talk.at.startswith("report_form/")
    assert talk.text
    await talk(text="xyz")
    assert talk.at.startswith("report_form/")
    answer = await talk(command="/back")
    assert answer["session"] != ""
    await talk(command="/start")
    assert talk.text == menu


async def test_a_sentence_that_is_being_translated_is_heard_at_once(bea):
    path = "locales/ar/LC_MESSAGES/messages.po"
    _, file = await bea.get("file", path=path)
    msgid = '\nmsgctxt "report.title"\nmsgid "Report something"\n'
    assert msgid in file["text"]
    _, source = await bea.get("file", path=REPORT)
    files = {
        REPORT: source["text"].replace("No, or I am not sure", "No, I do not think so"),
        path: file["text"]
        + '\nmsgctxt "report.urgency.choices.report_form"\nmsgid "No, I do not think so"\n'
        + 'msgstr "لا أظن ذلك"\n',
    }
    talk = Talk(bea, files=files, locale="ar")
    await talk(node="report/urgency")
    assert talk.button("لا أظن ذلك")


async def test_as_any_country(bea):
    talk = Talk(bea, country="ke", locale="en")
    await talk(command="/emergency")
    assert "999" in talk.text or "112" in talk.text
    status, body = await bea.post("preview", {"event": {"start": ""}, "country": "QQ"})
    assert (status, "QQ" in body["error"]) == (400, True)


async def test_at_any_date(bea):
    early, late = Talk(bea, now="2026-11-25T12:00:00Z"), Talk(bea, now="2034-11-25T12:00")
    for talk in (early, late):
        await talk(command="/events")
    assert early.text != late.text


async def test_secret_answers_last_from_step_to_step(bea):
    talk = Talk(bea)
    await talk(node="report/urgency")
    await talk(press=talk.button("No, or I am not sure"))
    before = talk.at
    button = next(
        button
        for message in talk.messages
        for row in message["rows"]
        for button in row
        if button["kind"] == "press" and "!" not in button["value"]
    )
    await talk(press=button["value"])
    assert talk.at != before
    assert "erased" not in talk.text


async def test_nonsense_is_refused_in_a_line(bea):
    for body, expected in [
        ({"event": {}}, 400),
        ({"event": {"text": "a", "start": ""}}, 400),
        ({"event": {"node": "nowhere/at_all"}}, 404),
        ({"event": {"text": "a"}, "session": "AAAA"}, 400),
        ({"event": {"text": "a"}, "session": "é"}, 400),
        ({"event": {"text": "a"}, "now": "tomorrow"}, 400),
        ({"event": {"text": 1}}, 400),
        ({"event": {"location": [1]}}, 400),
    ]:
        status, answer = await bea.post("preview", body)
        assert status == expected, body
        assert answer["error"]
        assert "\n" not in answer["error"]


async def test_what_cannot_be_loaded_says_where(bea):
    for edit in ("flow: report\n  nodes: [", "flow: report\nstart: a\nnodes: {a: {sya: hi}}\n"):
        for path, body in (
            ("preview", {"files": {REPORT: edit}, "event": {"start": ""}}),
            ("graph", {"files": {REPORT: edit}, "flow": "report"}),
        ):
            status, answer = await bea.post(path, body)
            assert status == 422
            assert answer["findings"][0]["file"] == REPORT
            assert answer["findings"][0]["line"] > 1


async def test_a_flow_is_drawn_with_its_mistakes(bea):
    files = await _edited(bea, "goto: report_form}", "goto: report_from}")
    files[REPORT] += "  lonely:\n    say: Nobody comes here.\n    end: true\n"
    status, graph = await bea.post("graph", {"files": files, "flow": "report"})
    assert status == 200
    assert (graph["flow"], graph["title"]) == ("report", "Report something")
    nodes = {node["id"]: node for node in graph["nodes"]}
    assert nodes["lonely"]["unreachable"] is True
    assert nodes["urgency"]["unreachable"] is False
    assert "E303" in {each["code"] for each in nodes["urgency"]["findings"]}
    assert nodes["draft"]["findings"] == []
    assert "Is a child in danger" in nodes["urgency"]["text"]["en"]
    assert "Is a child in danger" not in nodes["urgency"]["text"]["fr"]
    assert "fr" in nodes["lonely"]["untranslated"]
    ways = {(edge["source"], edge["target"]) for edge in graph["edges"]}
    assert ("draft", "resume") in ways
    for node in graph["nodes"]:
        assert 0 <= node["x"] <= node["x"] + node["w"] <= graph["w"]
    assert (await bea.post("graph", {"flow": "nothing"}))[0] == 404


async def test_the_worker_comes_back_when_it_dies():
    worker = Worker()
    with pytest.raises(Refusal, match="afresh"):
        await worker.run(os._exit, 1)
    assert await worker.run(pow, 2, 5) == 32
    await worker.close()


async def test_what_never_ends_keeps_nobody_waiting():
    worker = Worker(longest=1)
    with pytest.raises(Refusal, match="afresh"):
        await worker.run(re.match, "(a+)+b", "a" * 40)
    assert await worker.run(pow, 2, 5) == 32
    await worker.close()
