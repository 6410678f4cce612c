"""How the days of a trip are said: sentences of meanings, and the dates that they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import replace

from bot.conversation.span_dates import (
    END,
    Day,
    Days,
    between,
    in_time,
    lasting,
    on,
    period,
    season,
)
from bot.conversation.span_words import languages, vocabulary

if TYPE_CHECKING:
    from bot.conversation.span_words import Word

_LEAST_ALONE: Final = 4
"""Letters of a month that may stand at the end without any other sign that it is one."""


class Found(Struct, frozen=True):
    """Words that name days: which of the text's they are, and which rule they follow."""

    rule: _Rule
    said: _Said
    length: int
    start: int
    end: int

    def days(self, order: str) -> Days | None:
        """The days, with day (``dm``) or month (``md``) first in dates in figures."""
        return self.rule.read(replace(self.said, order=order))


def longest(words: Sequence[Word], today: date, *, bare: bool) -> Found | None:
    """The most words in a row that name days, the first of several.

    ``bare``: a month counts though nothing but its place in the text says that it is one.
    """
    letters = _letters()
    sentence = "".join(letters.get(frozenset(word.means), _NOTHING) for word in words)
    best: Found | None = None
    for rule, pattern in _patterns():
        for match in pattern.finditer(sentence):
            length = match.end() - match.start()
            if best is not None and length <= best.length:
                continue
            said = _Said(words, match, today, bare)
            if rule.sure is None or rule.sure(said):
                start, end = words[match.start()].start, words[match.end() - 1].end
                best = Found(rule, said, length, start, end)
    if best is None or best.said.is_past():
        return None
    return best


class _Said(Struct, frozen=True):
    """The words that a rule is about, by the names of its groups."""

    all: Sequence[Word]
    match: re.Match[str]
    today: date
    bare: bool
    order: str = "dm"

    def words(self, group: str) -> Sequence[Word]:
        if not self.match.groupdict().get(group):
            return ()
        start, end = self.match.span(group)
        return self.all[start:end]

    def has(self, group: str, *meanings: str) -> bool:
        return any(not word.means.keys().isdisjoint(meanings) for word in self.words(group))

    def value(self, group: str, *meanings: str) -> Any:
        """What the words mean, of the first of these meanings that one has; 0 when none has."""
        for meaning in meanings:
            for word in self.words(group):
                if meaning in word.means:
                    return word.means[meaning]
        return 0

    def length(self) -> tuple[int, str]:
        """A number and its unit, however they were said."""
        if self.words("L"):
            count, unit = self.value("L", "length")
            return count, unit
        return self.value("N", "number"), self.value("U", "unit")

    def day(self, group: str) -> Day:
        """The day that the words of a group name."""
        if self.has(group, "soon"):
            return on(self.today + timedelta(days=self.value(group, "soon")))
        if figures := self.value(group, "date", "daymonth", "dotted"):
            if figures[0] > 31:
                year, month, day = figures
                return Day(day, month, year)
            first, second, year = (*figures, 0)[:3]
            year += 2000 * (0 < year < 100)
            return Day(first, second, year) if self.order == "dm" else Day(second, first, year)
        month = self.value(group, "month", "short")
        return Day(self.value(group, "day"), month, self.value(group, "year"))

    def before(self) -> Word | None:
        start = self.match.start()
        return self.all[start - 1] if start else None

    def after(self) -> Word | None:
        end = self.match.end()
        return self.all[end] if end < len(self.all) else None

    def stands_apart(self) -> bool:
        """Whether nothing but breaks stands before and behind."""
        return _is_edge(self.before()) and _is_edge(self.after())

    def may_be_bare(self) -> bool:
        """Whether a month is one although nothing beside it says so."""
        if not self.bare or self.has("A", "short"):
            return False
        if self.stands_apart():
            return True
        before, (name,) = self.before(), self.words("A")
        joined = before is not None and before.means.keys() & {"of", "to", "or"}
        return not joined and _is_edge(self.after()) and name.end - name.start >= _LEAST_ALONE

    def is_past(self) -> bool:
        """Whether a word such as "last" stands before or behind."""
        beside = filter(None, (self.before(), self.after()))
        return any("last" in word.means for word in beside)


