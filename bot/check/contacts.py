"""The contacts: what :mod:`bot.knowledge.contact_findings` finds, with line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from bot.conversation.flows import Finding
from bot.conversation.source import read
from bot.knowledge.contact_findings import findings
from bot.knowledge.hotlines import Hotlines

if TYPE_CHECKING:
    from bot.check.draft import Draft
    from bot.conversation.source import Path

_STEP: Final = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_OLD: Final = "last checked on"
"""How the finding begins that is no mistake: somebody has to look again."""


def check_contacts(draft: Draft) -> Iterator[Finding]:
    """Look at every contact of every country."""
    path = draft.folder / "data" / "hotlines.yaml"
    try:
        source = read(str(path), path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        message = f"The contacts cannot be read: {error}."
        yield Finding(str(path), 1, 1, "E100", message)
        return
    for fault in source.faults:
        yield Finding.at(source.name, fault.where, fault.code, fault.message)
    if source.faults:
        return
    found = False
    try:
        for each in findings(path, draft.today):
            found = True
            code = "W702" if each.what.startswith(_OLD) else "E701"
            where = source.range(_path(each.where))
            yield Finding.at(source.name, where, code, f"{each.where}: {each.what}.")
        if not found:
            Hotlines.load(path)
    except ValueError as error:
        message = str(error).removeprefix(f"{path}: ")
        yield Finding(source.name, 1, 1, "E701", message)


def _path(where: str) -> Path:
    """``KE.contacts[1].phone`` as the keys in the file."""
    steps = tuple(int(index) if index else name for index, name in _STEP.findall(where))
    return steps if steps[:1] == ("international",) else ("countries", *steps)
