"""Reads the names of places out of a text."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from bot.knowledge.places_endings import plain_forms
from bot.knowledge.places_index import CLEAR, MINOR, NO_TYPO, SHY, Entry, Index, languages
from bot.knowledge.places_text import Word, fold, unspaced_runs, words
from bot.knowledge.places_typos import Typos

_MOST_WORDS: Final = 120
_MOST_GUESSES: Final = 6
_SHORTEST_INFLECTED: Final = 4
_UNSPACED_CHARACTERS: Final = 300
_LONGEST_UNSPACED: Final = 24

# Abbreviations that are read inside a sentence too.
_ABBREVIATIONS: Final = frozenset(
    ("US", "UK", "USA", "UAE", "DRC", "PNG", "RSA", "KSA", "EEUU", "EUA", "RDC")
)


class Mention(Struct, frozen=True):
    """A name in the text, and the places it may mean."""

    members: tuple[int, ...]
    clear: bool
    """The first member is meant, unless the words around say otherwise."""
    start: int = 0
    end: int = 0
    first: int = -1
    """First and last word; -1 when the name does not stand between words."""
    last: int = -1


class Reader:
    """Finds mentions of places in a text."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._typos = Typos(index.typo_words)
        self._unspaced_starts = frozenset(name[:2] for name in index.unspaced)

    def mentions(self, text: str, locale: str) -> list[Mention]:
        """All mentions, in order, those that belong together made one (*Paris, Texas*)."""
        inside = self._in_unspaced(text)
        spaced = words(text, _MOST_WORDS)
        found = self._in_words(spaced, text, locale)
        return inside + _joined(found, spaced, self._index)

    def _in_words(self, spaced: list[Word], text: str, locale: str) -> list[Mention]:
        if len(spaced) == 1 and (code := self._code(text[spaced[0].start : spaced[0].end])):
            return [Mention((code[0],), True, spaced[0].start, spaced[0].end, 0, 0)]
        chain = languages(locale)
        found: list[Mention] = []
        guesses = _MOST_GUESSES
        at = 0
        while at < len(spaced):
            mention, length = self._exact(spaced, at, text, chain)
            if mention is None and length == 0:
                mention = self._inflected(spaced, at, chain)
            if mention is None and length <= 1 and guesses:
                guesses -= 1
                mention = self._misspelled(spaced, at, chain)
            if mention:
                found.append(mention)
                length = mention.last - at + 1
            at += max(length, 1)
        return found

    def _exact(
        self, spaced: list[Word], at: int, text: str, chain: tuple[str, ...]
    ) -> tuple[Mention | None, int]:
        """The longest name that starts here; without one, how many words are surely none."""
        known = 0
        for length in range(min(self._index.longest_from(spaced[at].key), len(spaced) - at), 0, -1):
            last = at + length - 1
            if not all(word.joined for word in spaced[at + 1 : last + 1]):
                continue
            key = " ".join(word.key for word in spaced[at : last + 1])
            entry = self._entry(key, chain)
            if entry is None:
                continue
            if entry.flags & NO_TYPO:
                continue
            if not entry.members:
                return None, max(known, length)
            if not self._counts(entry, spaced, at, last):
                known = max(known, length)
                continue
            return _mention(entry, spaced, at, last), length
        if text[spaced[at].start : spaced[at].end] in _ABBREVIATIONS and not text.isupper():
            code = self._code(text[spaced[at].start : spaced[at].end])
            if code:
                return Mention((code[0],), True, spaced[at].start, spaced[at].end, at, at), 1
        return None, known

    def _entry(self, key: str, chain: tuple[str, ...]) -> Entry | None:
        entry = self._index.get(key)
        for language in chain:
            own = self._index.get(f"{language}\t{key}")
            if own and own.members:
                return own
            if own and entry and entry.members:
                return Entry(entry.members, entry.flags | SHY)
        return entry

    def _counts(self, entry: Entry, spaced: list[Word], at: int, last: int) -> bool:
        """Whether the word is meant as a name, by how and where it is written."""
        if not entry.flags & (SHY | MINOR):
            return True
        others = [word.key for word in (*spaced[:at], *spaced[last + 1 :])]
        alone = all(other in self._index.little for other in others)
        capital = spaced[at].capital
        introduced = at > 0 and spaced[at - 1].key in self._index.before
        country = self._index.kind(entry.members[0]) == "country"
        if entry.flags & SHY:
            if country:
                return alone or (capital and (at > 0 or self._ends(spaced, last)))
            return capital and (alone or introduced or self._qualified(spaced, last))
        return alone or (capital and (introduced or self._qualified(spaced, last)))

    def _ends(self, spaced: list[Word], last: int) -> bool:
        """Whether the name stands by itself: *Jordan and Syria*, unlike *Jordan told me*."""
        after = spaced[last + 1] if last + 1 < len(spaced) else None
        return after is None or after.capital or after.key in self._index.little

    def _qualified(self, spaced: list[Word], last: int) -> bool:
        """Whether the next word, as in *Paris, Texas*, is itself a well-known place."""
        if last + 1 >= len(spaced) or not spaced[last + 1].joined:
            return False
        entry = self._index.get(spaced[last + 1].key)
        return bool(entry and entry.members and not entry.flags & (SHY | MINOR))

    def _inflected(self, spaced: list[Word], at: int, chain: tuple[str, ...]) -> Mention | None:
        for length in (2, 1):
            last = at + length - 1
            if length == 2 and not (
                last < len(spaced)
                and spaced[last].joined
                and self._index.longest_from(spaced[at].key) > 1
            ):
                continue
            if len(spaced[last].key) < _SHORTEST_INFLECTED and spaced[last].key.isascii():
                continue
            head = "".join(word.key + " " for word in spaced[at:last])
            for form, language in plain_forms(spaced[last].key, chain[-1], spaced[at].capital):
                name = f"{language}\t{head}{form}" if language else head + form
                entry = self._index.get(name)
                if not entry or not entry.members or entry.flags & (SHY | MINOR):
                    continue
                if not self._trusted(entry, form, spaced[at].capital):
                    continue
                if language and language != chain[-1]:
                    # A typo in the person's own language is as likely as another's grammar.
                    typo = self._misspelled(spaced, at, chain)
                    if typo and entry.members[0] in typo.members:
                        return typo
                found = _mention(entry, spaced, at, last)
                return replace(found, end=found.start)
        return None

    def _trusted(self, entry: Entry, form: str, capital: bool) -> bool:
        """Whether a form is long enough to be no accident; a capital letter makes it likelier."""
        country = self._index.kind(entry.members[0]) == "country"
        if "가" <= form[0] <= "힣":
            return True
        if capital:
            return len(form) >= (3 if country else 4)
        return len(form) >= (5 if country else 7)

    def _misspelled(self, spaced: list[Word], at: int, chain: tuple[str, ...]) -> Mention | None:
        for length in (3, 2, 1):
            last = at + length - 1
            if last >= len(spaced) or (length > 1 and len(spaced) > 8):
                continue
            part = spaced[at : last + 1]
            if not all(word.joined for word in part[1:]):
                continue
            word = " ".join(word.key for word in part)
            if length > 1 and (
                part[0].key in self._index.little or part[-1].key in self._index.little
            ):
                continue
            known = self._index.get(word)
            if known:
                continue
            near = self._keeping_right_words(part, self._typos.near(word))
            if not near:
                continue
            members = self._members_near(near, chain)
            if members:
                return Mention(
                    tuple(members.values()),
                    len(members) == 1,
                    part[0].start,
                    part[0].start,
                    at,
                    last,
                )
        return None

    def _keeping_right_words(
        self, part: list[Word], near: list[tuple[str, int]]
    ) -> list[tuple[str, int]]:
        """Only names with all those words that are spelled right: North Africa is not South."""
        if len(part) == 1:
            return near
        right = {
            word.key
            for word in part
            if (entry := self._index.get(word.key)) and not (entry.members or entry.flags)
        }
        return [hit for hit in near if right <= {*hit[0].split(" ")}]

    def _members_near(self, near: list[tuple[str, int]], chain: tuple[str, ...]) -> dict[str, int]:
        """By country, what the nearest names mean.

        And the countries whose names, in English or the person's language, are hardly farther.
        """
        members: dict[str, int] = {}
        for name, distance in near:
            entry = self._index.get(name)
            if entry is None or not (
                distance == near[0][1]
                or any(self._index.get(f"{language}\t{name}") for language in (*chain, "en"))
            ):
                continue
            for member in entry.members[:1] if entry.flags & CLEAR else entry.members:
                members.setdefault(self._index.country(member), member)
        return members

    def _in_unspaced(self, text: str) -> list[Mention]:
        """Names inside scripts that put no space between words, the longest at every position."""
        found = []
        for start, run in unspaced_runs(text, _UNSPACED_CHARACTERS):
            at = 0
            while at < len(run):
                length = self._unspaced_name(run, at)
                if length:
                    entry = self._index.get(fold(run[at : at + length]))
                    if entry and entry.members:
                        found.append(
                            Mention(
                                entry.members,
                                bool(entry.flags & CLEAR),
                                start + at,
                                start + at + length,
                            )
                        )
                at += max(length, 1)
        return found

    def _unspaced_name(self, run: str, at: int) -> int:
        """Length of the longest name that starts at the position, or 0."""
        if run[at : at + 2] not in self._unspaced_starts:
            return 0
        for length in range(min(_LONGEST_UNSPACED, len(run) - at), 1, -1):
            if run[at : at + length] in self._index.unspaced and not (
                _splits_kana(run, at) or _splits_kana(run, at + length)
            ):
                return length
        return 0

    def _code(self, word: str) -> tuple[int, ...] | None:
        """The country of an ISO 3166-1 code in capitals."""
        if not (word.isascii() and word.isupper() and len(word) in (2, 3)):
            return None
        place = self._index.position(word)
        if place is not None:
            return (place,)
        entry = self._index.get(f"iso\t{word}") or (
            self._index.get(fold(word)) if word in _ABBREVIATIONS else None
        )
        return entry.members[:1] if entry else None


