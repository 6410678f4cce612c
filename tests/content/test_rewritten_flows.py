"""Editors rewrite everything under people who are talking; the full size is a benchmark."""

from __future__ import annotations

import pytest
from shipped_content import CONTENT

from benchmarks import edits
from benchmarks.edits import run
from bot.conversation import engine


def test_nobody_is_stuck_and_no_answer_is_lost_however_flows_are_rewritten() -> None:
    outcome = run(CONTENT, people=40, rewrites=15, finishing=2)
    assert outcome.failures == []
    assert outcome.moved
    assert outcome.kept
    assert outcome.finished == 14 * 2 + 40


def test_it_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def forget(walk: engine.Walk) -> None:
        walk.answers.clear()
        walk.at = engine.NOWHERE

    monkeypatch.setattr(engine, "resume", forget)
    monkeypatch.setattr(edits, "STEPS", 3)
    failures = run(CONTENT, people=20, rewrites=4, finishing=1).failures
    for what in ("no report", "moved to", "is lost"):
        assert any(what in failure for failure in failures), what
