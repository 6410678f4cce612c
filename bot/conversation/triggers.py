"""Phrases that mean something wherever they are written: a cry for help, a wish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, product
from typing import Final

from bot.conversation.normal import fold, words
from bot.conversation.schema import Trigger

GAP: Final = "*"
BELOW: Final = "<"
AND: Final = "و"
"""Arabic writes "and" as one with the word that follows it."""

OR: Final = "|"
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
        self._stems: dict[str, _Step] = {}
        self._lengths: set[int] = set()  # of the stems
        self._bounds: dict[int, _Step] = {}
        self._gap: _Step | None = None
        self._names: set[str] = set()

    def add(self, phrases: Iterable[tuple[str, Mapping[str, Sequence[str]]]]) -> None:
        """Take in phrases by language, each with the name of its trigger."""
        for name, by_language in phrases:
            for text in (text for texts in by_language.values() for text in texts):
                for phrase in spell_out(text):
                    step = self
                    for part in phrase:
                        step = step._after(part)
                    if step is not self:
                        step._names.add(name)

    def names(self, said: Sequence[str]) -> set[str]:
        """The triggers of which a phrase occurs in these words."""
        found: set[str] = set()
        for position in range(len(said)):
            self._collect(said, position, found)
        return found

    def _after(self, part: str) -> _Step:
        """The step behind one part of a phrase."""
        if part == GAP:
            self._gap = self._gap or _Step()
            return self._gap
        if part[0] == BELOW:
            return self._bounds.setdefault(int(part[1:]), _Step())
        if part.endswith(GAP):
            self._lengths.add(len(part) - 1)
            return self._stems.setdefault(part[:-1], _Step())
        return self._words.setdefault(part, _Step())

    def _collect(self, said: Sequence[str], at: int, found: set[str]) -> None:
        if self._names:
            found |= self._names
        if at < len(said):
            word = said[at]
            for step in self._behind(word):
                step._collect(said, at + 1, found)
            if word[0] == AND:
                for step in self._behind(word[1:]):
                    step._collect(said, at + 1, found)
        if self._gap is not None:
            for skip in range(MAX_GAP + 1):
                self._gap._collect(said, at + skip, found)

    def _behind(self, word: str) -> list[_Step]:
        """The steps behind everything that this word may stand for."""
        steps = [self._words[word]] if word in self._words else []
        if self._stems:
            stems, long = self._stems, len(word)
            steps += [stems[word[:n]] for n in self._lengths if n <= long and word[:n] in stems]
        if self._bounds and word.isdecimal() and len(word) <= MAX_DIGITS:
            steps += [step for bound, step in self._bounds.items() if int(word) < bound]
        return steps


def spell_out(text: str) -> Iterator[tuple[str, ...]]:
    """The phrases, as words, that one line stands for.

    ``hits|beats`` is one word or the other, ``*`` after letters any ending, on its own up to three
    words, ``<18`` a number below 18.
    """
    choices = [[_split(each) for each in part.split(OR)] for part in text.split()]
    for parts in product(*choices):
        yield tuple(chain.from_iterable(parts))


def _split(part: str) -> list[str]:
    """One part of a phrase as the words it consists of."""
    part = fold(part)
    if part == GAP or _is_bound(part):
        return [part]
    pieces = list(words(part))
    if pieces and part.endswith(GAP):
        pieces[-1] += GAP
    return pieces


def _is_bound(part: str) -> bool:
    return part[:1] == BELOW and part[1:].isdecimal()
