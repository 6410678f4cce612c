"""Every code is explained to those who meet it."""

import re
from pathlib import Path

import pytest

from bot.check.codes import CODES, EXPLAINED, explanation

PAGE = (Path(__file__).parents[2] / EXPLAINED).read_text("utf-8")
SECTIONS = dict(re.findall(r"^### (\S+)\n\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))


def test_every_code_has_its_section_and_no_other_has() -> None:
    assert SECTIONS.keys() == CODES.keys()
    assert PAGE.count("\n### ") == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_section_says_what_it_means_shows_an_example_and_the_way_out(code: str) -> None:
    meaning, example, remedy = re.fullmatch(
        r"(.+?)\.\n\n```\w+\n(.+?)\n```\n\n\*\*Put it right:\*\* (.+?)\n+",
        SECTIONS[code],
        re.DOTALL,
    ).groups()
    assert meaning[0].lower() + meaning[1:] == CODES[code][0].lower() + CODES[code][1:]
    assert example.strip()
    assert remedy.endswith(".")


def test_a_code_leads_to_its_section() -> None:
    assert explanation("E201") == "docs/checks.md#e201"
