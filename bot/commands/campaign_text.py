"""What ``dontlookaway campaign`` prints: lines for people, and bars that move."""

from __future__ import annotations

import contextlib
import html
import re
from typing import TYPE_CHECKING, Final

from babel import Locale
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from rich.console import Console

    from bot.campaigns.plan import Date, Overview, When
    from bot.campaigns.preview import Cost, Preview, Text
    from bot.campaigns.progress import Status

WIDTH: Final = 30
"""Characters of a bar."""
COUNTRIES: Final = 10
"""Countries that are told; the others together."""
TOLD: Final = {
    "delivered": "delivered",
    "blocked": "blocked the bot",
    "failed": "failed",
    "unknown": "unknown",
    "stopped": "unsubscribed before",
    "capped": "had enough this week",
    "missed": "too late",
    "unsubscribed": "unsubscribed after",
    "taps": "taps",
    "conversations": "conversations",
}
"""Figures in the order in which they are told, and how each is called."""

_ENGLISH: Final = Locale("en")
_TAG: Final = re.compile(r"<[^>]+>")


def overview_lines(overview: Overview) -> Iterator[str]:
    """Every campaign with its next dates."""
    if overview.away:
        yield overview.away
    for campaign in overview.campaigns:
        yield f"{campaign.id}  {campaign.title}{'' if campaign.enabled else '  (example)'}"
        for wave in campaign.waves:
            dates = "; ".join(map(_date, wave.dates)) or "no date ahead"
            free = "" if wave.needs_approval else ", needs no approval"
            yield f"    {wave.id}: {wave.when}{free}: {dates}"
    if not overview.campaigns:
        yield "There is no campaign in data/campaigns.yaml."


def preview_lines(preview: Preview) -> Iterator[str]:
    """What a wave would be."""
    yield f"{preview.title}: {preview.when} (wave {preview.wave} of {preview.campaign})"
    yield from _dates(preview)
    yield ""
    audience = preview.audience
    if audience is None:
        yield preview.away or "Nobody gets it."
    else:
        yield f"{_people(audience.total)} would get it as things stand."
        for name, counts, said in (
            ("by language", audience.languages, str),
            ("by home country", audience.homes, _country),
            ("by country they travel to", audience.destinations, _country),
        ):
            if counts:
                yield f"  {name}: {_most({said(code): count for code, count in counts.items()})}"
    if preview.cost and audience and audience.total:
        yield _costs(preview.cost)
    for warning in preview.warnings:
        yield f"Note: {warning}"
    for text in preview.texts:
        yield ""
        yield from _message(text)
    others = [f"{wave.id} ({wave.when})" for wave in preview.waves if wave.id != preview.wave]
    if others:
        yield ""
        yield f"Other waves, see --wave: {', '.join(others)}"
    if preview.why_not:
        yield ""
        yield preview.why_not
    elif preview.state:
        yield ""
        yield f"State: {preview.state}{f', by {preview.by}' if preview.by else ''}"


def status_lines(statuses: Iterable[Status]) -> Iterator[str]:
    """How far runs are."""
    there = False
    for status in statuses:
        there = True
        yield f"{status.run}  {status.state}{f'  ({status.reason})' if status.reason else ''}"
        if not status.total:
            yield f"    due {_instant(status.due)}"
            continue
        filled = WIDTH * status.finished // status.total
        yield f"    {'█' * filled}{'░' * (WIDTH - filled)}  {_pace(status)}"
        yield f"    {_figures(status.sums)}"
        for language, row in status.languages.items():
            yield f"    {language}: {_figures(row)} of {row['total']:,}"
    if not there:
        yield "Nothing was sent or approved yet."


class Bars:
    """Bars that follow runs."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def update(self, statuses: Iterable[Status]) -> None:
        """Draw them as they are now."""
        grid = Table.grid(padding=(0, 2))
        for status in statuses:
            bar = ProgressBar(total=max(1, status.total), completed=status.finished, width=WIDTH)
            words = _pace(status) if status.total else f"due {_instant(status.due)}"
            grid.add_row(status.run, status.state, bar, words)
            if status.total:
                grid.add_row("", "", "", _figures(status.sums))
        self._live.update(grid, refresh=True)


@contextlib.contextmanager
def bars(console: Console) -> Iterator[Bars]:
    """Bars on a terminal; elsewhere only what they show at last."""
    with Live(console=console, auto_refresh=False) as live:
        yield Bars(live)


def _dates(preview: Preview) -> Iterator[str]:
    if preview.date is None:
        yield "There is no date ahead."
        return
    yield _in_full(preview.date)
    for each in preview.locals:
        yield f"  at home in {_country(each.country)}: {each.local}, which is {each.utc} UTC"
    dates = next(wave.dates for wave in preview.waves if wave.id == preview.wave)
    if later := [f"{date.day}" for date in dates if date.day > preview.date.day]:
        yield f"Again on {', '.join(later)}."


def _in_full(date: When) -> str:
    first, last = _instant(date.starts), _instant(date.ends)
    span = first if date.starts == date.ends else f"{first} to {last}"
    return f"{date.day:%A %d %B %Y}, {date.time} {date.clock} ({span})"


def _date(date: Date) -> str:
    return f"{date.day}{f' ({date.state})' if date.state else ''}"


def _costs(cost: Cost) -> str:
    stars = f", and up to {cost.stars:,.0f} Stars" if cost.stars else ", and costs nothing"
    return f"Takes {_minutes(cost.minutes)} at {cost.per_second} messages a second{stars}."


def _minutes(minutes: float) -> str:
    if minutes < 1:
        return "less than a minute"
    return f"{minutes:.0f} minute{'s' * (minutes >= 1.5)}" if minutes < 90 else _hours(minutes)


def _hours(minutes: float) -> str:
    return f"{minutes / 60:.1f} hours"


def _message(text: Text) -> Iterator[str]:
    note = "" if text.translated else " (not translated yet, read in English)"
    yield f"── {text.language} {text.name}{note}"
    for message in text.messages:
        yield html.unescape(_TAG.sub("", message.text))
        for row in message.rows:
            yield "  ".join(f"[{key.label}]" for key in row)
    if not text.messages:
        yield "There is nothing to say: the message is not in the flows."


def _pace(status: Status) -> str:
    words = f"{status.finished:,} of {status.total:,}"
    if status.rate:
        words += f", {status.rate:.0f} a second"
    if status.ends:
        words += f", ends at about {status.ends:%H:%M:%S} UTC"
    if status.waits_until:
        words += f"; some wait for a decent hour, until {_instant(status.waits_until)}"
    return words


def _figures(row: Mapping[str, int]) -> str:
    told = (f"{row[name]:,} {words}" for name, words in TOLD.items() if row[name])
    return ", ".join(told) or "nothing yet"


def _most(counts: Mapping[str, int]) -> str:
    """The largest; the others together."""
    rows = list(counts.items())
    words = [f"{name} {count:,}" for name, count in rows[:COUNTRIES]]
    if rest := sum(count for _, count in rows[COUNTRIES:]):
        words.append(f"others {rest:,}")
    return ", ".join(words)


def _country(code: str) -> str:
    return (_ENGLISH.territories.get(code) or code) if code else "not said"


def _people(number: int) -> str:
    return f"{number:,} {'person' if number == 1 else 'people'}"


def _instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
