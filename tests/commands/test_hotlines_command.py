from __future__ import annotations

import json

import pytest

from bot.application import content_folder
from bot.cli import main
from bot.content import Content
from bot.knowledge.hotlines import Hotlines
from bot.settings import Settings

CODES = sorted(Hotlines.load(content_folder(Settings()) / "data" / "hotlines.yaml").codes)


@pytest.fixture(scope="module", autouse=True)
def loaded_once():
    """Content is the same for every call, and takes a while to load."""
    content = Content.load(content_folder(Settings()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Content, "load", lambda *_: content)
        yield


def document(capsys, *arguments):
    assert main(["hotlines", *arguments, "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    return json.loads(line)


def test_every_country_has_a_number_or_says_that_it_is_not_known(capsys):
    assert len(CODES) >= 240
    for code in CODES:
        route = document(capsys, code)
        emergency = route["emergency"]
        numbers = [emergency[kind] for kind in ("general", "police", "ambulance")]
        assert route["country"] == code
        assert any(numbers) if emergency["known"] else not any(numbers), code
        assert route["fallback"], code
        for contact in (*route["contacts"], *route["fallback"]):
            assert contact["name"], code
            assert contact["kind"], code
            assert contact["source"], code
            assert contact["checked"], code
            reachable = ("phone", "short_code", "sms", "whatsapp", "web", "report_url", "email")
            assert any(contact.get(way) for way in reachable), (code, contact["name"])


def test_home_comes_along_when_it_is_named(capsys):
    assert document(capsys, "KE")["home"] is None
    home = document(capsys, "ke", "--home", "fr", "--locale", "fr")["home"]
    assert home["country"] == "FR"
    assert home["contacts"]


def test_words_for_people(capsys):
    assert main(["hotlines", "KE"]) == 0
    words = capsys.readouterr().out
    assert "999" in words
    assert "<b>" not in words


@pytest.mark.parametrize("arguments", [["XX"], ["ZZZ", "--json"], ["KE", "--home", "QQ"]])
def test_what_is_no_country_exits_with_2(capsys, arguments):
    assert main(["hotlines", *arguments]) == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert "no country code" in written.err
