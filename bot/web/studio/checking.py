"""The checker, for content with edits that nobody has saved yet. Runs in the worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from bot.check import CHECKS
from bot.check.contacts import check_contacts
from bot.check.draft import Draft
from bot.check.triggers import check_triggers
from bot.conversation.flows import Finding, FlowError
from bot.web.studio.overlay import Kept, Texts, overlaid, state

_Check: TypeAlias = Callable[[Draft], Iterator[Finding]]

LOOK_ONLY_AT: Final[dict[_Check, str]] = {
    check_contacts: "data/hotlines.yaml",
    check_triggers: "flows/triggers.yaml",
}
"""Checks that take long and depend on one file, so need not be made for edits of others."""

_results: Kept[list[Finding]] = Kept(16)
_parts: Kept[list[Finding]] = Kept(16)


def findings(folder: Path, texts: Texts, today: date) -> list[Finding]:
    """All mistakes, with the paths of files as they are in the content folder."""
    name = f"{today}{state(folder, texts)}"
    return _results.get(name, lambda: _look(folder, texts, today))


def named(folder: Path, error: ValueError) -> list[Finding]:
    """Why content in ``folder`` could not be loaded."""
    found = error.findings if isinstance(error, FlowError) else [_finding(str(error))]
    return [_relative(folder, each) for each in found]


def _look(folder: Path, texts: Texts, today: date) -> list[Finding]:
    with overlaid(folder, texts) as root:
        draft = Draft(root, today)
        found = {_relative(root, each) for each in draft.loaded.findings}
        for check in CHECKS:
            if part := LOOK_ONLY_AT.get(check):
                name = f"{today}{state(folder, texts, part)}"
                found.update(_parts.get(name, partial(_all, root, check, draft)))
            else:
                found.update(_all(root, check, draft))
    return sorted(found)


def _all(root: Path, check: _Check, draft: Draft) -> list[Finding]:
    return [_relative(root, each) for each in check(draft)]


def _relative(root: Path, finding: Finding) -> Finding:
    file = Path(finding.file)
    return Finding(
        file.relative_to(root).as_posix() if file.is_relative_to(root) else finding.file,
        finding.line,
        finding.column,
        finding.code,
        finding.message.replace(f"{root}/", ""),
        finding.end_line or finding.line,
        finding.end_column or finding.column,
    )


def _finding(text: str) -> Finding:
    """``file:line:column: what is wrong``, as the readers of data say it."""
    first = text.partition("\n")[0]
    file, _, rest = first.partition(":")
    numbers, _, message = rest.partition(": ")
    parts = [int(part) for part in numbers.split(":") if part.isdecimal()]
    if not parts:
        return Finding("", 1, 1, "E100", first)
    line, column = (*parts, 1)[:2]
    return Finding(file, line, column, "E100", message)
