import argparse
import json
from pathlib import Path

import pytest

from bot.commands import messages


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "help.yaml").write_text(
        "flow: help\nstart: a\nnodes:\n  a: {say: 'Hello, {name}.', end: true}\n"
    )
    french = tmp_path / "locales" / "fr" / "LC_MESSAGES" / "messages.po"
    french.parent.mkdir(parents=True)
    french.write_text('msgid ""\nmsgstr "X-Reviewed: no\\n"\n')
    monkeypatch.setenv("CONTENT_DIR", str(tmp_path))
    return tmp_path


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    messages.register(parser.add_subparsers())
    args = parser.parse_args(["messages", *words])
    code = args.func(args)
    assert isinstance(code, int)
    return code


def french(content: Path) -> Path:
    return content / "locales" / "fr" / "LC_MESSAGES" / "messages.po"


def test_update_writes_what_changed_and_nothing_else(content: Path) -> None:
    assert run("update", "--check") == 1
    assert "help.a.say" not in french(content).read_text()
    assert run("update") == 0
    text = french(content).read_text()
    assert 'msgctxt "help.a.say"' in text
    assert '"X-Reviewed: no\\n"' in text
    french(content).write_text(text.replace('name}."\nmsgstr ""', 'name}."\nmsgstr "{name} !"'))
    before = french(content).stat().st_mtime_ns
    assert run("update", "--check") == 0
    assert run("update") == 0
    assert french(content).stat().st_mtime_ns == before
    assert sorted(path.name for path in french(content).parent.iterdir()) == ["messages.po"]


def test_extract_writes_the_template_for_a_new_language(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("extract") == 0
    template = content / "locales" / "messages.pot"
    assert 'msgctxt "help.a.say"' in template.read_text()
    capsys.readouterr()
    assert run("extract") == 0
    assert capsys.readouterr().out == "Everything is up to date.\n"


def test_status_counts_and_finds_lost_placeholders(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("update") == 0
    assert run("status") == 0
    text = french(content).read_text()
    french(content).write_text(text.replace('name}."\nmsgstr ""', 'name}."\nmsgstr "Bonjour."'))
    capsys.readouterr()
    assert run("status", "--json") == 1
    (state,) = json.loads(capsys.readouterr().out)["languages"]
    assert (state["language"], state["translated"], state["reviewed"]) == ("fr", 1, False)
    assert state["flaws"][0]["message"] == "The placeholder {name} is missing."
    assert run("status") == 1
    assert "help.a.say: The placeholder {name} is missing." in capsys.readouterr().out


def test_a_mistake_in_a_file_is_one_line(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (content / "flows" / "bad.yaml").write_text("flow: [")
    assert run("extract") == 1
    error = capsys.readouterr().err
    assert "bad.yaml:2: " in error
    assert "Traceback" not in error


def test_what_the_studio_says_has_files_of_its_own(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    studio = french(content).with_name("studio.po")
    studio.write_text('msgid ""\nmsgstr "X-Reviewed: no\\n"\n')
    assert run("update") == 0
    text = studio.read_text()
    assert 'msgid "Log in"\n' in text
    assert 'msgid_plural "{count} days"\nmsgstr[0] ""\nmsgstr[1] ""\n' in text
    assert "help.a.say" not in text
    assert "Log in" not in french(content).read_text()
    assert run("update", "--check") == 0
    capsys.readouterr()
    assert run("status", "--json") == 0
    rows = json.loads(capsys.readouterr().out)["languages"]
    assert [(row["language"], row["domain"]) for row in rows] == [
        ("fr", "messages"),
        ("fr", "studio"),
    ]
    assert rows[1]["missing"] == rows[1]["total"] > 300
    assert run("extract") == 0
    assert 'msgid "Log in"\n' in (content / "locales/studio.pot").read_text()


def test_bad_usage_is_refused(content: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        run("translate")
    assert caught.value.code == messages.BAD_USAGE
