"""When something happened, read from a person's own words.

What is read is always past. What cannot be told for sure is not read at all: the words are kept
anyway, and a wrong hour in a report is worse than none.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal, NoReturn, TypeAlias

from msgspec import Struct

from bot.conversation.moment_parts import Clock, Heard, Parts, Unclear, past_day
from bot.conversation.moment_words import languages, vocabulary
from bot.conversation.seasons import season

LONGEST: Final = 300
"""Characters up to which a text may be an answer to "when?"; a longer one tells a story."""

Precision: TypeAlias = Literal["instant", "time", "hours", "day", "days", "month", "year"]


class Moment(Struct, frozen=True):
    """When something happened.

    ``start`` is aware; what is finer than ``precision`` means nothing in it. *instant* is a point
    in time, the same for all ("an hour ago"); *time* is what a clock on the wall showed; *hours*
    (a part of the day) and *days* go up to ``end``, which is no longer in them. ``about``: the
    person was not sure, or it cannot be told exactly.
    """

    start: datetime
    precision: Precision
    end: datetime | None = None
    about: bool = False


def read_moment(text: str, locale: str, now: datetime) -> Moment | None:
    """Read ``text``, written by somebody who speaks ``locale`` and whose clock shows ``now``.

    None when it is not understood, or could mean several things. ``now`` must be aware.
    """
    if len(text) > LONGEST:
        return None
    tried = dict.fromkeys((locale, *languages()))
    heard = [Heard(text, vocabulary(language), now.date()) for language in tried]
    parts = min(heard, key=lambda each: each.unknown).parts
    if parts is None:
        return None
    try:
        moment = _Reading(parts, now).moment()
    except (ValueError, OverflowError):
        return None
    return moment if moment is not None and moment.start <= now else None


class _Reading:
    """What all parts mean together. Its methods raise :class:`Unclear` when that is not clear."""

    def __init__(self, parts: Parts, now: datetime) -> None:
        self._parts = parts
        self._named = parts.named()
        self._now = now
        self._today = now.date()

    def moment(self) -> Moment | None:
        parts = self._parts
        if parts.ago and parts.ago[1] in ("minutes", "hours"):
            if len(self._named) > 1 or parts.clock or parts.part:
                raise Unclear
            past = timedelta(**{parts.ago[1]: parts.ago[0]})
            start = (self._now.astimezone(UTC) - past).astimezone(self._now.tzinfo)
            return Moment(start, "instant", about=True)
        if coarse := self._coarse():
            return coarse
        if self._named:
            return self._within(self._day())
        return self._latest(parts.clock) if parts.clock and not parts.part else None

    def _coarse(self) -> Moment | None:
        """A month, a year or some days; None when a day was named."""
        parts, today = self._parts, self._today
        if parts.ago and self._named == {"ago"} and parts.ago[1] in ("months", "years"):
            count = round(parts.ago[0] * (12 if parts.ago[1] == "years" else 1))
            if count >= 24:
                return self._from(date(today.year - count // 12, 1, 1), "year", about=True)
            months = today.year * 12 + today.month - 1 - count
            return self._from(date(months // 12, months % 12 + 1, 1), "month", about=True)
        if parts.month and self._named <= {"month", "weekday"}:
            return self._from(self._month(*parts.month), "month")
        if parts.month and parts.period and self._named == {"month", "period"}:
            month, year, _ = parts.month
            if year or parts.period[0] != "years":
                raise Unclear
            return self._from(date(today.year - parts.period[1], month, 1), "month")
        if parts.season and self._named == {"season"}:
            name, year, ended = parts.season
            first, after = season(name, self._now, ended=ended, year=year) or _unclear()
            return self._from(first, "days", after)
        if parts.year and self._named == {"year"}:
            return self._from(date(parts.year, 1, 1), "year")
        if parts.period and self._named == {"period"}:
            return self._period(*parts.period)
        return None

    def _month(self, month: int, year: int, last: bool) -> date:
        today = self._today
        before = month > today.month or (last and month == today.month)
        return date(year or today.year - before, month, 1)

    def _period(self, unit: str, last: bool) -> Moment:
        today = self._today
        if unit == "years":
            return self._from(date(today.year - last, 1, 1), "year")
        if unit == "months":
            within = today.replace(day=1) - timedelta(days=last)
            return self._from(within.replace(day=1), "month")
        if unit == "weeks":
            first = self._monday(last)
            return self._from(first, "days", first + timedelta(days=7))
        if unit == "weekend":
            first = today - timedelta(days=(today.weekday() - 5) % 7)
            first -= timedelta(days=7 * (last and today.weekday() >= 5))
            return self._from(first, "days", first + timedelta(days=2))
        raise Unclear

    def _monday(self, last: bool) -> date:
        return self._today - timedelta(days=self._today.weekday() + 7 * last)

    def _from(
        self, first: date, precision: Precision, after: date | None = None, *, about: bool = False
    ) -> Moment:
        end = self._at(min(after, self._today + timedelta(days=1))) if after else None
        return Moment(self._at(first), precision, end, about or self._parts.about)

    def _day(self) -> date:
        """The day that was named."""
        parts, today, weekday = self._parts, self._today, self._parts.weekday
        others = self._named - {"weekday"}
        if not others:
            return today - timedelta(days=(today.weekday() - (weekday or 0) - 1) % 7 + 1)
        if parts.ago and others == {"ago"} and parts.ago[1] in ("days", "weeks"):
            count, unit = parts.ago
            day = today - timedelta(days=int(count * (7 if unit == "weeks" else 1)))
            return day if weekday is None else day + timedelta(days=weekday - day.weekday())
        if parts.period and weekday is not None and others == {"period"}:
            unit, last = parts.period
            return self._monday(last) + timedelta(days=weekday) if unit == "weeks" else _unclear()
        if parts.dated and others <= {"dated", "period"}:
            day = self._dated(*parts.dated)
        elif parts.figures and others == {"figures"}:
            day = parts.figures
        elif parts.day is not None and others == {"day"}:
            day = today - timedelta(days=parts.day)
        else:
            raise Unclear
        if weekday not in (None, day.weekday()):
            raise Unclear
        return day

    def _dated(self, day: int, month: int, year: int) -> date:
        """The latest day of this number in a month, in this month, on this day of the week."""
        if self._parts.period:
            unit, last = self._parts.period
            if unit != "years" or year or not month:
                raise Unclear
            year = self._today.year - last
        if month:
            return past_day(day, month, year, self._today) or _unclear()
        weekday = self._parts.weekday
        days = (self._today - timedelta(days=n) for n in range(800))
        found = (each for each in days if each.day == day and weekday in (None, each.weekday()))
        return next(found, None) or _unclear()

    def _within(self, day: date) -> Moment:
        """The time or the part of a day that was said, else the day."""
        found = self._on(day)
        if found.start <= self._now:
            return found
        # After midnight "this evening" is that of the day before; in the morning "this night" is.
        if self._parts.day == 0 and (self._now.hour < 6 or self._parts.part == "night"):
            return self._on(day - timedelta(days=1))
        raise Unclear

    def _on(self, day: date) -> Moment:
        clock, about = self._parts.clock, self._parts.about
        part = self._parts.part or (clock.part if clock else "")
        if clock and (clock.sure or part):
            hour = _hour(clock, clock.part or part)
            past_midnight = part in ("evening", "night") and hour < 6
            minutes = (hour + 24 * past_midnight) * 60 + clock.minute
            return Moment(self._at(day, minutes), "time", about=about)
        if part:
            start, end = (self._at(day, hour * 60) for hour in _HOURS[part])
            return Moment(start, "hours", min(end, max(self._now, start)), about=True)
        by_weeks = self._parts.ago is not None and self._parts.ago[1] == "weeks"
        return Moment(
            self._at(day), "day", about=about or (by_weeks and "weekday" not in self._named)
        )

    def _latest(self, clock: Clock) -> Moment:
        """When a clock last showed this time."""
        hour = _hour(clock, clock.part)
        hours = {hour} if clock.sure or clock.part else {hour % 12, hour % 12 + 12}
        times = [
            self._at(self._today - timedelta(days=days), each * 60 + clock.minute)
            for days in (-1, 0, 1)
            for each in hours
        ]
        start = max(each for each in times if each <= self._now)
        return Moment(start, "time", about=self._parts.about)

    def _at(self, day: date, minutes: int = 0) -> datetime:
        """So many minutes after midnight on the wall clock; what it skips is an hour later."""
        wall = datetime.combine(day, time(), self._now.tzinfo) + timedelta(minutes=minutes)
        return wall.astimezone(UTC).astimezone(self._now.tzinfo)


_HOURS: Final = {
    "early": (4, 7),
    "morning": (5, 12),
    "afternoon": (12, 18),
    "evening": (18, 24),
    "night": (20, 29),
}
"""From which hour to which a part of the day is taken to go, wider rather than narrower."""


def _hour(clock: Clock, part: str) -> int:
    """The hour of 24 that is meant by one of 12 in a part of the day."""
    hour = clock.hour
    if hour > 12 or not part:
        return hour
    if hour == 12:
        return 12 if part == "afternoon" else 0
    begins = {"afternoon": 1, "evening": 4, "night": 6}.get(part, 12)
    return hour + 12 if hour >= begins else hour


def _unclear() -> NoReturn:
    raise Unclear
