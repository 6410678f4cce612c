from __future__ import annotations

import json

import pytest

from bot.cli import main
from bot.i18n.catalogues import Catalogues


def document(capsys, *arguments):
    assert main(["tips", *arguments, "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    return json.loads(line)


def test_three_tips_with_their_sources(capsys):
    told = document(capsys, "ke")
    assert (told["country"], told["event"], told["month"]) == ("KE", None, None)
    assert len(told["tips"]) == 3
    for tip in told["tips"]:
        assert tip["id"]
        assert tip["text"]
        assert tip["source"]
        assert tip["checked"].startswith("2026")


def test_an_event_brings_its_tips(capsys):
    told = document(capsys, "BR", "--event", "fifa-womens-world-cup-2027")
    assert told["event"] == "fifa-womens-world-cup-2027"
    assert told["tips"][0]["events"] == ["fifa-womens-world-cup-2027"]


def test_month_and_audience_are_taken_into_account(capsys):
    told = document(capsys, "BR", "--month", "2", "--audience", "hotel")
    assert told["month"] == 2
    assert told["tips"][0]["id"] == "br-carnival"
    assert any(tip["audience"] == ["hotel"] for tip in told["tips"])


def test_texts_are_translated(capsys, monkeypatch):
    monkeypatch.setattr(
        Catalogues, "text", lambda _, locale, context, text: f"{locale} {context}: {text}"
    )
    told = document(capsys, "KE", "--locale", "fr")
    assert all(tip["text"].startswith("fr tips: ") for tip in told["tips"])


def test_words_for_people(capsys):
    assert main(["tips", "TH"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("• ") for line in lines)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["XX"], "no country code"), (["KE", "--event", "nope"], 'no event "nope"')],
)
def test_what_is_unknown_exits_with_2_and_one_line(capsys, arguments, said):
    assert main(["tips", *arguments]) == 2
    written = capsys.readouterr()
    assert written.out == ""
    (line,) = written.err.splitlines()
    assert said in line
