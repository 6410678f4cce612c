"""The tips for travellers, and the events that they name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec

from bot.conversation.flows import Finding
from bot.conversation.misfits import misfits
from bot.conversation.source import read
from bot.conversation.wording import did_you_mean
from bot.knowledge.tip_file import Tip, TipFile, mistakes

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from bot.check.draft import Draft
    from bot.conversation.source import Path as Keys

MAX_AGE_DAYS: Final = 732
"""Tips rest on pages that change slowly; phone numbers are looked at every year."""


def check_tips(draft: Draft) -> Iterator[Finding]:
    """Look at every tip; no file means no tips."""
    path = draft.folder / "data" / "tips.yaml"
    try:
        source = read(str(path), path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        yield Finding(str(path), 1, 1, "E100", f"The tips cannot be read: {error}.")
        return
    for fault in source.faults:
        yield Finding.at(source.name, fault.where, fault.code, fault.message)
    if source.faults:
        return
    for keys, message in misfits(source.data, TipFile):
        yield Finding.at(source.name, source.range(keys), "E901", message)
    tips = list(_well_shaped(source.data))
    for keys, message in mistakes(tips):
        yield Finding.at(source.name, source.range(("tips", *keys)), "E901", message)
    events = _events(path.with_name("events.yaml"))
    for number, tip in tips:
        for code, keys, message in _of_one(tip, events, draft.today):
            yield Finding.at(source.name, source.range(("tips", number, *keys)), code, message)


def _of_one(tip: Tip, events: set[str], today: date) -> Iterator[tuple[str, Keys, str]]:
    for index, event in enumerate(tip.events):
        if event not in events:
            message = f'No event of the calendar has the id "{event}".{did_you_mean(event, events)}'
            message += " If it is over, take out the tip."
            yield "E902", ("events", index), message
    if tip.checked > today:
        yield "E901", ("checked",), f"{tip.checked} is in the future."
    elif (today - tip.checked).days > MAX_AGE_DAYS:
        message = f"Last checked on {tip.checked}: open the source again, then write today's date."
        yield "W903", ("checked",), message


def _well_shaped(data: Any) -> Iterator[tuple[int, Tip]]:
    """The tips that can be read, with their places in the list."""
    tips = data.get("tips") if isinstance(data, dict) else None
    for number, entry in enumerate(tips if isinstance(tips, list) else ()):
        try:
            yield number, msgspec.convert(entry, Tip, strict=False)
        except msgspec.ValidationError:
            continue


def _events(path: Path) -> set[str]:
    """The ids of all events that can be read; what is wrong with others is said elsewhere."""
    try:
        data = read(str(path), path.read_text(encoding="utf-8")).data
    except (OSError, UnicodeDecodeError):
        return set()
    events = data.get("events") if isinstance(data, dict) else None
    entries = [entry for entry in events or () if isinstance(entry, dict)]
    return {entry["id"] for entry in entries if isinstance(entry.get("id"), str)}
