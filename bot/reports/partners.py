"""The partners file: which hotline receives the reports of which countries.

.. code-block:: yaml

    partners:
      - id: example
        name: Example Hotline
        countries: [KE, TZ]          # or "*"
        kinds: [hotel, street]       # kinds of setting, or "*"
        endpoint: https://hotline.example/reports
        public_key: {kty: OKP, crv: X25519, x: ...}    # what reports are encrypted to
        asking_key: {kty: OKP, crv: Ed25519, x: ...}   # signs questions back; none without it
        language: en                                   # the one that they read
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from babel.localedata import exists

from bot.conversation.source import Source, read
from bot.reports.sealing import SealingKey, sealing_key, verifying_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from joserfc.jwk import OKPKey

_STEP = re.compile(r"\w+")
_COUNTRY = re.compile(r"[A-Z]{2}")
PRIVATE: Final = 'this is the private key; leave out "d", and make a new pair'
_AT_HOME = ("127.0.0.1", "localhost")


class PartnersInvalid(ValueError):
    """The partners file cannot be used; the text says where and why in one line."""


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    name: str
    countries: list[str] | Literal["*"]
    kinds: list[str] | Literal["*"]
    endpoint: str
    public_key: dict[str, str]
    asking_key: dict[str, str] | None = None
    language: str = "en"


class _File(msgspec.Struct, forbid_unknown_fields=True):
    partners: list[_Entry]


class Partner(msgspec.Struct, frozen=True):
    """A hotline that takes reports.

    ``None`` stands for every country, every kind of setting; no ``asking_key``: no questions back.
    """

    id: str
    name: str
    countries: frozenset[str] | None
    kinds: frozenset[str] | None
    endpoint: str
    key: SealingKey
    asking_key: OKPKey | None = None
    language: str = "en"

    def takes(self, country: str, kind: str) -> bool:
        """Whether reports from this country (ISO 3166-1 alpha-2) and kind of setting go here."""
        return (self.countries is None or country in self.countries) and (
            self.kinds is None or kind in self.kinds
        )


class Partners:
    """Every partner, in the order of the file."""

    def __init__(self, partners: tuple[Partner, ...] = ()) -> None:
        self._partners = {partner.id: partner for partner in partners}

    def __len__(self) -> int:
        return len(self._partners)

    def __iter__(self) -> Iterator[Partner]:
        return iter(self._partners.values())

    def get(self, partner_id: str) -> Partner | None:
        """The partner of this id."""
        return self._partners.get(partner_id)

    def for_report(self, country: str, kind: str) -> Partner | None:
        """The first partner that names the country; else the first that takes every country."""
        fitting = [one for one in self._partners.values() if one.takes(country, kind)]
        return next((one for one in fitting if one.countries), next(iter(fitting), None))


def load_partners(path: Path) -> Partners:
    """Read the file; no file means no partners.

    Raises :class:`PartnersInvalid`, ``path:line:column: what is wrong``.
    """
    try:
        source = read(str(path), path.read_text("utf-8"))
    except FileNotFoundError:
        return Partners()
    except (OSError, UnicodeError) as error:
        raise PartnersInvalid(f"{path}: cannot be read ({type(error).__name__})") from error
    for fault in source.faults:
        raise PartnersInvalid(f"{path}:{fault.where.line}:{fault.where.column}: {fault.message}")
    try:
        entries = msgspec.convert(source.data, _File).partners
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at `$")
        raise _fault(source, _steps(place), what) from error
    seen: set[str] = set()
    partners = []
    for number, entry in enumerate(entries):
        partners.append(_partner(source, number, entry))
        if entry.id in seen:
            raise _fault(source, ("partners", number, "id"), f'"{entry.id}" is given twice')
        seen.add(entry.id)
    return Partners(tuple(partners))


def _partner(source: Source, number: int, entry: _Entry) -> Partner:
    def fault(field: str, what: str) -> PartnersInvalid:
        return _fault(source, ("partners", number, field), what)

    if not entry.id or not entry.id.isascii() or not entry.id.replace("-", "").isalnum():
        raise fault("id", "an id has letters, digits and hyphens only")
    if not entry.countries or not all(
        entry.countries == "*" or _COUNTRY.fullmatch(code) for code in entry.countries
    ):
        raise fault("countries", 'list codes of two capital letters such as KE, or write "*"')
    if not entry.kinds:
        raise fault("kinds", 'list kinds of setting, or write "*"')
    if not _safe(entry.endpoint):
        raise fault("endpoint", "must be an address that starts with https://")
    try:
        key = sealing_key(entry.public_key)
    except ValueError as error:
        raise fault("public_key", str(error)) from error
    if key.is_private:
        raise fault("public_key", PRIVATE)
    if not exists(entry.language):
        raise fault("language", f'"{entry.language}" is no language code such as en or pt')
    return Partner(
        entry.id,
        entry.name,
        _every(entry.countries),
        _every(entry.kinds),
        entry.endpoint,
        key,
        _asking_key(entry.asking_key, fault),
        entry.language,
    )


def _asking_key(
    jwk: dict[str, str] | None, fault: Callable[[str, str], PartnersInvalid]
) -> OKPKey | None:
    if jwk is None:
        return None
    try:
        key = verifying_key(jwk)
    except ValueError as error:
        raise fault("asking_key", str(error)) from error
    if key.is_private:
        raise fault("asking_key", PRIVATE)
    return key


def _every(names: list[str] | Literal["*"]) -> frozenset[str] | None:
    return None if names == "*" else frozenset(names)


def _safe(endpoint: str) -> bool:
    try:
        url = urlsplit(endpoint)
        at_home = url.scheme == "http" and url.hostname in _AT_HOME
        return bool(url.hostname) and url.port != 0 and (url.scheme == "https" or at_home)
    except ValueError:
        return False


def _steps(place: str) -> tuple[Any, ...]:
    return tuple(int(step) if step.isdigit() else step for step in _STEP.findall(place))


def _fault(source: Source, path: tuple[Any, ...], what: str) -> PartnersInvalid:
    where = source.range(path)
    return PartnersInvalid(f"{source.name}:{where.line}:{where.column}: {what}")
