"""Phrases that mean something wherever they are written: a cry for help, a wish."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from bot.conversation.normal import fold, words
from bot.conversation.schema import Trigger

GAP: Final = "*"
MAX_GAP: Final = 3
"""Words that a ``*`` between two words of a phrase may stand for, at most."""

MAX_WORDS: Final = 400
"""Words of a message that are looked at."""

_Phrase: TypeAlias = tuple[str, ...]


class Triggers:
    """All phrases of all languages at once: a frightened person may write in any of them."""

    def __init__(self, triggers: Mapping[str, Trigger]) -> None:
        self._triggers = dict(triggers)
        self._phrases = _Index((name, each.phrases) for name, each in triggers.items())
        self._unless = _Index((name, each.unless) for name, each in triggers.items())

    def find(self, text: str, *, wins: bool) -> Trigger | None:
        """The most urgent trigger in a text, among those that win over an open question or not."""
        said = words(text)[:MAX_WORDS]
        meant = self._phrases.names(said)
        if not meant:
            return None
        meant -= self._unless.names(said)
        for name, trigger in self._triggers.items():
            if trigger.wins == wins and name in meant:
                return trigger
        return None


class _Index:
    """Phrases by the first letters of their first word, so that a text is walked once."""

    def __init__(self, phrases: Iterable[tuple[str, Mapping[str, Sequence[str]]]]) -> None:
        self._by_start: defaultdict[str, list[tuple[_Phrase, str]]] = defaultdict(list)
        for name, by_language in phrases:
            for texts in by_language.values():
                for text in texts:
                    phrase = split_phrase(text)
                    if phrase:
                        self._by_start[phrase[0][:2].rstrip(GAP)].append((phrase, name))

    def names(self, said: Sequence[str]) -> set[str]:
        """The triggers of which a phrase occurs in these words."""
        found: set[str] = set()
        if not self._by_start:
            return found
        for position, word in enumerate(said):
            for start in {word[:1], word[:2]}:
                for phrase, name in self._by_start.get(start, ()):
                    if name not in found and _matches(phrase, said, position):
                        found.add(name)
        return found


def split_phrase(text: str) -> _Phrase:
    """A phrase as words; ``*`` after letters is any ending, on its own up to three words."""
    parts: list[str] = []
    for part in fold(text).split():
        if part == GAP:
            parts.append(GAP)
            continue
        pieces = words(part)
        parts += pieces[:-1]
        if pieces:
            parts.append(pieces[-1] + (GAP if part.endswith(GAP) else ""))
    return tuple(parts)


def _matches(phrase: _Phrase, said: Sequence[str], at: int) -> bool:
    for index, part in enumerate(phrase):
        if part == GAP:
            rest = phrase[index + 1 :]
            return any(_matches(rest, said, at + skip) for skip in range(MAX_GAP + 1))
        if at >= len(said):
            return False
        word = said[at]
        if part.endswith(GAP):
            if not word.startswith(part[:-1]):
                return False
        elif word != part:
            return False
        at += 1
    return True
