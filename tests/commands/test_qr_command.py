"""A poster's code leads into the bot, or the command says why it cannot."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
import segno
from PIL import Image

from bot.cli import main

BOT = ("--bot", "@example_bot")


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["qr", *arguments]) == 2
    printed = capsys.readouterr()
    assert not printed.out
    (line,) = printed.err.splitlines()
    return line


@pytest.mark.parametrize(
    ("arguments", "payload"),
    [
        (("TH",), "to_TH"),
        (("ke", "--tag", "poster7"), "to_KE__poster7"),
        (("afcon-2027",), "ev_afcon-2027"),
        (("afcon-2027", "--tag", "Nairobi-airport"), "ev_afcon-2027__Nairobi-airport"),
        (("hotline", "--tag", "2027"), "hotline__2027"),
        (("learn_quiz", "--tag", "school"), "learn_quiz__school"),
        (("TH", "--tag", "x" * 57), "to_TH__" + "x" * 57),
    ],
)
def test_links(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], payload: str
) -> None:
    assert main(["qr", *arguments, *BOT, "--json"]) == 0
    link = f"https://t.me/example_bot?start={payload}"
    assert len(payload) <= 64
    document = json.loads(capsys.readouterr().out)
    assert document == {"link": link, "payload": payload, "file": None}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("Atlantis",), '"Atlantis" is no country code (TH)'),
        (("XX",), "no event"),
        (("learn_quizz",), "no flow (campaign, child, "),
        (("",), '"" is no country code'),
        (("TH", "--tag", "two words"), "--tag may have letters"),
        (("TH", "--tag", "a_b"), "--tag may have letters"),
        (("TH", "--tag", ""), "--tag may have letters"),
        (("TH", "--tag", "x" * 58), "Telegram leaves 57 characters"),
        (("TH", "--bot", "t.me/example_bot"), "--bot: give the bot's username"),
        (("TH", "--out", "code.gif"), ".svg, .png, .pdf"),
        (("TH", "--out", "no/such/folder/code.png"), "cannot be written"),
    ],
)
def test_a_link_that_would_lead_nowhere_is_refused(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], reason: str
) -> None:
    given = arguments if "--bot" in arguments else (*arguments, *BOT)
    assert reason in refused(capsys, *given)


def test_without_a_name_or_a_token_nobody_knows_which_bot(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)
    assert "give --bot NAME, or set TELEGRAM_BOT_TOKEN" in refused(capsys, "TH")


def test_telegram_out_of_reach(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:abc")
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:1")
    line = refused(capsys, "TH")
    assert line.startswith("Telegram does not say who the bot is (")
    assert "abc" not in line


def test_without_a_file_the_code_stands_in_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["qr", "TH", *BOT]) == 0
    link, *code = capsys.readouterr().out.splitlines()
    assert link == "https://t.me/example_bot?start=to_TH"
    assert len(code) > 15
    assert len({len(line) for line in code}) == 1


def test_files_for_print(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for kind, beginning in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")):
        file = tmp_path / f"code.{kind}"
        assert main(["qr", "TH", *BOT, "--out", str(file)]) == 0
        assert str(file) in capsys.readouterr().out
        assert file.read_bytes().startswith(beginning)
    size = segno.make_qr("https://t.me/example_bot?start=to_TH", error="q").symbol_size()[0]
    with Image.open(tmp_path / "code.png") as picture:
        assert picture.width >= 1000
        module = picture.width // size
        grey = picture.convert("L")
        quiet = grey.crop((0, 0, picture.width, 4 * module))
        assert quiet.getextrema() == (255, 255)
        assert grey.getpixel((4 * module, 4 * module)) == 0
    drawing = ElementTree.parse(tmp_path / "code.svg").getroot()
    colours = {path.get("fill") or path.get("stroke") for path in drawing.iter() if path.attrib}
    assert colours >= {"#fff", "#000"}  # on a coloured poster the quiet zone stays white
