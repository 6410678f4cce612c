"""Whichever way content is saved, it is seen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.reload.tree import look

FLOW = "flows/report.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A link to a folder with a file of each kind."""
    for file in (FLOW, "data/hotlines.yaml", "locales/fr/LC_MESSAGES/messages.po"):
        (tmp_path / "one" / file).parent.mkdir(parents=True)
        (tmp_path / "one" / file).write_text("a: b\n")
    (tmp_path / "now").symlink_to("one")
    return tmp_path / "now"


def renamed_over(folder: Path) -> None:
    """With the same length at the same time, as a version control system may do it."""
    path, beside = folder / FLOW, folder / "flows" / ".report.yaml.tmp"
    beside.write_text("a: c\n")
    stat = path.stat()
    os.utime(beside, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    beside.replace(path)


def swapped(folder: Path) -> None:
    shutil.copytree(folder, folder.parent / "two")
    link = folder.parent / "next"
    link.symlink_to("two")
    link.replace(folder)


WAYS: list[Callable[[Path], object]] = [
    lambda folder: (folder / FLOW).write_text("a: bc\n"),
    lambda folder: (folder / FLOW).unlink(),
    lambda folder: (folder / "flows" / "new.yaml").write_text("a: b\n"),
    lambda folder: (folder / "locales/fr/LC_MESSAGES/messages.po").write_text("longer"),
    lambda folder: shutil.rmtree(folder / "data"),
    lambda folder: (folder / "flows").rename(folder / "away"),
    lambda folder: (folder / FLOW).chmod(0o600),  # perhaps it can be read only now
    lambda folder: (folder / "flows" / "new.yaml").symlink_to("nowhere.yaml"),
    renamed_over,
    swapped,
]


@pytest.mark.parametrize("edit", WAYS)
def test_every_way_of_saving_is_seen(folder: Path, edit: Callable[[Path], object]) -> None:
    before = look(folder)
    assert len(before) == 3
    assert look(folder) == before
    edit(folder)
    assert look(folder) != before


def test_a_folder_that_is_a_link_is_looked_into(folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    (folder / "locales" / "de").symlink_to("../elsewhere")
    before = look(folder)
    (folder / "elsewhere" / "messages.po").write_text("x")
    assert look(folder) != before


def test_links_that_lead_in_circles_end(folder: Path) -> None:
    before = look(folder)
    for name in "abcd":
        (folder / "flows" / name).symlink_to(".")
        (folder / "locales" / name).symlink_to("..")
    assert len(look(folder)) < 10 * len(before)


def test_files_that_nothing_is_read_from_do_not_count(folder: Path) -> None:
    before = look(folder)
    (folder / "flows" / "report.yaml~").write_text("a: c\n")
    (folder / ".git").mkdir()
    (folder / ".git" / "config.yaml").write_text("a: c\n")
    assert look(folder) == before


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert look(tmp_path / "nowhere") == frozenset()
