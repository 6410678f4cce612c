"""What a person answered, read by the type of the question."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeAlias

import phonenumbers
from babel import Locale
from babel.dates import format_date, parse_date
from babel.numbers import format_decimal
from msgspec import Struct

from bot.conversation.days import are_days, read_days, show_days
from bot.conversation.events import Event, Location, Text
from bot.conversation.limits import ANSWER
from bot.conversation.when import is_when, named_when, read_when, show_when

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.schema import Node
    from bot.conversation.session import SlotValue
    from bot.conversation.world import Found, Place, World

_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_THOUSANDS = re.compile(r"(?<=\d)[.,'’\s](?=\d{3}(?!\d))")
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]{2,}")
OLDEST = date(1900, 1, 1)
PLACE_TYPES = ("place", "country")
DAY_TYPES = ("date", "when")
"""Those that offer buttons for today and yesterday."""
TEXT_TYPES = ("text", "when")
"""Those that take any words, and keep them as they were written."""
SKIPPED = "–"
"""The value of a button that skips a question; also what stands for an answer never given."""


class Given(Struct, frozen=True):
    """An answer that was understood."""

    value: SlotValue


class Which(Struct, frozen=True):
    """An answer that could be several places."""

    candidates: Sequence[Place]


Answer: TypeAlias = Given | Which | None
"""None: not understood."""


def read_answer(
    node: Node, event: Event, locale: str, world: World, *, home: str, here: tuple[str, str]
) -> Answer:
    """Read what a person wrote or shared as the answer to ``node``.

    ``home`` is the person's country, for phone numbers without a country code; ``here``
    country and name of the place they named last, for its clock. Empty what is unknown.
    """
    kind = node.ask or ""
    if isinstance(event, Location):
        if kind not in PLACE_TYPES:
            return None
        return read_place(kind, world.place_at(event.latitude, event.longitude, locale))
    if not isinstance(event, Text) or not event.text.strip():
        return None
    text = event.text.strip()
    if kind in PLACE_TYPES:
        return read_place(kind, world.find_place(text, locale))
    value: SlotValue | None = None
    if kind == "when":
        value = read_when(text[:ANSWER], locale, world.now, world.zone_of(*here))
    elif kind == "text":
        value = text[: int(node.max or ANSWER)] if len(text) >= (node.min or 1) else None
    elif kind == "number":
        value = _number(text, node)
    elif kind == "date":
        value = _date(text, locale, world.now.date())
    elif kind == "days":
        value = read_days(text, locale, world.now.date())
    elif kind == "phone":
        value = _phone(text, home)
    elif kind == "email":
        found = _EMAIL.search(text)
        value = found.group() if found and len(found.group()) <= 254 else None
    return Given(value) if value is not None else None


def read_place(kind: str, found: Found) -> Answer:
    """Read a look-up as the answer to a question for a *place* or a *country*."""
    if found.status == "ambiguous":
        return Which(found.candidates)
    if found.place is None:
        return None
    return Given(place_value(kind, found.place.country, found.place.name))


def place_value(kind: str, country: str, name: str) -> SlotValue:
    """How a place is kept: a country as its code, a place as code and name."""
    return country if kind == "country" else [country, name]


def named_day(kind: str, name: str, here: tuple[str, str], world: World) -> SlotValue:
    """The button ``today`` or ``yesterday`` as the answer to a question for a *date* or *when*."""
    days_ago = int(name == "yesterday")
    if kind == "when":
        return named_when(days_ago, world.now, world.zone_of(*here))
    return (world.now.date() - timedelta(days=days_ago)).isoformat()


def show(kind: str, value: SlotValue, locale: str, world: World) -> str:
    """An answer as a person reads it, not yet escaped."""
    if kind == "when":
        return show_when(value, locale)
    if kind == "place" and isinstance(value, list):
        country = world.country_name(value[0], locale)
        return country if value[1] == country else f"{value[1]}, {country}"
    if kind == "days" and isinstance(value, list):
        return show_days(value, locale)
    if isinstance(value, list):
        return ", ".join(value)
    if kind == "country":
        return world.country_name(value, locale)
    if kind == "date":
        return format_date(date.fromisoformat(value), "long", locale=Locale.parse(locale))
    if kind == "number":
        return format_decimal(float(value), locale=Locale.parse(locale))
    return value


def fits(kind: str, value: SlotValue) -> bool:
    """Whether a kept answer is one of this type; an edit may have changed the type meanwhile."""
    if kind == "place":
        return isinstance(value, list) and len(value) == 2 and len(value[0]) == 2
    if kind == "many":
        return isinstance(value, list)
    if kind == "when":
        return is_when(value)
    if kind == "days":
        return are_days(value)
    if not isinstance(value, str):
        return False
    if kind == "country":
        return len(value) == 2
    if kind == "yesno":
        return value in ("yes", "no")
    try:
        if kind == "date":
            date.fromisoformat(value)
        elif kind == "number":
            float(value)
    except ValueError:
        return False
    return True


def _number(text: str, node: Node) -> str | None:
    found = _NUMBER.search(_THOUSANDS.sub("", text))
    if found is None:
        return None
    value = float(found.group().replace(",", "."))
    if not math.isfinite(value):
        return None
    if (node.min is not None and value < node.min) or (node.max is not None and value > node.max):
        return None
    return f"{value:.15g}"


def _date(text: str, locale: str, today: date) -> str | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        try:
            day = parse_date(text, locale=Locale.parse(locale))
        except (ValueError, IndexError, KeyError, OverflowError):
            return None
    return day.isoformat() if OLDEST <= day <= today + timedelta(days=3660) else None


def _phone(text: str, home: str) -> str | None:
    try:
        number = phonenumbers.parse(text, home or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
