"""``chat --jsonl``: the contract that programs outside rely on."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from bot.cli import main
from bot.commands.chat import _show
from bot.conversation.messages import Document, Message

KINDS = {"press", "url", "copy", "location", "share"}


@pytest.fixture
def talk(monkeypatch, capsys):
    """Give lines (objects, or text as it is), get the turns: lists of what was printed."""

    def talk(*lines: Any, locale: str = "en") -> list[list[dict[str, Any]]]:
        text = "\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines)
        monkeypatch.setattr("sys.stdin", io.StringIO(text + "\n"))
        assert main(["chat", "--jsonl", "--locale", locale]) == 0
        turns: list[list[dict[str, Any]]] = [[]]
        for line in capsys.readouterr().out.splitlines():
            document = json.loads(line)
            if document.get("done"):
                assert set(document) == {"turn", "done"}
                turns.append([])
            else:
                turns[-1].append(document)
        assert turns.pop() == [], "a turn was not closed"
        return turns

    return talk


def test_every_kind_of_line_is_one_turn(talk):
    turns = talk(
        {"start": ""},
        {"press": "📞 Find the right contact"},
        {"text": "Kenya"},
        {"press": 0},
        {"location": [48.85, 2.35]},
        {"command": "/tips"},
        {"photo": True},
        {"start": "hotline-TH"},
    )
    assert len(turns) == 8
    for number, messages in enumerate(turns, 1):
        assert messages
        for message in messages:
            assert message["turn"] == number
            assert message["flow"]
            assert message["node"]
            assert "<b>" not in message["text"]
            for button in message["buttons"]:
                assert set(button) == {"label", "kind", "value"}
                assert button["kind"] in KINDS
    assert any("116" in message["text"] for message in turns[2])
    assert any("Thailand" in message["text"] for message in turns[7])


@pytest.mark.parametrize(
    "line",
    [
        "garbage",
        "[]",
        "{}",
        '"text"',
        "[" * 100_000,
        {"text": 5},
        {"press": True},
        {"press": 99},
        {"press": "no such button"},
        {"location": [1]},
        {"location": ["north", 2]},
        {"photo": False},
        {"wave": "hello"},
        {"text": "a", "press": 1},
        {"new": {"now": "soon"}},
    ],
)
def test_garbage_is_explained_and_the_chat_goes_on(talk, line):
    mistaken, answered = talk(line, {"text": "Kenya"})
    (mistake,) = mistaken
    assert mistake["error"].endswith(".")
    assert any("116" in message["text"] for message in answered)


@pytest.mark.parametrize("point", ["[91, 500]", "[NaN, 1]", "[1e400, 1]"])
def test_a_point_that_is_nowhere_is_answered(talk, point):
    (messages,) = talk(f'{{"location": {point}}}')
    assert messages


def test_a_new_chat_forgets_and_may_stop_the_clock(talk):
    new = {"new": {"locale": "en", "now": "2027-06-20T23:40:00-03:00"}}
    begin, first, again, second = talk(new, {"start": ""}, new, {"start": ""})
    assert begin == again == []
    assert first == second


def test_empty_lines_are_passed_over(talk):
    assert len(talk("", {"text": "Kenya"}, "  ", "")) == 1


def test_other_languages_are_answered_too(talk):
    for locale in ("fr", "pt-br", "xx"):
        (messages,) = talk({"text": "Kenia"}, locale=locale)
        assert any("116" in message["text"] for message in messages)


def test_erasing_forgets(talk):
    *_, confirmed, anew = talk(
        {"text": "Kenya"},
        {"command": "/privacy"},
        {"press": 0},
        {"press": 0},
        {"command": "/emergency"},
    )
    assert [message["node"] for message in confirmed] == ["erased"]
    assert all("999" not in message["text"] for message in anew)  # where one was is forgotten


def test_a_document_is_announced_with_its_size(talk):
    said = [{"command": "/report"}, {"press": "No, or I am not sure"}, {"text": "Kenya"}]
    said += [{"press": "📝 Put it in order"}, {"text": "a man with a girl"}]
    said += [{"press": "Skip"}] * 12  # more than there are questions
    said += [{"press": "✅ Show me where to send it"}, {"press": "📄 As a file"}]
    turns = talk(*said)
    documents = [message["document"] for message in turns[-1] if "document" in message]
    assert [document.keys() for document in documents] == [{"name", "media_type", "size"}] * 2
    assert [document["media_type"] for document in documents] == ["text/plain", "application/pdf"]
    assert all(document["name"].startswith("report-") for document in documents)
    assert documents[1]["size"] > documents[0]["size"] > 0
    assert not any("document" in message for turn in turns[:-1] for message in turn)


def test_in_the_terminal_a_document_is_a_line(capsys):
    document = Document("report [1].pdf", "application/pdf", bytes(28_000))
    _show(Console(width=80), [Message("Yours", document=document)])
    assert capsys.readouterr().out.splitlines() == ["", "📎 report [1].pdf (28.0 kB)", "Yours"]
