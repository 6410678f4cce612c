"""What editors write in ``data/facts.yaml``, and every mistake that only shows by reading it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from bot.knowledge.data_file import is_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.knowledge.data_file import Mistake

LONGEST: Final = 300
"""Characters of a fact, so that it is read at one glance."""

_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Fact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that is known."""

    id: str
    """Small letters, digits and hyphens."""
    text: str
    """One or two sentences, 300 characters at most, with the year in them. Translated."""
    year: int
    """The one that the fact is about."""
    source: str
    """The page where it was read: https://…"""
    checked: date
    """The day on which somebody last compared it with its source, such as 2026-11-25."""


class FactFile(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    facts: tuple[Fact, ...]
    """One is shown a day."""


def mistakes(facts: Iterable[tuple[int, Fact]]) -> Iterator[Mistake]:
    """What is wrong in facts of the right shape, each given with its place in the list."""
    ids: set[str] = set()
    for number, fact in facts:
        for key, what in _of_one(fact):
            yield (number, key), what
        if fact.id in ids:
            yield (number, "id"), f'Two facts have the id "{fact.id}". Give one of them another.'
        ids.add(fact.id)


def _of_one(fact: Fact) -> Iterator[tuple[str, str]]:
    if not _ID.fullmatch(fact.id):
        yield "id", "An id has small letters, digits and hyphens: child-victims."
    if not fact.text.strip():
        yield "text", "A fact needs words."
    if len(fact.text) > LONGEST:
        yield "text", f"This has {len(fact.text)} characters; a fact has {LONGEST} at most."
    if str(fact.year) not in fact.text:
        yield "text", f"The year {fact.year} must stand in the text, too: figures grow old."
    if not 1989 <= fact.year <= fact.checked.year:
        yield "year", "Write the year that the fact is about, such as 2022."
    if not is_address(fact.source):
        yield (
            "source",
            f'"{fact.source}" is no address of a page. Write where you read it: https://…',
        )
