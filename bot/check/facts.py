"""The facts of the day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from bot.conversation.flows import Finding
from bot.conversation.misfits import misfits
from bot.conversation.source import read
from bot.knowledge.fact_file import Fact, FactFile, mistakes

if TYPE_CHECKING:
    from bot.check.draft import Draft


def check_facts(draft: Draft) -> Iterator[Finding]:
    """Look at every fact; no file means no facts."""
    path = draft.folder / "data" / "facts.yaml"
    try:
        source = read(str(path), path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        yield Finding(str(path), 1, 1, "E100", f"The facts cannot be read: {error}.")
        return
    for fault in source.faults:
        yield Finding.at(source.name, fault.where, fault.code, fault.message)
    if source.faults:
        return
    for keys, message in misfits(source.data, FactFile):
        yield Finding.at(source.name, source.range(keys), "E881", message)
    for keys, message in mistakes(_well_shaped(source.data)):
        yield Finding.at(source.name, source.range(("facts", *keys)), "E881", message)


def _well_shaped(data: Any) -> Iterator[tuple[int, Fact]]:
    """The facts that can be read, with their places in the list."""
    facts = data.get("facts") if isinstance(data, dict) else None
    for number, entry in enumerate(facts if isinstance(facts, list) else ()):
        try:
            yield number, msgspec.convert(entry, Fact, strict=False)
        except msgspec.ValidationError:
            continue
