"""The calendar of events and awareness days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec

from bot.conversation.flows import Finding
from bot.conversation.misfits import misfits
from bot.conversation.source import read
from bot.knowledge.event_file import SHAPES, Entry, Event, EventFile, mistakes

if TYPE_CHECKING:
    from datetime import date

    from bot.check.draft import Draft
    from bot.conversation.source import Path

SOON: Final = 60
"""Days before an event from which its dates should be certain."""


def check_events(draft: Draft) -> Iterator[Finding]:
    """Look at every event; no file means no events."""
    path = draft.folder / "data" / "events.yaml"
    try:
        source = read(str(path), path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        message = f"The events cannot be read: {error}."
        yield Finding(str(path), 1, 1, "E100", message)
        return
    for fault in source.faults:
        yield Finding.at(source.name, fault.where, fault.code, fault.message)
    if source.faults:
        return
    for code, keys, message in _found(source.data, draft.today):
        yield Finding.at(source.name, source.range(keys), code, message)


def _found(data: Any, today: date) -> Iterator[tuple[str, Path, str]]:
    for keys, message in misfits(data, EventFile):
        yield "E851", keys, message
    for name, shape in SHAPES.items():
        entries = list(_well_shaped(data, name, shape))
        for keys, message in mistakes(entries):
            yield "E851", (name, *keys), message
        for number, entry in entries:
            if isinstance(entry, Event) and _uncertain(entry, today):
                message = f'"{entry.name}" may begin on {entry.starts}, and that is not certain.'
                message += " Ask the organiser, then put the days and the confidence right."
                yield "W852", (name, number, "confidence"), message


def _well_shaped(data: Any, name: str, shape: type[Entry]) -> Iterator[tuple[int, Entry]]:
    """The entries of one list that can be read, with their places."""
    listed = data.get(name) if isinstance(data, dict) else None
    for number, entry in enumerate(listed if isinstance(listed, list) else ()):
        try:
            yield number, msgspec.convert(entry, shape, strict=False)
        except msgspec.ValidationError:
            continue


def _uncertain(event: Event, today: date) -> bool:
    return event.confidence == "tentative" and 0 <= (event.starts - today).days <= SOON
