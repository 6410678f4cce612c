"""The facts of the day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from bot.check.lists import misshapen, read_list, well_shaped
from bot.conversation.flows import Finding
from bot.knowledge.fact_file import Fact, FactFile, mistakes

if TYPE_CHECKING:
    from bot.check.draft import Draft

MISTAKE: Final = "E881"


def check_facts(draft: Draft) -> Iterator[Finding]:
    """Look at every fact."""
    source, findings = read_list(draft.folder / "data" / "facts.yaml")
    yield from findings
    if source is None:
        return
    yield from misshapen(source, FactFile, MISTAKE)
    for keys, message in mistakes(well_shaped(source.data, "facts", Fact)):
        yield Finding.at(source.name, source.range(("facts", *keys)), MISTAKE, message)
