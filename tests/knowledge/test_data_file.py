"""Files that are YAML, yet meant to break whoever reads them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from bot.knowledge.campaigns import Campaigns
from bot.knowledge.data_file import DataFile
from bot.knowledge.events import Events
from bot.knowledge.facts import Facts
from bot.knowledge.hotlines import Hotlines
from bot.knowledge.tips import Tips


def load_campaigns(path: Path) -> Campaigns:
    return Campaigns.load(path, Events())


LOADERS = [Tips.load, Events.load, Facts.load, Hotlines.load, load_campaigns]
NAMES = "abcdefghij"
LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in pairwise(NAMES)
)


@pytest.mark.parametrize("load", LOADERS)
@pytest.mark.parametrize(
    ("text", "line"), [(LAUGHS, 1), ("a: b\nc: &c [*c]\n", 2), ("a: b\n&d c: {<<: *d}\n", 2)]
)
def test_ten_lines_do_not_become_billions(
    load: Callable[[Path], object], text: str, line: int, tmp_path: Path
) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=f"odd.yaml:{line}.*anchors"):
        load(path)


@pytest.mark.parametrize("load", LOADERS)
def test_a_key_that_is_a_list_is_a_mistake(load: Callable[[Path], object], tmp_path: Path) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text("? [a, b]\n: c\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"odd\.yaml"):
        load(path)


def test_of_a_key_that_stands_there_twice_the_last_counts(tmp_path: Path) -> None:
    path = tmp_path / "list.yaml"
    path.write_text("names: [a]\nnames:\n  - b\n  - c\n", encoding="utf-8")
    source = DataFile(path)
    assert source.data == {"names": ["b", "c"]}
    assert source.place(("names", 1)) == f"{path}:4:5"
