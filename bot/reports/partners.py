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
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit

import msgspec
from babel.localedata import exists

from bot.conversation.flows import Finding
from bot.conversation.misfits import misfits
from bot.conversation.source import Source, read
from bot.reports.sealing import SealingKey, sealing_key, verifying_key

K = TypeVar("K", bound=SealingKey)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from joserfc.jwk import OKPKey

_COUNTRY = re.compile(r"[A-Z]{2}")
PARTNER_MISTAKE: Final = "E801"
_AT_HOME = ("127.0.0.1", "localhost")


class PartnersInvalid(ValueError):
    """The partners file cannot be used; the text says where and why, a line for each reason."""


class PartnerEntry(msgspec.Struct, forbid_unknown_fields=True):
    """A hotline as editors write it."""

    id: str
    """Names it in addresses and commands: letters, digits and hyphens."""
    name: str
    """As witnesses read it."""
    countries: list[str] | str
    """Where it happened: codes such as [KE, TZ], or "*" for everywhere."""
    kinds: list[str] | str
    """Some of hotel, beach, bar, street, transport, orphanage, online, stadium, other; or "*"."""
    endpoint: str
    """Where reports are sent: https://…"""
    public_key: dict[str, str]
    """What reports are encrypted to: the public half of a JWK, X25519 or P-256."""
    asking_key: dict[str, str] | None = None
    """The Ed25519 key that signs questions back to witnesses. Leave it out to allow none."""
    language: str = "en"
    """The one that they read, such as en."""


class PartnersFile(msgspec.Struct, forbid_unknown_fields=True):
    """``data/partners.yaml``: hotlines that take reports straight from the bot."""

    partners: list[PartnerEntry]
    """The hotlines. Of two that fit, the one that names the country takes the report."""


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

    Raises :class:`PartnersInvalid` with all that is wrong.
    """
    partners, findings = read_partners(path)
    if findings:
        raise PartnersInvalid("\n".join(str(finding) for finding in findings))
    return partners


def read_partners(path: Path) -> tuple[Partners, list[Finding]]:
    """The partners that can be used, and every mistake in the file."""
    try:
        source = read(str(path), path.read_text("utf-8"))
    except FileNotFoundError:
        return Partners(), []
    except (OSError, UnicodeError) as error:
        message = f"This file cannot be read as UTF-8 text ({type(error).__name__})."
        return Partners(), [Finding(str(path), 1, 1, "E100", message)]
    if source.faults:
        return Partners(), [
            Finding.at(source.name, fault.where, fault.code, fault.message)
            for fault in source.faults
        ]
    try:
        entries = msgspec.convert(source.data, PartnersFile).partners
    except msgspec.ValidationError as error:
        reasons = list(misfits(source.data, PartnersFile)) or [((), f"{error}.")]
        return Partners(), [_finding(source, where, what) for where, what in reasons]
    seen: set[str] = set()
    partners, findings = [], []
    for number, entry in enumerate(entries):
        partner, faults = _partner(entry)
        if entry.id in seen:
            faults["id"] = f'"{entry.id}" is given twice.'
        seen.add(entry.id)
        where = ("partners", number)
        findings += [_finding(source, (*where, key), what) for key, what in faults.items()]
        if partner is not None:
            partners.append(partner)
    return Partners(tuple(partners)), findings


def _partner(entry: PartnerEntry) -> tuple[Partner | None, dict[str, str]]:
    """The partner, if it can be used, and what is wrong by the key in the file."""
    faults: dict[str, str] = {}
    if not entry.id or not entry.id.isascii() or not entry.id.replace("-", "").isalnum():
        faults["id"] = "An id has letters, digits and hyphens only."
    if not _is_list(entry.countries) or not all(
        entry.countries == "*" or _COUNTRY.fullmatch(code) for code in entry.countries
    ):
        faults["countries"] = 'List codes of two capital letters such as KE, or write "*".'
    if not _is_list(entry.kinds):
        faults["kinds"] = 'List kinds of setting, or write "*".'
    if not _safe(entry.endpoint):
        faults["endpoint"] = "This must be an address that starts with https://."
    if not exists(entry.language):
        faults["language"] = f'"{entry.language}" is no language code such as en or pt.'
    key = _public("public_key", entry.public_key, sealing_key, faults)
    asking_key = None
    if entry.asking_key is not None:
        asking_key = _public("asking_key", entry.asking_key, verifying_key, faults)
    if faults or key is None:
        return None, faults
    partner = Partner(
        entry.id,
        entry.name,
        _every(entry.countries),
        _every(entry.kinds),
        entry.endpoint,
        key,
        asking_key,
        entry.language,
    )
    return partner, faults


def _public(
    name: str, jwk: dict[str, str], imported: Callable[[dict[str, str]], K], faults: dict[str, str]
) -> K | None:
    """A key, of which only the public half is here."""
    try:
        key = imported(jwk)
    except ValueError as error:
        faults[name] = f"This is {error}."
        return None
    if key.is_private:
        faults[name] = 'This is the private key: leave out "d", and make a new pair.'
    return key


def _is_list(names: list[str] | str) -> bool:
    return names == "*" or (isinstance(names, list) and bool(names))


def _every(names: list[str] | str) -> frozenset[str] | None:
    return None if names == "*" else frozenset(names)


def _safe(endpoint: str) -> bool:
    try:
        url = urlsplit(endpoint)
        at_home = url.scheme == "http" and url.hostname in _AT_HOME
        return bool(url.hostname) and url.port != 0 and (url.scheme == "https" or at_home)
    except ValueError:
        return False


def _finding(source: Source, keys: tuple[str | int, ...], what: str) -> Finding:
    return Finding.at(source.name, source.range(keys), PARTNER_MISTAKE, what)
