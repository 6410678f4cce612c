"""Every mistake in the contacts file that an editor can make, with the line where it is."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from babel import Locale
from msgspec import Struct

from bot.knowledge.contact_file import ContactFile
from bot.knowledge.contact_phones import phone_problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from bot.knowledge.contact_schema import Contact, CountryContacts, Emergency

MAX_AGE_DAYS = 366

_Problem = tuple[str, str]


class Finding(Struct, frozen=True):
    """`where` is such as `KE.contacts[1].phone`, `line` its line in the file."""

    where: str
    what: str
    line: int


def findings(path: Path, today: date) -> tuple[Finding, ...]:
    """All problems in the file, in its order; empty when it is fit to publish.

    Raises ValueError when the file cannot be read as YAML at all.
    """
    file = ContactFile(path)
    problems: list[_Problem] = []
    try:
        international = file.international()
        if not international:
            problems.append(("international", "needs at least one contact"))
        for index, contact in enumerate(international):
            problems += _contact(contact, f"international[{index}]", "ZZ", today)
    except ValueError as error:
        problems.append(_split(error))
    for code in file.codes:
        try:
            problems += _country(file.country(code), set(file.codes), today)
        except ValueError as error:
            problems.append(_split(error))
    return tuple(Finding(where, what, file.line(where)) for where, what in problems)


def _split(error: ValueError) -> _Problem:
    where, _, what = str(error).partition(": ")
    return where, what


def _country(entry: CountryContacts, codes: set[str], today: date) -> Iterator[_Problem]:
    code = entry.code
    if code not in _territories():
        yield code, f'"{code}" is not a country code'
    if entry.responsible and entry.responsible not in codes:
        yield f"{code}.responsible", f'"{entry.responsible}" is not in this file'
    yield from _emergency(entry.emergency, f"{code}.emergency", today)
    for index, contact in enumerate(entry.contacts):
        yield from _contact(contact, f"{code}.contacts[{index}]", code, today)
    if entry.extraterritorial:
        yield from _url(entry.extraterritorial.source, f"{code}.extraterritorial.source")


def _emergency(emergency: Emergency, where: str, today: date) -> Iterator[_Problem]:
    if not emergency.known:
        return
    for service, number in emergency.numbers.items():
        if not number.replace(" ", "").isdigit():
            yield f"{where}.{service}", f'"{number}" has more in it than digits'
    if emergency.source is None:
        yield where, "has no source"
    for url in filter(None, (emergency.source, *emergency.also_seen)):
        yield from _url(url, f"{where}.source")
    yield from _age(emergency.checked, f"{where}.checked", today)


def _contact(contact: Contact, where: str, code: str, today: date) -> Iterator[_Problem]:
    for field in ("phone", "phone_abroad", "whatsapp"):
        number = getattr(contact, field)
        problem = phone_problem(number, code) if number else None
        if problem and not contact.unlisted:
            yield f"{where}.{field}", problem
    if contact.phone_abroad and not contact.phone_abroad.startswith("+"):
        yield f"{where}.phone_abroad", "must begin with + and the country code"
    if contact.web:
        yield from _url(contact.web, f"{where}.web")
    if contact.email and contact.email.count("@") != 1:
        yield f"{where}.email", f'"{contact.email}" is not a mail address'
    for url in (contact.source, *contact.also_seen):
        yield from _url(url, f"{where}.source")
    for language in contact.languages:
        if language not in _languages():
            yield f"{where}.languages", f'"{language}" is not an ISO 639 language code'
    yield from _age(contact.checked, f"{where}.checked", today)


def _url(text: str, where: str) -> Iterator[_Problem]:
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"http", "https"} and "." in parts.netloc and " " not in text
    except ValueError:
        good = False
    if not good:
        yield where, f'"{text}" is not a web address'


def _age(checked: date | None, where: str, today: date) -> Iterator[_Problem]:
    if checked is None:
        yield where, "is missing: write the day on which the source was read"
    elif checked > today:
        yield where, f"{checked} is in the future"
    elif (today - checked).days > MAX_AGE_DAYS:
        yield where, f"last checked on {checked}: open the source again, then write today's date"


@cache
def _languages() -> frozenset[str]:
    return frozenset(Locale("en").languages)


@cache
def _territories() -> frozenset[str]:
    return frozenset(map(str, Locale("en").territories))
