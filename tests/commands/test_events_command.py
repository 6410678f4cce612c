from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
import time_machine

from bot.cli import main


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 12, 7, 12, tzinfo=UTC), tick=False):
        yield


def found(capsys, *arguments):
    assert main(["events", *arguments, "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    document = json.loads(line)
    assert list(document) == ["events"]
    return document["events"]


def test_everything_from_today_on(capsys):
    events = found(capsys)
    assert len(events) == 40  # the race of 6 December is over
    assert [event["starts"] for event in events] == sorted(event["starts"] for event in events)
    for event in events:
        assert event["ends"] >= "2026-12-07"
        assert event["hosts"]
        assert event["source"].startswith("http")
        assert event["confidence"] in {"confirmed", "announced", "tentative"}


def test_what_is_on_in_a_country_during_a_trip(capsys):
    trip = ("--country", "br", "--from", "2027-06-20", "--to", "2027-07-03")
    (cup,) = found(capsys, *trip)
    assert cup["id"] == "fifa-womens-world-cup-2027"
    assert (cup["starts"], cup["ends"]) == ("2027-06-24", "2027-07-25")
    assert cup["hosts"] == [{"country": "BR", "cities": []}]
    assert found(capsys, "--country", "BR", "--from", "2027-07-26", "--to", "2027-08-30") == []


def test_what_was_can_be_asked_for(capsys):
    (race,) = found(capsys, "--from", "2026-12-01", "--to", "2026-12-06")
    assert race["id"] == "f1-abu-dhabi-2026"


def test_words_for_people(capsys):
    assert main(["events", "--country", "KE", "--locale", "fr"]) == 0
    (line,) = capsys.readouterr().out.replace("\N{THIN SPACE}", " ").splitlines()
    assert line.startswith("🇰🇪🇺🇬🇹🇿 ")
    assert "19 juin – 17 juil. 2027 · Kenya" in line


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--from", "2027-13-01"], '"2027-13-01" is no day'),
        (["--to", "tomorrow", "--json"], '"tomorrow" is no day'),
        (["--from", ""], '"" is no day'),
        (["--to", "2026-12-06"], "2026-12-06 is before 2026-12-07"),
        (["--country", "XX"], "XX is no country code"),
        (["--country", "", "--json"], "is no country code"),
    ],
)
def test_bad_usage_is_one_line_and_exits_with_2(capsys, arguments, says):
    assert main(["events", *arguments]) == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert says in written.err
    assert len(written.err.splitlines()) == 1
