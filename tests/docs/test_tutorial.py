"""``docs/edit-a-flow.md``, followed to the letter."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.content import Content
from bot.conversation.events import Command, Event, Press, Text
from bot.conversation.session import Session

ROOT = Path(__file__).parents[2]
TUTORIAL = (ROOT / "docs" / "edit-a-flow.md").read_text("utf-8")
EDIT = re.compile(
    r"(Below|Above) the line that begins with `([^`]+)`, add:\n\n```yaml\n(.*?)```", re.S
)
SHELL = re.compile(r"```sh\n(.*?)\n```", re.S)


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout in which somebody has followed the tutorial up to the edits."""
    checkout = tmp_path_factory.mktemp("checkout")
    for name in ("flows", "data", "locales"):
        shutil.copytree(ROOT / name, checkout / name)
    run(SHELL.findall(TUTORIAL)[0], checkout)
    path = checkout / "my-content" / "flows" / "report_form.yaml"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    edits = EDIT.findall(TUTORIAL)
    assert len(edits) == 4
    for where, begins, added in edits:
        at = next(number for number, line in enumerate(lines) if line.startswith(begins))
        lines.insert(at + (where == "Below"), added)
    path.write_text("".join(lines), "utf-8")
    return checkout


def run(command: str, checkout: Path) -> subprocess.CompletedProcess[str]:
    """A command of the tutorial, with this Python in the place of the checkout's."""
    command = command.replace(".venv/bin/dontlookaway", f"{shlex.quote(sys.executable)} -m bot")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, shell=True, cwd=checkout, env=env, capture_output=True, text=True, check=False
    )


def test_the_check_finds_nothing_but_missing_translations(followed: Path) -> None:
    shown = run(SHELL.findall(TUTORIAL)[1], followed)
    assert shown.returncode == 1
    findings = [line for line in shown.stdout.splitlines() if ": W" in line or ": E" in line]
    assert len(findings) == 9
    assert all(" W602: " in line for line in findings)


def test_the_question_is_asked_in_its_place_and_stands_in_the_report(followed: Path) -> None:
    content = Content.load(followed / "my-content")
    session, now = Session(), datetime(2026, 11, 25, 12, tzinfo=UTC)
    steps: list[Event] = [Command("report"), Press("1:1"), Text("Kenya"), Press("3:0")]
    answers = [Text("a man with a girl"), "Hotel", *["Skip"] * 5, Text("the other guest")]
    said = ""
    buttons: dict[str, str] = {}
    for step in [*steps, *answers, Text("a receipt of the bar"), "Skip", "Skip"]:
        event = step
        if isinstance(step, str):
            event = Press(next(data for label, data in buttons.items() if step in label))
        now += timedelta(seconds=30)
        turn = content.advance(session, event, now)
        session = turn.session
        said = "\n".join(message.text for message in turn.messages)
        buttons = {b.label: b.value for m in turn.messages for b in m.buttons if b.kind == "press"}
        if step == Text("the other guest"):
            assert "Did you keep anything" in said
    assert "<b>Things kept</b>\na receipt of the bar" in said
    assert "✏️ Things kept" in buttons


def test_translators_find_the_new_sentences(followed: Path) -> None:
    assert run(SHELL.findall(TUTORIAL)[3], followed).returncode == 0
    french = followed / "my-content" / "locales" / "fr" / "LC_MESSAGES" / "messages.po"
    assert 'msgctxt "report_form.kept.say"' in french.read_text("utf-8")
