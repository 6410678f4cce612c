"""The parts of what somebody says about a time: a day, an hour, "ago", a month, "last"…"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.conversation.moment_words import Sign, Vocabulary

OLDEST: Final = date(1900, 1, 1)


class Unclear(ValueError):
    """What was said means several things, or nothing that can be past."""


class Clock(Struct, frozen=True):
    """A time of day.

    ``sure``: the hour is one of 24; else it may be one of 12, in ``part`` of the day when that was
    said with it.
    """

    hour: int
    minute: int
    sure: bool
    part: str = ""


class Parts(Struct):
    """What was said, part by part; None and "" for what was not.

    ``ago`` a number and a unit; ``day`` days ago; ``weekday`` 0 for Monday; ``dated`` day, month
    and year, 0 for what is missing, ``figures`` the same in figures only and known to be past;
    ``month`` with its year or 0 and whether it is the last one; ``season`` likewise; ``period`` a
    unit and whether it is the last one, else this one.
    """

    ago: tuple[float, str] | None = None
    day: int | None = None
    weekday: int | None = None
    dated: tuple[int, int, int] | None = None
    figures: date | None = None
    month: tuple[int, int, bool] | None = None
    season: tuple[str, int, bool] | None = None
    period: tuple[str, bool] | None = None
    year: int | None = None
    clock: Clock | None = None
    part: str | None = None
    about: bool = False

    def named(self) -> set[str]:
        """Which parts were said, apart from the time of day."""
        fields = set(self.__struct_fields__) - {"clock", "part", "about"}
        return {name for name in fields if getattr(self, name) is not None}


class Heard:
    """What a text says, as far as one language is understood.

    ``unknown``: how many of its words mean nothing here. ``parts`` is None when they are too many,
    when what they say is doubtful or contradicts itself.
    """

    def __init__(self, text: str, vocabulary: Vocabulary, today: date) -> None:
        signs = vocabulary.signs(text)
        self._halves = vocabulary.halves
        self._orders = vocabulary.orders
        self._today = today
        self._parts = Parts(about=any(sign.letter == "~" for sign in signs))
        self._alone = sum(sign.letter not in ".i~@" for sign in signs) == 1
        clear = True
        letters = "".join(sign.letter for sign in signs)
        for pattern, read in _RULES:
            for match in pattern.finditer(letters):
                try:
                    read(self, [s for s in signs[match.start() : match.end()] if s.letter != "."])
                except (ValueError, OverflowError):
                    clear = False
            letters = pattern.sub(lambda match: " " * len(match[0]), letters)
        self.unknown = len(_CHANGING_NOTHING.sub("", letters))
        understood = clear and self.unknown * 2 <= len(letters)
        self.parts = self._parts if understood else None

    def _set(self, name: str, value: Any) -> None:
        if getattr(self._parts, name) not in (None, value):
            raise Unclear
        setattr(self._parts, name, value)

    def _doubt(self, _: Sequence[Sign]) -> None:
        raise Unclear

    def _nothing(self, _: Sequence[Sign]) -> None:
        """A length of time says nothing of when."""

    def _ago(self, signs: Sequence[Sign]) -> None:
        said = _by_letter(signs)
        count = next(said[letter] for letter in "nFA" if letter in said)
        self._set("ago", (count + 0.5 * ("q" in said), said.get("u", "hours")))
        self._parts.about = self._parts.about or "F" in said

    def _now(self, _: Sequence[Sign]) -> None:
        self._set("ago", (0.0, "minutes"))

    def _figures(self, signs: Sequence[Sign]) -> None:
        written = [int(each) for each in signs[0].value]
        if written[0] > 31:
            year, month, day = written
            orders = {(day, month)}
        else:
            first, second, year = (*written, 0)[:3]
            year += 2000 * (0 < year < 100)
            orders = {
                (first, second) if order == "dm" else (second, first) for order in self._orders
            }
        past = {found for order in orders if (found := past_day(*order, year, self._today))}
        if len(past) != 1:  # none of them has been, or either could be meant
            raise Unclear
        self._set("figures", past.pop())

    def _month_day(self, signs: Sequence[Sign]) -> None:
        said = _by_letter(signs)
        self._set("dated", (int(said.get("n") or said["o"]), said["m"], said.get("y", 0)))
        if "w" in said:
            self._set("weekday", said["w"])

    def _month(self, signs: Sequence[Sign]) -> None:
        said = _by_letter(signs)
        if not (self._alone or self._parts.named() or said.keys() & set("iLTy")):
            raise Unclear  # "it may be"
        self._set("month", (said["m"], said.get("y", 0), "L" in said))

    def _clock(self, signs: Sequence[Sign]) -> None:
        said = _by_letter(signs)
        numbers = [sign.value for sign in signs if sign.letter in "nA"]
        sure, part = not self._halves, said.get("p", "")
        if "c" in said:
            hour, minute, sure_of_it = _NAMED_HOURS.get(said["c"], said["c"])
            sure = sure or sure_of_it
            part = "night" if said["c"] == "midnight" else part
        elif "P" in said:
            hour, minute = numbers[1], numbers[0] * (1 if said["P"] == "past" else -1)
        else:
            hour, minute = (*numbers, 0)[:2]
        minute += _QUARTERS.get(said.get("q", ""), 0)
        if hour % 1 or minute % 1 or not 0 <= hour <= 24 or not -60 < minute < 60:
            raise Unclear
        if "M" in said:
            hour = hour % 12 + 12 * (said["M"] == "pm")
            part = ""
        sure = sure or "M" in said or hour > 12 or hour == 0
        self._set("clock", Clock(int(hour), int(minute), sure, part))

    def _part(self, signs: Sequence[Sign]) -> None:
        said = _by_letter(signs)
        self._set("part", said["p"])
        if "T" in said or "L" in said:
            self._set("day", int("L" in said))

    def _night(self, signs: Sequence[Sign]) -> None:
        """A night by the two days that it joins."""
        said = _by_letter(signs)
        letter = "w" if signs[1].letter == "w" else "n"
        first, second = (int(sign.value) for sign in signs if sign.letter == letter)
        if said["p"] != "night" or second != (first + 1 if letter == "n" else (first + 1) % 7):
            raise Unclear
        self._set("part", "night")
        if letter == "w":
            self._set("weekday", first)
        else:
            self._set("dated", (first, said["m"], said.get("y", 0)))

    def _weekday(self, signs: Sequence[Sign]) -> None:
        said = _by_letter(signs)
        self._set("weekday", said["w"])
        if number := said.get("n") or said.get("o"):
            self._set("dated", (int(number), 0, 0))

    def _day_of_month(self, signs: Sequence[Sign]) -> None:
        self._set("dated", (int(signs[-1].value), 0, 0))

    def _season(self, signs: Sequence[Sign]) -> None:
        said = _by_letter(signs)
        self._set("season", (said["s"], said.get("y", 0), "L" in said))

    def _period(self, signs: Sequence[Sign]) -> None:
        said = _by_letter(signs)
        self._set("period", (said["u"], "L" in said))

    def _year(self, signs: Sequence[Sign]) -> None:
        if not self._alone and signs[0].letter == "y":
            raise Unclear
        self._set("year", signs[-1].value)

    def _days_ago(self, signs: Sequence[Sign]) -> None:
        self._set("day", signs[0].value)


def past_day(day: int, month: int, year: int, today: date) -> date | None:
    """The latest such day that has been, in ``year`` unless that is 0 (29 February: in 8 years)."""
    for each in (year,) if year else range(today.year, today.year - 9, -1):
        try:
            found = date(each, month, day)
        except ValueError:
            continue
        if OLDEST <= found <= today:
            return found
    return None


def _by_letter(signs: Sequence[Sign]) -> dict[str, Any]:
    return {sign.letter: sign.value for sign in signs}


_NAMED_HOURS: Final = {"noon": (12, 0, True), "midnight": (12, 0, True)}
_QUARTERS: Final = {"half": 30, "quarter": 15, "lessquarter": -15}
_CHANGING_NOTHING: Final = re.compile(r"[ .@~ifl]")
_NO_COUNT: Final = r"(?![xuk])"
"""Not "around 5 men", "the 2nd floor"."""
_HOUR: Final = r"(?:c|nkn?)M?"
_TWO_HOURS: Final = r"(?:c|nkn?|n)M?[.@P~]*(?:c|nkn?|n)[kM]?"
_PART: Final = r"(?:\.*i?\.*p)?"
_RULES: Final[Sequence[tuple[re.Pattern[str], Callable[[Heard, Sequence[Sign]], None]]]] = [
    (re.compile(pattern), read)
    for pattern, read in (
        (r"\?", Heard._doubt),
        (r"a~*[nFA]q?[uk]q?|~*[nFA]q?[uk]q?a", Heard._ago),
        (r"f~*[nFA]q?[uk]q?", Heard._nothing),
        (r"B~*" + _TWO_HOURS + "|" + _HOUR + "[@P]" + _HOUR, Heard._nothing),
        (r"B", Heard._doubt),
        (r"p\.*w\.*[@P]?\.*w|p\.*n\.*[P@]?\.*n\.*m\.*y?", Heard._night),
        (r"D", Heard._figures),
        (r"w?\.*l?[no]\.*m\.*y?|w?\.*m\.*[no](?![kMxu])\.*y?", Heard._month_day),
        (r"[@~.]*nPnk?M?" + _NO_COUNT + _PART, Heard._clock),
        (r"[@~.]*qnk?M?" + _NO_COUNT + _PART, Heard._clock),
        (r"[@~.]*[nA]kn?q?M?" + _NO_COUNT + _PART, Heard._clock),
        (r"[@~.]*cq?M?" + _PART, Heard._clock),
        (r"[@~.]*nM" + _PART, Heard._clock),
        (r"[@~]+n" + _NO_COUNT + _PART, Heard._clock),
        (r"n\.*i?\.*p", Heard._clock),
        (r"Lp|pL|Tp|p", Heard._part),
        (r"Lu|uL|Tu", Heard._period),
        (r"[iTL]*m\.*[yL]?", Heard._month),
        (r"w\.*l?[no]" + _NO_COUNT, Heard._weekday),
        (r"[LT]?wL?", Heard._weekday),
        (r"(?:ln|o)" + _NO_COUNT, Heard._day_of_month),
        (r"[iTL]*sL?\.*y?", Heard._season),
        (r"i?y", Heard._year),
        (r"d", Heard._days_ago),
        (r"!", Heard._now),
    )
]
"""What is read, in this order, out of the letters of the signs; a full stop is a filler."""
