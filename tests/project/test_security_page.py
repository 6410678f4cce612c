"""Every threat on ``docs/security.md`` names tests that exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

PAGE = Path("docs/security.md").read_text("utf-8")
THREATS = re.findall(r"^\| ([^|]+) \| [^|]+ \| (`tests/[^|]+) \|$", PAGE, re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse(Path(path).read_text("utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in tree.body if isinstance(node, functions))


@pytest.mark.parametrize(("threat", "shown_by"), THREATS, ids=[threat for threat, _ in THREATS])
def test_a_threat_is_tied_to_tests(threat: str, shown_by: str) -> None:
    named = TEST.findall(shown_by)
    assert TEST.sub("", shown_by).strip() == "", "something is no test"
    assert named
    assert [f"{path}::{name}" for path, name in named if name not in names_in(path)] == []


def test_every_row_of_the_threats_is_seen() -> None:
    threats = PAGE.partition("## Threats")[2].partition("## What is not covered")[0]
    rows = [line for line in threats.splitlines() if line.startswith("| ")]
    heads = [row for row in rows if row.startswith("| threat |")]
    assert len(THREATS) == len(rows) - len(heads)
    assert len(heads) >= 7


def test_every_side_of_the_program_is_thought_of() -> None:
    named = {path.split("/")[1] for path, _ in TEST.findall(PAGE)}
    assert named >= {"telegram", "web", "store", "delivery", "content", "check", "campaigns"}
