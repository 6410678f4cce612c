"""Names of places near a misspelled word."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

_SHORTEST: Final = 5
_FARTHEST: Final = 2
# First letters that sound alike share a drawer, since the others of a word are more often wrong.
_ALIKE: Final = str.maketrans("cqgxzyjpfwv", "kkkssiibbbb")


def _drawer(name: str) -> str:
    return name[0].translate(_ALIKE)


def allowance(name: str) -> int:
    """How many letters may be wrong, missing, too many or swapped: none in a short name."""
    length = max(map(len, name.split(" "))) if " " in name else len(name)
    if length < _SHORTEST:
        return 0
    return 1 if length < 7 else _FARTHEST


class Typos:
    """Finds the names within a typo's distance, by drawers of the first letter and the length."""

    def __init__(self, names: list[str]) -> None:
        drawers: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for name in names:
            if len(name) >= _SHORTEST - 1:
                drawers[_drawer(name), len(name)].append(name)
        self._drawers = dict(drawers)

    def near(self, word: str) -> list[tuple[str, int]]:
        """Names near the word, with distance, nearest first; empty when none is within allowance.

        A name one step farther than the nearest makes the nearest doubtful, so the caller gets
        to see it, even when by itself it would be too far for a short word.
        """
        most = allowance(word)
        if not most:
            return []
        found: list[tuple[str, int]] = []
        first = _drawer(word)
        for length in range(len(word) - _FARTHEST, len(word) + _FARTHEST + 1):
            names = self._drawers.get((first, length))
            if names:
                hits = extract(word, names, scorer=OSA.distance, score_cutoff=_FARTHEST, limit=None)
                found += [(name, int(distance)) for name, distance, _ in hits]
        found.sort(key=lambda hit: hit[1])
        if not found or found[0][1] > most:
            return []
        nearest = found[0][1]
        return [hit for hit in found if hit[1] <= nearest + 1]
