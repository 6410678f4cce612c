"""What somebody who asked for messages told of themselves, as far as it shapes those messages."""

from __future__ import annotations

from datetime import date
from typing import Final

from msgspec import Struct

AFTER_TRIP: Final = 14
"""Days after the return on which a trip is still a reason to write: what was seen may still be on
somebody's mind."""


class Trip(Struct, frozen=True, array_like=True, omit_defaults=True):
    """A trip that the person asked to be remembered: ISO 3166-1 alpha-2 code of the country, the
    place as shown, the first and the last day (ISO); empty what was not said.
    """

    country: str
    place: str = ""
    first: str = ""
    last: str = ""


class Profile(Struct, frozen=True):
    """``locale`` the language spoken; ``home`` the country of residence, ``audience`` the role in
    which they travel, ``trip`` the one that is remembered, each if it was said.
    """

    locale: str = "en"
    home: str = ""
    audience: str = ""
    trip: Trip | None = None


def trip_until(trip: Trip | None) -> int:
    """The last day (ordinal) on which a trip is a reason to write; 0 for one without days."""
    return date.fromisoformat(trip.last).toordinal() + AFTER_TRIP if trip and trip.last else 0
