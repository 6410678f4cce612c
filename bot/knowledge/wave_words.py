"""The English in which ``data/campaigns.yaml`` says when a wave is due.

A small language on purpose: what is not understood is refused with the forms that are.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, available_timezones

from bot.knowledge.wave_when import (
    EVERY,
    HOST,
    MONTHS,
    ORDINALS,
    OWN,
    WEEKDAYS,
    Around,
    End,
    Once,
    Rule,
    Weekly,
    When,
    Yearly,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMS: Final = (
    "100 days before",
    "a week before",
    "opening day",
    "last day",
    "2 days after",
    "every 18 October",
    "every first Friday from June to August",
    "on 2027-06-14",
    "3 days before departure",
    "on arrival",
    "2 days after the return",
)
"""One example of everything that can be said about the day."""
FARTHEST: Final = 730
"""Days before or after."""

_COUNTS: Final = {
    word: number
    for number, words in enumerate(
        ("", "a an one the", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    )
    for word in words.split()
}
_ENDS: Final[Mapping[str, End]] = {
    **dict.fromkeys(("opening", "opening day", "first day", "start", "beginning"), "opening"),
    **dict.fromkeys(("kick-off", "kickoff", "it starts", "it begins", "it opens"), "opening"),
    **dict.fromkeys(("closing", "closing day", "last day", "final day", "end"), "closing"),
    **dict.fromkeys(("it ends", "it is over"), "closing"),
    **dict.fromkeys(("departure", "departing", "leaving", "they leave"), "departure"),
    **dict.fromkeys(("arrival", "arriving", "they arrive"), "arrival"),
    **dict.fromkeys(("return", "returning", "they return", "coming home"), "return"),
}
_BEFORE: Final[Mapping[str, End]] = {
    **_ENDS,
    **dict.fromkeys(("", "event", "day"), "opening"),
    **dict.fromkeys(("trip", "journey"), "departure"),
}
_AFTER: Final[Mapping[str, End]] = {
    **_ENDS,
    **dict.fromkeys(("", "event", "day"), "closing"),
    **dict.fromkeys(("trip", "journey"), "return"),
}
_ON: Final[Mapping[str, End]] = {
    **{name: end for name, end in _ENDS.items() if end in ("departure", "arrival", "return")},
    **{name: end for name, end in _ENDS.items() if name.endswith(" day") or name == "kick-off"},
    **dict.fromkeys(("day", "day itself"), "opening"),
}


def _any_of(words: Mapping[str, object]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_MONTHS: Final = {
    name: number
    for number, full in enumerate(MONTHS, 1)
    for name in (full.lower(), full.lower()[:3], full.lower()[:4])
}
_WEEKDAYS: Final = {name.lower(): number for number, name in enumerate(WEEKDAYS)}
_NTHS: Final = {name: number for number, name in ORDINALS.items()} | {
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
}
_MONTH: Final = rf"(?:{_any_of(_MONTHS)})"
_NUMBER: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_COUNTED: Final = re.compile(
    rf"(?P<count>\d{{1,5}}|{_any_of(_COUNTS)}) (?P<unit>day|week)s? (?P<side>before|after)"
    r"(?: (?:the )?(?P<end>.+))?"
)
_NAMED: Final = re.compile(r"(?:on |at )?(?:the )?(?:day of (?:the )?)?(?P<end>.+)")
_DATED: Final = re.compile(
    rf"(?:on |every |each |every year on )?(?:the )?"
    rf"(?:{_NUMBER} (?:of )?(?P<month>{_MONTH})|(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}}))"
    r"(?: (?P<year>\d{4})| every year| each year)?"
)
_ISO: Final = re.compile(r"(?:on )?(?P<iso>\d{4}-\d{2}-\d{2})")
_MONTH_RANGE: Final = (
    rf"(?:from )?(?P<first>{_MONTH}) (?:to|until|through) (?P<last>{_MONTH})"
    rf"|between (?P<first2>{_MONTH}) and (?P<last2>{_MONTH})"
    rf"|(?:in|of) (?P<only>{_MONTH})"
    r"|(?:of )?(?:the|every|each) month"
)
_RANGE: Final = re.compile(_MONTH_RANGE)
_WEEKDAY: Final = re.compile(
    rf"(?:on )?(?:the |every |each )?(?:(?P<nth>{_any_of(_NTHS)}) )?"
    rf"(?P<weekday>{_any_of(_WEEKDAYS)})s?"
)
_NO_PLACE: Final = frozenset({"localtime", "posixrules", "Factory"})
"""What some machines have among the zones: their own clock, or none."""
_AT: Final = re.compile(r"(?P<rule>.+?),? at (?P<time>\d\S*)(?: (?P<clock>.+))?", re.IGNORECASE)
_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DURATION: Final = re.compile(
    rf"(?P<count>\d{{1,5}}|{_any_of(_COUNTS)}) (?P<unit>minute|hour|day|week)s?", re.IGNORECASE
)


def parse_when(text: str) -> When:
    """What a phrase means. Raises :class:`ValueError` with one line for editors."""
    spaced = " ".join(text.split())
    timed = _AT.fullmatch(spaced)
    rule = _rule(" ".join((timed["rule"] if timed else spaced).lower().replace(",", " ").split()))
    if rule is None:
        examples = ", ".join(f'"{form}"' for form in FORMS)
        raise ValueError(
            f'"{text}" is not understood. Write it like one of {examples}; a time can follow:'
            ' "at 09:00" (each traveller\'s clock), "at 09:00 host", "at 18:00 Europe/Paris".'
        )
    if not timed:
        return When(rule)
    return When(rule, _time(timed["time"]), _clock(timed["clock"] or ""))


def parse_duration(text: str) -> timedelta:
    """``12 hours`` or ``90 minutes``. Raises :class:`ValueError` with one line for editors."""
    found = _DURATION.fullmatch(" ".join(text.split()))
    count = _count(found["count"].lower()) if found else 0
    if not found or count > 1000:
        raise ValueError(f'"{text}" is no length of time. Write it as "12 hours" or "90 minutes".')
    return timedelta(**{f"{found['unit'].lower()}s": count})


def _rule(text: str) -> Rule | None:
    return _counted(text) or _named(text) or _dated(text) or _weekly(text)


def _counted(text: str) -> Around | None:
    found = _COUNTED.fullmatch(text)
    if not found:
        return None
    before = found["side"] == "before"
    end = (_BEFORE if before else _AFTER).get(found["end"] or "")
    if end is None:
        return None
    days = _count(found["count"]) * (7 if found["unit"] == "week" else 1)
    if days > FARTHEST:
        raise ValueError(f"{days} days are too far away. Write {FARTHEST} at most.")
    return Around(end, -days if before else days)


def _named(text: str) -> Around | None:
    found = _NAMED.fullmatch(text)
    end = _ON.get(found["end"]) if found else None
    return Around(end) if end else None


def _dated(text: str) -> Once | Yearly | None:
    if iso := _ISO.fullmatch(text):
        year, month, day = map(int, iso["iso"].split("-"))
        return Once(_date(year, month, day))
    found = _DATED.fullmatch(text)
    if not found:
        return None
    month = _MONTHS[found["month"] or found["month2"]]
    day = int(found["day"] or found["day2"])
    if found["year"]:
        return Once(_date(int(found["year"]), month, day))
    _date(2028, month, day)  # a leap year: 29 February is a day
    return Yearly(month, day)


def _weekly(text: str) -> Weekly | None:
    """The months may stand before the weekday, behind it, or not at all."""
    first, last = 1, 12
    spoken = text
    if months := _RANGE.search(text):
        before, behind = text[: months.start()].strip(), text[months.end() :].strip()
        if before and behind:
            return None
        spoken = before or behind
        first = _MONTHS[months["first"] or months["first2"] or months["only"] or "january"]
        last = _MONTHS[months["last"] or months["last2"] or months["only"] or "december"]
    found = _WEEKDAY.fullmatch(spoken)
    if not found:
        return None
    nth = _NTHS[found["nth"]] if found["nth"] else EVERY
    return Weekly(_WEEKDAYS[found["weekday"]], nth, first, last)


def _count(word: str) -> int:
    return _COUNTS[word] if word in _COUNTS else int(word)


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(
            f"There is no such day: day {day} of month {month}. Write another."
        ) from None


def _time(text: str) -> time:
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError(f'"{text}" is no time. Write it as 09:00 or 18:30.')
    return time(int(found[1]), int(found[2]))


def _clock(text: str) -> str:
    name = re.sub(r" ?time$", "", text, flags=re.IGNORECASE)
    if name.lower() in ("", "local"):
        return OWN
    if name.lower() == HOST:
        return HOST
    return zone_name(name)


def zone_name(name: str) -> str:
    """The name of a time zone, as it was given. Raises :class:`ValueError` for editors."""
    try:
        if name in _NO_PLACE:
            raise LookupError
        return ZoneInfo(name).key
    except (ValueError, OSError, LookupError):  # what it raises depends on what the name looks like
        near = get_close_matches(name.replace(" ", "_"), available_timezones(), n=1)
        guess = f' Did you mean "{near[0]}"?' if near else ""
        raise ValueError(
            f'There is no time zone "{name}".{guess} Write it as Europe/Paris.'
        ) from None
