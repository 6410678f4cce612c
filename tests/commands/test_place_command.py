from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from bot.cli import main


def documents(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "status", "country"),
    [
        (["Rio", "de", "Janeiro"], "found", "BR"),
        (["Allemagne", "--locale", "fr"], "found", "DE"),
        (["Georgia"], "ambiguous", None),
        (["zzzqq"], "unknown", None),
        (["50.77, 6.08"], "found", "DE"),
        (["--lat", "-1.28", "--lon", "36.82"], "found", "KE"),
        (["--lat", "91", "--lon", "0"], "unknown", None),
        (["--lat", "nan", "--lon", "0"], "unknown", None),
    ],
)
def test_one_place_is_one_document(capsys, arguments, status, country):
    assert main(["place", *arguments, "--json"]) == 0
    (document,) = documents(capsys)
    assert set(document) == {"status", "country", "name", "candidates"}
    assert (document["status"], document["country"]) == (status, country)
    assert bool(document["name"]) == (status == "found")
    assert (len(document["candidates"]) > 1) == (status == "ambiguous")


def test_many_places_are_a_line_each(capsys, monkeypatch):
    lines = "fr\tAllemagne\nKenya\n\n50.77, 6.08\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    assert main(["place", "-"]) == 0
    found = [(each["status"], each["country"]) for each in documents(capsys)]
    assert found == [("found", "DE"), ("found", "KE"), ("unknown", None), ("found", "DE")]


def test_words_for_people(capsys):
    main(["place", "Kenya"])
    main(["place", "Georgia"])
    main(["place", "zzzqq"])
    kenya, georgia, unknown = capsys.readouterr().out.splitlines()
    assert kenya == "Kenya (KE)"
    assert "Georgia (GE)" in georgia
    assert "(US)" in georgia
    assert "not a place" in unknown


@pytest.mark.parametrize(
    "arguments", [[], ["Rio", "--lat", "1", "--lon", "2"], ["--lat", "1"], ["--lat", "north"]]
)
def test_bad_usage_exits_with_2(capsys, arguments):
    with pytest.raises(SystemExit) as stopped:
        main(["place", *arguments])
    assert stopped.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_bytes_that_are_no_text_are_a_line_too():
    done = subprocess.run(
        [sys.executable, "-m", "bot", "place", "-"],
        input=b"\xff\xfe\nKenya\n",
        capture_output=True,
        env={"LC_ALL": "C.UTF-8"},
        check=True,
    )
    unknown, found = (json.loads(line) for line in done.stdout.splitlines())
    assert unknown["status"] == "unknown"
    assert found["country"] == "KE"
