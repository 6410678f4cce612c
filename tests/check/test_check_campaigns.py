"""Campaigns: what is looked at beside the file itself, and when."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from minimal_content import write

from bot.check import check
from bot.check.campaigns import PICTURE_BYTES
from bot.i18n import pofile

TODAY = date(2026, 11, 25)
CUP = date(2026, 12, 20)
"""The first day of the cup of the minimal content."""
PNG = b"\x89PNG\r\n\x1a\n"


def edited(folder: Path, old: str, new: str) -> Path:
    path = write(folder) / "data" / "campaigns.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def codes(path: Path, today: date = TODAY) -> list[str]:
    return [each.code for each in check(path.parents[1], today) if each.file == str(path)]


def test_without_campaigns_nothing_is_wrong(tmp_path: Path) -> None:
    path = write(tmp_path) / "data" / "campaigns.yaml"
    path.unlink()
    assert check(tmp_path, TODAY) == []


def test_a_language_may_come_before_its_translation_while_nothing_is_sent(tmp_path: Path) -> None:
    waits = edited(tmp_path / "a", "audiences: [family]", "languages: [pt]")
    assert codes(waits) == []
    assert codes(edited(tmp_path / "b", "languages: [en]", "languages: [pt]")) == ["E951"]


def test_below_a_tip_stands_a_step(tmp_path: Path) -> None:
    flow = write(tmp_path) / "flows" / "campaign.yaml"
    flow.write_text(flow.read_text("utf-8").replace("  tip: {push", "  hint: {push"), "utf-8")
    assert codes(tmp_path / "data" / "campaigns.yaml") == ["E952"]


@pytest.mark.parametrize(
    ("days", "found"), [(8, []), (7, []), (6, ["W954"]), (0, ["W954"]), (-1, ["W954", "W954"])]
)
def test_waves_of_the_past_are_pointed_out(days: int, found: list[str], tmp_path: Path) -> None:
    path = write(tmp_path) / "data" / "campaigns.yaml"
    assert codes(path, CUP - timedelta(days=days)) == found


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PNG, []),
        (b"\xff\xd8\xff\xe0", []),
        (PNG + bytes(PICTURE_BYTES - len(PNG)), []),
        (PNG + bytes(PICTURE_BYTES), ["E953"]),
        (b"GIF89a", ["E953"]),
        (b"", ["E953"]),
    ],
    ids=("png", "jpeg", "10 MB", "more", "gif", "empty"),
)
def test_pictures_are_looked_at(content: bytes, found: list[str], tmp_path: Path) -> None:
    path = edited(tmp_path, "    event: cup-2027\n", "    event: cup-2027\n    picture: cup.png\n")
    picture = path.parent / "pictures" / "cup.png"
    picture.parent.mkdir()
    picture.write_bytes(content)
    assert codes(path) == found


def test_a_caption_must_fit_in_every_language(tmp_path: Path) -> None:
    path = edited(tmp_path, "    event: cup-2027\n", "    event: cup-2027\n    picture: cup.png\n")
    picture = path.parent / "pictures" / "cup.png"
    picture.parent.mkdir()
    picture.write_bytes(PNG)
    catalog = pofile.PoCatalog("fr")
    said = "{push_event} is on."
    catalog.add(said, "{push_event} " + "bla " * 240, context="campaign.today.say")
    translation = tmp_path / "locales" / "fr" / "LC_MESSAGES" / "messages.po"
    translation.parent.mkdir(parents=True)
    translation.write_bytes(pofile.render(catalog))
    (found,) = [each for each in check(tmp_path, TODAY) if each.code == "W955"]
    assert "in fr this can have" in found.message
    assert (found.file, found.is_error) == (str(path), False)