def _is_edge(word: Word | None) -> bool:
    return word is None or "break" in word.means


# What the rules read


def _point_is_sure(said: _Said) -> bool:
    return said.stands_apart() or said.has("I", "from", "in", "of") or not said.has("A", "daymonth")


def _point(said: _Said) -> Days | None:
    day = said.day("A")
    return between(day, day, said.today)


def _range(said: _Said) -> Days | None:
    first, last = said.day("A"), said.day("B")
    return between(first, last, said.today)


def _until(said: _Said) -> Days | None:
    return between(on(said.today), said.day("A"), said.today)


def _range_is_sure(said: _Said) -> bool:
    # Two numbers with a point may be anything; "20.06-03.07" are days.
    first = said.words("A")[0]
    return "dotted" not in first.means or first.end - first.start == len("20.06")


def _days_of_month(said: _Said) -> Days | None:
    month, year = said.value("M", "month", "short"), said.value("Y", "year")
    first, last = said.value("A", "day"), said.value("B", "day")
    return between(Day(first, month, year), Day(last, month, year), said.today)


def _day_to_figures(said: _Said) -> Days | None:
    last = said.day("B")
    return between(Day(said.value("A", "day"), last.month, last.year), last, said.today)


def _length(said: _Said) -> Days | None:
    day = said.day("A")
    first = between(day, day, said.today)
    count, unit = said.length()
    return lasting(first[0], count, unit, said.today) if first and unit != "weekend" else None


def _months(said: _Said) -> Days | None:
    last = Day(END, said.value("B", "month", "short"), said.value("Z", "year"))
    first = Day(1, said.value("A", "month", "short"), said.value("Y", "year"))
    return between(first, last, said.today)


def _months_are_sure(said: _Said) -> bool:
    return bool(said.words("Y") or said.words("Z") or said.has("I", "in", "from")) or not (
        said.has("A", "short") or said.has("B", "short")
    )


def _month(said: _Said) -> Days | None:
    number, year = said.value("A", "month", "short"), said.value("J", "year")
    days = between(Day(1, number, year), Day(END, number, year), said.today)
    if days and days[0] <= said.today and (said.has("I", "next") or said.has("J", "next")):
        return between(Day(1, number, days[0].year + 1), Day(END, number), said.today)
    return days


def _month_is_sure(said: _Said) -> bool:
    if said.words("J") or said.has("I", "next", "this"):
        return True
    leads = any(
        "in" in word.means or ("from" in word.means and "of" not in word.means)
        for word in said.words("I")
    )
    if leads:
        return not said.has("A", "short") or _is_edge(said.after())
    return not said.words("I") and said.may_be_bare()


def _period(said: _Said) -> Days | None:
    later = said.has("I", "next") or said.has("J", "next")
    return period(said.value("U", "unit"), later, said.today)


def _period_is_sure(said: _Said) -> bool:
    return bool(said.value("U", "unit") != "day")


def _weekend(said: _Said) -> Days | None:
    return period("weekend", bool(said.value("W", "weekend")), said.today)


def _season(said: _Said) -> Days | None:
    later = said.has("I", "next") or said.has("J", "next")
    return season(said.value("S", "season"), said.value("J", "year"), later, said.today)


def _season_is_sure(said: _Said) -> bool:
    return bool(said.words("J")) or said.has("I", "in", "next", "this") or said.has("S", "in")


def _in_time(said: _Said) -> Days | None:
    count, unit = said.length()
    return in_time(count, unit, said.today) if unit != "weekend" else None


def _christmas(said: _Said) -> Days | None:
    return between(Day(24, 12), Day(26, 12), said.today)


class _Rule(Struct, frozen=True):
    """A sentence of meanings; ``read`` gives its days, ``sure`` whether it is about days at all.

    In ``sentence`` a word in small letters stands for any word of that meaning; the rest is a
    regular expression, spaces left out, in which ``*`` and ``+`` end at three.
    """

    sentence: str
    read: Callable[[_Said], Days | None]
    sure: Callable[[_Said], bool] | None = None


