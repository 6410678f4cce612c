"""Whatever is in the folder, checking it ends with findings that point into it."""

import random
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from broken_content import PO
from hypothesis import given, settings
from hypothesis import strategies as st
from minimal_content import write

from bot.check import check
from bot.content import shipped
from bot.i18n import pofile
from bot.i18n.template import build_template

TODAY = date(2026, 11, 25)
DATA = ["data/hotlines.yaml", "data/events.yaml", "data/facts.yaml"]
READ = ["flows/quiz.yaml", "flows/common.yaml", *DATA, PO]
FLOWS = {path.name: path.read_text(encoding="utf-8") for path in shipped().glob("flows/*.yaml")}
GARBLED = (
    ": ",
    "\t",
    "- ",
    "{",
    "]",
    '"',
    "&a *a",
    "? ",
    "!!int ",
    "\0",
    "\ud7ff",
    "💛",
    "null",
    "goto: back",
    "say: <b>",
    "[a]: b",
    "<<: {a: b}",
)


def garbled(text: str, seed: int, edits: int) -> str:
    """A text with a few lines deleted, doubled, moved, indented otherwise or overwritten."""
    chance = random.Random(seed)
    lines = text.splitlines(keepends=True)
    for _ in range(edits):
        at = chance.randrange(len(lines))
        line = lines[at]
        cut = chance.randrange(len(line) + 1)
        lines[at : at + 1] = chance.choice(
            (
                [],
                [line, line],
                [lines[chance.randrange(len(lines))]],
                [" " * chance.randrange(5) + line.lstrip(" ")],
                [line[:cut] + chance.choice(GARBLED) + line[cut:]],
                [line[:cut] + "\n"],
                [line[cut:]],
            )
        )
        lines = lines or [""]
    return "".join(lines)


def assert_it_can_be_checked(folder: Path) -> None:
    findings = check(folder, TODAY)
    assert findings == sorted(findings)
    for finding in findings:
        path = Path(finding.file)
        assert path.is_relative_to(folder)
        lines = path.read_bytes().decode("utf-8", "replace").split("\n") if path.is_file() else []
        assert 1 <= finding.line <= len(lines) + 1, str(finding)
        assert finding.column >= 1, str(finding)
        assert finding.message.strip(), str(finding)


@settings(max_examples=150, deadline=None)
@given(
    names=st.lists(st.sampled_from(sorted(FLOWS)), min_size=1, max_size=3),
    seed=st.integers(0, 10**9),
    edits=st.integers(1, 6),
)
def test_garbled_flows(names: list[str], seed: int, edits: int) -> None:
    with TemporaryDirectory() as place:
        folder = write(Path(place))
        for name, text in FLOWS.items():
            kept = garbled(text, seed, edits) if name in names else text
            (folder / "flows" / name).write_text(kept, encoding="utf-8")
        assert_it_can_be_checked(folder)


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(DATA),
    seed=st.integers(0, 10**9),
    edits=st.integers(1, 6),
)
def test_garbled_data(name: str, seed: int, edits: int) -> None:
    with TemporaryDirectory() as place:
        path = write(Path(place)) / name
        path.write_text(garbled(path.read_text(), seed, edits), encoding="utf-8")
        assert_it_can_be_checked(Path(place))


@pytest.fixture(scope="module")
def translated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write(tmp_path_factory.mktemp("garbled"))
    catalog = pofile.PoCatalog("fr")
    catalog.update(build_template(folder))
    path = folder / PO
    path.parent.mkdir(parents=True)
    path.write_bytes(pofile.render(catalog))
    return path


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**9), edits=st.integers(1, 12))
def test_garbled_translations(translated: Path, seed: int, edits: int) -> None:
    whole = translated.read_bytes()
    try:
        translated.write_text(garbled(whole.decode(), seed, edits), encoding="utf-8")
        assert_it_can_be_checked(translated.parents[3])
    finally:
        translated.write_bytes(whole)


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"[]", b"a", b"? [a]\n: b", b"- " * 5000]
)
def test_files_of_something_else(name: str, content: bytes, tmp_path: Path) -> None:
    path = write(tmp_path) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    assert_it_can_be_checked(tmp_path)


@pytest.mark.parametrize("name", READ)
def test_folders_where_files_should_be(name: str, tmp_path: Path) -> None:
    path = write(tmp_path) / name
    path.unlink(missing_ok=True)
    path.mkdir(parents=True)
    assert_it_can_be_checked(tmp_path)


def test_nothing_at_all(tmp_path: Path) -> None:
    assert {finding.code for finding in check(tmp_path, TODAY)} == {"E100"}