def _mention(entry: Entry, spaced: list[Word], at: int, last: int) -> Mention:
    return Mention(
        entry.members, bool(entry.flags & CLEAR), spaced[at].start, spaced[last].end, at, last
    )


def _splits_kana(run: str, at: int) -> bool:
    """Whether the position is in the middle of a katakana word."""
    return 0 < at < len(run) and all("ァ" <= letter <= "ー" for letter in run[at - 1 : at + 1])


def _joined(found: list[Mention], spaced: list[Word], index: Index) -> list[Mention]:
    """Neighbours that explain each other made one: *Valencia, Spain*; *London in Ontario*."""
    result: list[Mention] = []
    for mention in found:
        if result and (shared := _shared(result[-1], mention, spaced, index)):
            result[-1] = shared
        else:
            result.append(mention)
    return result


def _shared(left: Mention, right: Mention, spaced: list[Word], index: Index) -> Mention | None:
    between = spaced[left.last + 1 : right.first]
    if (
        len(between) > 2
        or not all(word.joined and word.key in index.before for word in (*between,))
        or not spaced[right.first].joined
    ):
        return None
    first = {index.country(member): member for member in reversed(left.members)}
    second = {index.country(member): member for member in reversed(right.members)}
    countries = [code for code in first if code in second]
    if not countries:
        return None
    country = countries[-1]
    finer = first[country] if index.kind(first[country]) != "country" else second[country]
    return replace(right, members=(finer,), clear=True, start=left.start, end=left.start)