_YEAR: Final = "break? of* year of?"
_POINT: Final = (
    "(?: (?: weekday break?)? of*"
    f" (?: day of* (?: month | short) (?: {_YEAR})? | (?: month | short) of* day (?: {_YEAR})?"
    " | date | daymonth | soon))"
)
_LENGTH: Final = "(?: (?P<N> number) of* (?P<U> unit) | (?P<L> length))"
_TO: Final = "break? (?: to | or)+ (?: of | weekday)*"
_RULES: Final = (
    _Rule(
        f"from* of* (?P<A> {_POINT} | dotted) {_TO} (?P<B> {_POINT} | dotted)",
        _range,
        _range_is_sure,
    ),
    _Rule(
        f"from* (?: of | weekday)* (?P<A> day) of* {_TO} (?P<B> day) of*"
        f" (?P<M> month | short) (?P<Y> {_YEAR})?",
        _days_of_month,
    ),
    _Rule(
        f"from* of* (?P<M> month | short) of* (?P<A> day) of* {_TO} (?P<B> day) (?P<Y> {_YEAR})?",
        _days_of_month,
    ),
    _Rule(f"from* of* (?P<A> day) {_TO} (?P<B> date | daymonth | dotted)", _day_to_figures),
    _Rule(f"until of* (?P<A> {_POINT})", _until),
    _Rule(f"for? {_LENGTH} of* from+ of* (?P<A> {_POINT})", _length),
    _Rule(f"from* (?P<A> {_POINT}) break? for* {_LENGTH}", _length),
    _Rule(f"(?P<I> (?: from | in | of)*) (?P<A> {_POINT})", _point, _point_is_sure),
    _Rule(
        f"(?P<I> (?: from | in)*) (?P<A> month | short) (?P<Y> of* year of?)? {_TO} in*"
        f" (?P<B> month | short) (?P<Z> {_YEAR})?",
        _months,
        _months_are_sure,
    ),
    _Rule(
        "(?P<I> (?: in | from | next | this | of)*) (?P<A> month | short)"
        " (?P<J> of* year of? | of* next)?",
        _month,
        _month_is_sure,
    ),
    _Rule("(?: in | of)* (?P<I> next | this) of* (?P<U> unit)", _period, _period_is_sure),
    _Rule("(?: in | of)* (?P<U> unit) of* (?P<J> next | this)", _period, _period_is_sure),
    _Rule("(?: in | of)* (?P<W> weekend)", _weekend),
    _Rule(
        "(?P<I> (?: in | next | this | of)*) (?P<S> season)"
        " (?P<J> of* year of? | of* next | of* this)?",
        _season,
        _season_is_sure,
    ),
    _Rule(f"after {_LENGTH}", _in_time),
    _Rule("(?: in | of | next | this)* (?P<C> christmas)", _christmas),
)
_NOTHING: Final = "\0"
_FIGURES: Final = ({"date"}, {"daymonth"}, {"dotted"}, {"year"}, {"number"}, {"number", "day"})


@lru_cache(maxsize=1)
def _letters() -> dict[frozenset[str], str]:
    """One letter for every set of meanings that a word can have, in any language."""
    sets = {frozenset(each) for each in _FIGURES}
    for language in languages():
        sets |= {frozenset(means) for means in vocabulary(language).phrases.values()}
    return {each: chr(0x4E00 + n) for n, each in enumerate(sorted(sets, key=sorted))}


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[_Rule, re.Pattern[str]]]:
    """The rules as expressions over those letters."""

    def letters_of(match: re.Match[str]) -> str:
        letters = [letter for means, letter in _letters().items() if match[0] in means]
        return f"[{''.join(letters)}]"

    def compiled(sentence: str) -> re.Pattern[str]:
        # Nobody says more than a few small words in a row, and no text may take long to read.
        few = sentence.replace("*", "{0,3}").replace("+", "{1,3}")
        return re.compile(re.sub("[a-z]+", letters_of, few).replace(" ", ""))

    return [(rule, compiled(rule.sentence)) for rule in _RULES]
