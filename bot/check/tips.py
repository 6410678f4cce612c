"""The tips for travellers, and the events that they name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from bot.check.lists import misshapen, read_list, well_shaped
from bot.conversation.flows import Finding
from bot.conversation.wording import did_you_mean
from bot.knowledge.event_file import Event
from bot.knowledge.tip_file import Tip, TipFile, mistakes

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from bot.check.draft import Draft
    from bot.conversation.source import Path as Keys

MISTAKE: Final = "E901"
MAX_AGE_DAYS: Final = 732
"""Tips rest on pages that change slowly; phone numbers are looked at every year."""


def check_tips(draft: Draft) -> Iterator[Finding]:
    """Look at every tip."""
    path = draft.folder / "data" / "tips.yaml"
    source, findings = read_list(path)
    yield from findings
    if source is None:
        return
    yield from misshapen(source, TipFile, MISTAKE)
    tips = list(well_shaped(source.data, "tips", Tip))
    for keys, message in mistakes(tips):
        yield Finding.at(source.name, source.range(("tips", *keys)), MISTAKE, message)
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
        yield MISTAKE, ("checked",), f"{tip.checked} is in the future."
    elif (today - tip.checked).days > MAX_AGE_DAYS:
        message = f"Last checked on {tip.checked}: open the source again, then write today's date."
        yield "W903", ("checked",), message


def _events(path: Path) -> set[str]:
    """The ids of all events that can be read; what is wrong with others is said elsewhere."""
    source, _ = read_list(path)
    return {event.id for _, event in well_shaped(source.data, "events", Event)} if source else set()
