import argparse
import json
from pathlib import Path

import pytest

from bot.commands import check

FLOW = """\
flow: start
start: menu
nodes:
  menu:
    say: What do you need?
    choices:
      - {label: Contacts, goto: hotlin}
"""


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where much is missing, as seen from the folder above it."""
    path = tmp_path / "content" / "flows" / "start.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(FLOW, encoding="utf-8")
    (path.parent / "hotline.yaml").write_text(FLOW.replace("start", "hotline", 1))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "content"


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    check.register(parser.add_subparsers())
    args = parser.parse_args(["check", *words])
    code = args.func(args)
    assert isinstance(code, int)
    return code


MESSAGE = 'There is no node "hotlin" in this flow, and no such flow. Did you mean "hotline"?'


def test_text_is_one_line_each_and_a_summary(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("content") == check.FINDINGS
    *lines, summary = capsys.readouterr().out.splitlines()
    assert f"content/flows/start.yaml:7:27: E303: {MESSAGE}" in lines
    assert summary == f"{len(lines)} errors, 0 warnings."


def test_json_is_one_document(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("content", "--format", "json") == check.FINDINGS
    document = json.loads(capsys.readouterr().out)
    assert document["errors"] == len(document["findings"])
    assert document["warnings"] == 0
    assert {
        "file": "content/flows/start.yaml",
        "line": 7,
        "column": 27,
        "end_line": 7,
        "end_column": 31,
        "code": "E303",
        "severity": "error",
        "message": MESSAGE,
        "explained": "docs/checks.md#e303",
    } in document["findings"]


def test_github_gets_annotations(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flow = content / "flows" / "start.yaml"
    flow.rename(flow.with_name("100%, sure.yaml"))
    assert run("content", "--format", "github") == check.FINDINGS
    place = "file=content/flows/100%25%2C sure.yaml,line=7,col=27,title=E303"
    assert (
        f"::error {place}::{MESSAGE} (docs/checks.md#e303)" in capsys.readouterr().out.splitlines()
    )


def test_the_folder_can_come_from_the_environment(
    content: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTENT_DIR", str(content))
    assert run() == check.FINDINGS
    assert "content/flows/start.yaml:7:27: E303" in capsys.readouterr().out


def test_the_shipped_content_is_checked_by_default(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONTENT_DIR", raising=False)
    run("--format", "json")
    assert json.loads(capsys.readouterr().out)["errors"] == 0


def test_bad_usage_is_refused(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for nowhere in ("nowhere", "x" * 300):
        assert run(nowhere) == check.BAD_USAGE
        assert f'"{nowhere}" is not a folder' in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        run("content", "--format", "xml")
    assert caught.value.code == check.BAD_USAGE
