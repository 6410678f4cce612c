"""The calendar of events and awareness days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from bot.check.lists import misshapen, read_list, well_shaped
from bot.conversation.flows import Finding
from bot.knowledge.event_file import SHAPES, Event, EventFile, mistakes

if TYPE_CHECKING:
    from datetime import date

    from bot.check.draft import Draft
    from bot.conversation.source import Path

MISTAKE: Final = "E851"
SOON: Final = 60
"""Days before an event from which its dates should be certain."""


def check_events(draft: Draft) -> Iterator[Finding]:
    """Look at every event and awareness day."""
    source, findings = read_list(draft.folder / "data" / "events.yaml")
    yield from findings
    if source is None:
        return
    yield from misshapen(source, EventFile, MISTAKE)
    for code, keys, message in _found(source.data, draft.today):
        yield Finding.at(source.name, source.range(keys), code, message)


def _found(data: Any, today: date) -> Iterator[tuple[str, Path, str]]:
    for name, shape in SHAPES.items():
        entries = list(well_shaped(data, name, shape))
        for keys, message in mistakes(entries):
            yield MISTAKE, (name, *keys), message
        for number, entry in entries:
            if isinstance(entry, Event) and _uncertain(entry, today):
                message = f'"{entry.name}" may begin on {entry.starts}, and that is not certain.'
                message += " Ask the organiser, then put the days and the confidence right."
                yield "W852", (name, number, "confidence"), message


def _uncertain(event: Event, today: date) -> bool:
    return event.confidence == "tentative" and 0 <= (event.starts - today).days <= SOON
