"""An answer to "when?": a person's own words, and the moment that was read from them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, cast, get_args

from babel import Locale
from babel.dates import (
    format_date,
    format_interval,
    format_skeleton,
    format_time,
    get_timezone,
    get_timezone_location,
)
from msgspec.structs import replace

from bot.conversation.moment_parts import OLDEST
from bot.conversation.moments import Moment, Precision, read_moment

if TYPE_CHECKING:
    from datetime import tzinfo

    from bot.conversation.session import SlotValue

_ABOUT = "≈ "
_SPANS = ("hours", "days")
_SKELETONS = {"year": "y", "month": "yMMMM"}
_FAR_WEST = timezone(timedelta(hours=-12))


def read_when(words: str, locale: str, now: datetime, zone: tzinfo | None) -> SlotValue:
    """What is kept of an answer: the words alone, or with the moment that they mean.

    ``zone`` is that of the place where it happened; while it is unknown, what depends on it is
    kept as not exact.
    """
    here = now.astimezone(zone) if zone else now
    moment = read_moment(words, locale, here)
    if moment is None:
        return words
    if zone is None and moment.precision != "instant":
        elsewhere = read_moment(words, locale, now.astimezone(_FAR_WEST))
        if elsewhere is None or _wall(elsewhere.start) != _wall(moment.start):
            moment = replace(moment, about=True)
    return _kept(words, moment)


def named_when(days_ago: int, now: datetime, zone: tzinfo | None) -> SlotValue:
    """What is kept of a button that stands for a day."""
    here = now.astimezone(zone) if zone else now
    day = here.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days_ago)
    return _kept("", Moment(day, "day", about=zone is None))


def is_when(value: SlotValue) -> bool:
    """Whether ``value`` is what :func:`read_when` makes."""
    if isinstance(value, str):
        return True
    try:
        _moment(value)
    except ValueError:
        return False
    return True


def show_when(value: SlotValue, locale: str) -> str:
    """The words, and behind them the moment as somebody who speaks ``locale`` writes it."""
    if isinstance(value, str):
        return value
    words, zone = value[0], value[2]
    shown = _shown(_moment(value), zone, Locale.parse(locale))
    return f"{words} ({shown})" if words else shown


def _kept(words: str, moment: Moment) -> SlotValue:
    return [
        words,
        moment.start.isoformat(timespec="minutes"),
        getattr(moment.start.tzinfo, "key", ""),
        moment.precision,
        moment.end.isoformat(timespec="minutes") if moment.end else "",
        "about" if moment.about else "",
    ]


def _moment(value: list[str]) -> Moment:
    """Raises :class:`ValueError` when ``value`` keeps no moment."""
    _, start, _, precision, end, about = value
    if precision not in get_args(Precision) or (precision in _SPANS) != bool(end):
        raise ValueError(precision)
    times = [datetime.fromisoformat(each) for each in (start, end or start)]
    if not all(each.tzinfo and each.date() >= OLDEST for each in times):
        raise ValueError(start)
    until = times[1] if end else None
    return Moment(times[0], cast("Precision", precision), until, bool(about))


def _shown(moment: Moment, zone: str, locale: Locale) -> str:
    about = _ABOUT if moment.about else ""
    # Babel would count what has a zone over to UTC; a person wants the clock that was on the wall.
    start, end = _wall(moment.start), _wall(moment.end or moment.start)
    if moment.precision in _SKELETONS:
        return about + format_skeleton(_SKELETONS[moment.precision], start, locale=locale)
    if moment.precision == "days":
        last = (end - timedelta(days=1)).date()
        return about + format_interval(start.date(), last, "yMMMd", locale=locale)
    day = format_date(start.date(), "full", locale=locale)
    if moment.precision == "day":
        return about + day
    hour = format_time(start.time(), "short", locale=locale)
    if moment.precision == "hours":
        hour += f" – {format_time(end.time(), 'short', locale=locale)}"
    if zone or moment.precision == "instant":
        hour = about + hour
    else:  # elsewhere it may have been another day
        day = about + day
    return ", ".join(filter(None, (day, hour, _zone_name(moment, zone, locale))))


def _zone_name(moment: Moment, zone: str, locale: Locale) -> str:
    """Whose clock it is; empty when that is not known."""
    if zone:
        try:
            return get_timezone_location(get_timezone(zone), locale=locale)
        except LookupError:  # a zone that newer data call otherwise
            pass
    if moment.precision != "instant":
        return ""
    return "UTC" + moment.start.isoformat()[-6:].replace("+00:00", "")


def _wall(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)
