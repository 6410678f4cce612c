"""Phone numbers of contacts: check them, and write them so that they can be tapped.

Short codes (116, 112, *4242) are kept as they are: they only mean something inside the country
and no library knows all of them. Full numbers follow the numbering plans in `phonenumbers`.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

# Numbers of a person's or office's line; free and special ones seldom work from other countries.
_ORDINARY = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
}
_SHORT = re.compile(r"[*#]?\d{2,6}")


@lru_cache(maxsize=2048)
def international(number: str, country: str) -> str:
    """A number as it is shown and tapped: `+254 ...`, or a short code exactly as written.

    A number that cannot be read comes back unchanged, so that a caller still sees something.
    """
    full = _full_number(number, country)
    if full is None:
        return number
    return phonenumbers.format_number(full, PhoneNumberFormat.INTERNATIONAL)


@lru_cache(maxsize=2048)
def dialable_from_abroad(number: str, country: str) -> str | None:
    """The number with its country code, or None for a short code or a free number.

    Never guess here: a short code dialled elsewhere reaches somebody else, and most free numbers
    cannot be called from other countries. One that is written with `+` is taken at its word.
    """
    full = _full_number(number, country)
    if full is None:
        return None
    if not number.startswith("+") and not _is_ordinary(full):
        return None
    return phonenumbers.format_number(full, PhoneNumberFormat.INTERNATIONAL)


def phone_problem(number: str, country: str) -> str | None:
    """What is wrong with a number in that country, in one line, or None."""
    if _is_short(number) or _full_number(number, country) is not None:
        return None
    return (
        f'"{number}" is in no number range of {country}; compare it with the source, '
        "and write `unlisted: true` if it stands there like this"
    )


def _is_short(number: str) -> bool:
    return _SHORT.fullmatch(re.sub(r"[\s-]", "", number)) is not None


def _full_number(number: str, country: str) -> PhoneNumber | None:
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    # "20569" is a whole number on a small island; "116111" and "800988" are codes.
    if _is_short(number) and not _is_ordinary(parsed):
        return None
    return parsed


def _is_ordinary(full: PhoneNumber) -> bool:
    return phonenumbers.number_type(full) in _ORDINARY
