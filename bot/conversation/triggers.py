"""Phrases that mean something wherever they are written: a cry for help, a wish."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, product
from typing import Final

from msgspec import Struct

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
        phrases, whole, unless = _Graph(), _Graph(), _Graph()
        for name, each in triggers.items():
            (whole if each.whole else phrases).add(name, each.phrases)
            unless.add(name, each.unless)
        self._phrases, self._whole, self._unless = phrases.start, whole.start, unless.start

    @property
    def targets(self) -> list[str]:
        """Where the phrases lead."""
        return [trigger.goto for trigger in self._triggers.values()]

    def heard(self, said: Sequence[str]) -> list[Trigger]:
        """What the words of a text mean, the most urgent first."""
        said = said[:MAX_WORDS]
        meant = self._phrases.names(said) | self._whole.all_names(said)
        if meant:
            meant -= self._unless.names(said)
        return [trigger for name, trigger in self._triggers.items() if name in meant]


class _Step(Struct, eq=False):
    """Phrases as a graph of words, so that a text is walked once, however many there are.

    There are tens of thousands; what most of them lack is None and takes no memory.
    """

    _words: dict[str, list[_Step]] | None = None
    _stems: dict[str, list[_Step]] | None = None
    _lengths: set[int] | None = None  # of the stems
    _bounds: dict[int, list[_Step]] | None = None
    _gap: _Step | None = None
    _names: set[str] | None = None

    def names(self, said: Sequence[str]) -> set[str]:
        """The triggers of which a phrase occurs in these words."""
        found: set[str] = set()
        for position in range(len(said)):
            self._collect(said, position, found)
        return found

    def all_names(self, said: Sequence[str]) -> set[str]:
        """The triggers of which a phrase is all of these words."""
        found: set[str] = set()
        self._collect(said, 0, found, whole=True)
        return found

    def link(self, part: str, step: _Step) -> None:
        """Let ``step`` come behind one part of a phrase."""
        if part == GAP:
            self._gap = step
        elif part[0] == BELOW:
            self._bounds = self._bounds or {}
            self._bounds.setdefault(int(part[1:]), []).append(step)
        elif part.endswith(GAP):
            self._lengths = {*(self._lengths or ()), len(part) - 1}
            self._stems = self._stems or {}
            self._stems.setdefault(part[:-1], []).append(step)
        else:
            self._words = self._words or {}
            self._words.setdefault(part, []).append(step)

    def name(self, trigger: str) -> None:
        """Let a phrase of ``trigger`` end here."""
        self._names = {*(self._names or ()), trigger}

    def _collect(
        self, said: Sequence[str], at: int, found: set[str], *, whole: bool = False
    ) -> None:
        if self._names and (at == len(said) or not whole):
            found |= self._names
        if at < len(said):
            word = said[at]
            for step in self._behind(word):
                step._collect(said, at + 1, found, whole=whole)
            if word[0] == AND:
                for step in self._behind(word[1:]):
                    step._collect(said, at + 1, found, whole=whole)
        if self._gap is not None:
            for skip in range(MAX_GAP + 1):
                self._gap._collect(said, at + skip, found, whole=whole)

    def _behind(self, word: str) -> list[_Step]:
        """The steps behind everything that this word may stand for."""
        steps = list(self._words.get(word, ())) if self._words else []
        if self._stems and self._lengths:
            for length in self._lengths:
                if length <= len(word):
                    steps += self._stems.get(word[:length], ())
        if self._bounds and word.isdecimal() and len(word) <= MAX_DIGITS:
            for bound, behind in self._bounds.items():
                steps += behind if int(word) < bound else ()
        return steps


class _Graph:
    """Puts the steps together; phrases share those with which they begin alike."""

    def __init__(self) -> None:
        self.start = _Step()
        self._own: dict[tuple[int, str], _Step] = {}

    def add(self, trigger: str, phrases: Mapping[str, Sequence[str]]) -> None:
        """Take in the phrases of a trigger, by language."""
        for text in (text for texts in phrases.values() for text in texts):
            steps = [self.start]
            for choices in _choices(text):
                steps = self._after_any(steps, choices)
            for step in steps:
                if step is not self.start:
                    step.name(trigger)

    def _after_any(self, steps: Sequence[_Step], choices: Sequence[Sequence[str]]) -> list[_Step]:
        """The steps behind one place of a phrase where one of several things may stand.

        They meet again in one step: were each phrase spelled out, there would be many thousands.
        """
        if len(choices) == 1:
            return [self._along(step, choices[0]) for step in steps]
        after, joint, joined = [], _Step(), []
        for step in steps:
            for choice in choices:
                if not choice or choice[-1] == GAP:
                    after.append(self._along(step, choice))
                else:
                    self._along(step, choice[:-1]).link(choice[-1], joint)
                    joined = [joint]
        return [*after, *joined]

    def _along(self, step: _Step, parts: Sequence[str]) -> _Step:
        for part in parts:
            place = id(step), part  # every step is kept by one before it: no other gets its id
            after = self._own.get(place)
            if after is None:
                after = self._own[place] = _Step()
                step.link(part, after)
            step = after
        return step


def _choices(text: str) -> list[list[tuple[str, ...]]]:
    """What may stand at each place of the phrases that one line stands for."""
    return [[_split(each) for each in part.split(OR)] for part in text.split()]


def spell_out(text: str) -> Iterator[tuple[str, ...]]:
    """The phrases, as words, that one line stands for.

    ``hits|beats`` is one word or the other, ``*`` after letters any ending, on its own up to three
    words, ``<18`` a number below 18.
    """
    for parts in product(*_choices(text)):
        yield tuple(chain.from_iterable(parts))


@lru_cache(maxsize=16384)
def _split(part: str) -> tuple[str, ...]:
    """One part of a phrase as the words it consists of."""
    part = fold(part)
    if part == GAP or _is_bound(part):
        return (part,)
    pieces = list(words(part))
    if pieces and part.endswith(GAP):
        pieces[-1] += GAP
    return tuple(pieces)


def _is_bound(part: str) -> bool:
    return part[:1] == BELOW and part[1:].isdecimal()
