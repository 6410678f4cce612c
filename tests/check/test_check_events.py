"""The calendar: everything wrong in it at once, and what is wrong only for some days."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from minimal_content import write

from bot.check import check
from bot.knowledge.events import Events

CUP = date(2026, 12, 20)
"""The first day of the cup of the minimal content."""


def test_without_a_calendar_nothing_is_wrong(tmp_path: Path) -> None:
    path = write(tmp_path) / "data" / "events.yaml"
    path.unlink()
    assert [each for each in check(tmp_path, CUP) if each.file == str(path)] == []


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    path = write(tmp_path) / "data" / "events.yaml"
    text = path.read_text(encoding="utf-8")
    for right, wrong in (
        ("kind: sport", "kind: spotr"),  # this event has not the right shape,
        ("country: TH", "country: XY"),  # yet this one is looked at,
        ("day: 18", "day: 31"),  # and so are the other lists
        ("https://www.example.org/games", "nowhere"),
    ):
        text = text.replace(right, wrong)
    path.write_text(text, encoding="utf-8")
    lines = text.splitlines()
    findings = [each for each in check(tmp_path, CUP) if each.file == str(path)]
    found = [lines[each.line - 1].strip() for each in findings]
    assert found == [
        "kind: spotr",
        "hosts: [{country: XY}]",
        "day: 31",
        "source: nowhere",
    ]
    with pytest.raises(ValueError, match=r"events.yaml:\d+:\d+: "):
        Events.load(path)


@pytest.mark.parametrize(
    ("days_before", "codes"), [(61, []), (60, ["W852"]), (0, ["W852"]), (-1, [])]
)
def test_what_is_not_certain_is_pointed_out_in_time(
    days_before: int, codes: list[str], tmp_path: Path
) -> None:
    path = write(tmp_path) / "data" / "events.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("confirmed", "tentative"), encoding="utf-8")
    today = CUP - timedelta(days=days_before)
    codes_found = [each.code for each in check(tmp_path, today) if each.file == str(path)]
    assert codes_found == codes
