"""Phrases that mean something wherever they are written: a cry for help, a wish."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot.conversation.normal import fold, words
from bot.conversation.schema import Trigger

GAP: Final = "*"
BELOW: Final = "<"
MAX_GAP: Final = 3
"""Words that a ``*`` between two words of a phrase may stand for, at most."""

MAX_DIGITS: Final = 4
"""Digits of a number that is compared; longer ones are no age."""

MAX_WORDS: Final = 400
"""Words of a message that are looked at."""


class Triggers:
    """All phrases of all languages at once: a frightened person may write in any of them."""

    def __init__(self, triggers: Mapping[str, Trigger]) -> None:
        self._triggers = dict(triggers)
        self._phrases, self._unless = _Step(), _Step()
        self._phrases.add((name, each.phrases) for name, each in triggers.items())
        self._unless.add((name, each.unless) for name, each in triggers.items())

    def heard(self, said: Sequence[str]) -> list[Trigger]:
        """What the words of a text mean, the most urgent first."""
        said = said[:MAX_WORDS]
        meant = self._phrases.names(said)
        if meant:
            meant -= self._unless.names(said)
        return [trigger for name, trigger in self._triggers.items() if name in meant]


class _Step:
    """Phrases as a tree of words, so that a text is walked once, however many there are."""

    def __init__(self) -> None:
        self._words: dict[str, _Step] = {}
        self._patterns: defaultdict[str, dict[str, _Step]] = defaultdict(dict)  # by first letter
        self._names: set[str] = set()

    def add(self, phrases: Iterable[tuple[str, Mapping[str, Sequence[str]]]]) -> None:
        """Take in phrases by language, each with the name of its trigger."""
        for name, by_language in phrases:
            for text in (text for texts in by_language.values() for text in texts):
                step = self
                for part in split_phrase(text):
                    known = step._patterns[part[0]] if _is_pattern(part) else step._words
                    step = known.setdefault(part, _Step())
                if step is not self:
                    step._names.add(name)

    def names(self, said: Sequence[str]) -> set[str]:
        """The triggers of which a phrase occurs in these words."""
        found: set[str] = set()
        for position in range(len(said)):
            self._collect(said, position, found)
        return found

    def _collect(self, said: Sequence[str], at: int, found: set[str]) -> None:
        found |= self._names
        word = said[at] if at < len(said) else ""
        if word in self._words:
            self._words[word]._collect(said, at + 1, found)
        for first in (word[:1], BELOW) if self._patterns else ():
            for pattern, step in self._patterns.get(first, {}).items():
                if _fits(pattern, word):
                    step._collect(said, at + 1, found)
        for step in self._patterns.get(GAP, {}).values():
            for skip in range(MAX_GAP + 1):
                step._collect(said, at + skip, found)


def split_phrase(text: str) -> tuple[str, ...]:
    """A phrase as words.

    ``*`` after letters is any ending, on its own up to three words; ``<18`` a number below 18.
    """
    parts: list[str] = []
    for part in fold(text).split():
        if part == GAP or _is_bound(part):
            parts.append(part)
            continue
        pieces = words(part)
        parts += pieces[:-1]
        if pieces:
            parts.append(pieces[-1] + (GAP if part.endswith(GAP) else ""))
    return tuple(parts)


def _is_bound(part: str) -> bool:
    return part[0] == BELOW and part[1:].isdecimal()


def _is_pattern(part: str) -> bool:
    return part[0] == BELOW or part.endswith(GAP)


def _fits(pattern: str, word: str) -> bool:
    if pattern[0] == BELOW:
        return word.isdecimal() and len(word) <= MAX_DIGITS and int(word) < int(pattern[1:])
    return word.startswith(pattern[:-1])
