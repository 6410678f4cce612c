"""Facts that campaigns and lessons can quote, one for each day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from bot.knowledge.data_file import DataFile
from bot.knowledge.fact_file import Fact, FactFile, mistakes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

__all__ = ["Fact", "Facts"]


class Facts:
    """All facts, in the order of the file."""

    def __init__(self, facts: tuple[Fact, ...] = ()) -> None:
        self._facts = facts

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the file; no file means no facts.

        Raises :class:`ValueError` with ``file:line:column`` and the reason, a line for each.
        """
        if not path.exists():
            return cls()
        source = DataFile(path)
        facts = source.convert(FactFile).facts
        source.refuse((("facts", *keys), what) for keys, what in mistakes(enumerate(facts)))
        return cls(facts)

    def __len__(self) -> int:
        return len(self._facts)

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts)

    def of_day(self, day: date) -> Fact | None:
        """The same one for everybody; each comes once before the first one comes again."""
        return self._facts[day.toordinal() % len(self._facts)] if self._facts else None
