"""What editors write in ``data/tips.yaml``, and every mistake that only shows by reading it."""

from __future__ import annotations

import json
import re
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from bot.knowledge.data_file import country_codes, is_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.knowledge.data_file import Mistake

Setting = Literal[
    "hotel", "beach", "bar", "street", "transport", "orphanage", "online", "stadium", "camp"
]
"""Kinds of place: those of a report, and camp sites."""
EventKind = Literal["sport", "multi_sport", "festival", "youth_gathering", "expo"]
Audience = Literal["traveller", "family", "volunteer", "business", "hotel", "transport"]
"""Who a tip speaks to; hotel and transport are people who work there."""

OWN_SOURCES: Final = {
    "project": "our own advice, which rests on no page",
    "ecpat-belgium": 'the news of ECPAT Belgium about the campaign "Don\'t look away!"',
}
"""Sources that are no page, and what they mean."""
LONGEST: Final = 200
"""Characters of a tip: three of them must fit on one screen of a phone."""

_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_REGIONS: Final = Path(__file__).parent / "regions.json"


class Tip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to notice or to do, and when it fits; a condition that is empty always holds."""

    id: str
    """Small letters, digits and hyphens. Keep it when you reword: a new one makes people see the
    tip again."""
    text: str
    """One concrete thing, said to "you", in at most 200 characters. Translated."""
    source: str
    """The address of the page that the facts come from; or one of `project` (our own advice, no
    facts) and `ecpat-belgium`."""
    checked: date
    """The day on which somebody last compared the tip with its source, such as 2026-11-25."""
    countries: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2 codes: [KE, TZ]. A tip with countries and regions fits in either."""
    regions: tuple[str, ...] = ()
    """Regions of the United Nations, or european-union. The head of the file lists them."""
    settings: tuple[Setting, ...] = ()
    """Kinds of place."""
    months: tuple[int, ...] = ()
    """1 for January to 12 for December."""
    event_kinds: tuple[EventKind, ...] = ()
    """Kinds of events."""
    events: tuple[str, ...] = ()
    """Ids of events.yaml."""
    audience: tuple[Audience, ...] = ()
    """Who it speaks to; `hotel` and `transport` are people who work there."""
    as_of: int | None = None
    """The year of the source, when that is an old one."""


class TipFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    tips: tuple[Tip, ...]
    """The tips; their order does not matter."""


@cache
def regions() -> Mapping[str, frozenset[str]]:
    """The countries of every region that a tip can name (United Nations; European Union)."""
    groups = json.loads(_REGIONS.read_text("utf-8"))
    return {name: frozenset(codes) for name, codes in groups.items()}


def mistakes(tips: Iterable[tuple[int, Tip]]) -> Iterator[Mistake]:
    """What is wrong in tips of the right shape, each given with its place in the list."""
    ids: dict[str, int] = {}
    texts: dict[str, str] = {}
    for number, tip in tips:
        for key, what in _of_one(tip):
            yield (number, *key), what
        if ids.setdefault(tip.id, number) != number:
            yield (number, "id"), f'Two tips have the id "{tip.id}". Give one of them another.'
        first = texts.setdefault(tip.text.casefold(), tip.id)
        if first != tip.id:
            yield (number, "text"), f'"{first}" says the same. Keep one of the two.'


def _of_one(tip: Tip) -> Iterator[Mistake]:
    if not _ID.fullmatch(tip.id):
        yield ("id",), "An id has small letters, digits and hyphens: ask-at-reception."
    if not tip.text.strip():
        yield ("text",), "A tip needs words."
    if len(tip.text) > LONGEST:
        much = f"This has {len(tip.text)} characters; a tip has {LONGEST} at most."
        yield ("text",), f"{much} Say one thing only."
    if tip.source not in OWN_SOURCES and not is_address(tip.source):
        others = ", ".join(OWN_SOURCES)
        yield ("source",), f"A source is the address of a page, or one of: {others}."
    for index, code in enumerate(tip.countries):
        if code not in country_codes():
            yield ("countries", index), f'"{code}" is no country code. Write two letters: KE.'
    for index, month in enumerate(tip.months):
        if not 1 <= month <= 12:
            yield ("months", index), f"{month} is no month. January is 1, December 12."
    for index, region in enumerate(tip.regions):
        if region not in regions():
            near = get_close_matches(region, regions(), n=1)
            guess = f' Did you mean "{near[0]}"?' if near else " The head of the file lists them."
            yield ("regions", index), f'There is no region "{region}".{guess}'
    if tip.as_of is not None and not 1990 <= tip.as_of <= tip.checked.year:
        yield ("as_of",), "This must be the year of the source, such as 2012."
