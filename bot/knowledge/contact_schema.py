"""What an editor writes about a country in `data/hotlines.yaml`; the file explains the fields."""

from datetime import date
from typing import Literal

from msgspec import Struct

from bot.knowledge.hours import OpeningHours, parse_hours

Kind = Literal[
    "report_portal",
    "police_unit",
    "child_helpline",
    "trafficking_hotline",
    "internet_hotline",
    "ecpat_member",
    "missing_children",
    "victim_support",
]


class Emergency(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Numbers for a child in danger right now, always as dialled inside the country.

    `known: false` says plainly that no number was found; then there is none.
    """

    known: bool = True
    general: str | None = None
    police: str | None = None
    ambulance: str | None = None
    tourist_police: str | None = None
    source: str | None = None
    also_seen: tuple[str, ...] = ()
    checked: date | None = None
    as_of: int | None = None
    note: str | None = None
    advice: str | None = None

    def __post_init__(self) -> None:
        if self.known and not self.numbers:
            raise ValueError('needs a number, or "known: false"')
        if not self.known and self.numbers:
            raise ValueError('has a number and "known: false"; keep one of them')

    @property
    def numbers(self) -> dict[str, str]:
        """The numbers given, by service, the general one first."""
        pairs = (
            ("general", self.general),
            ("police", self.police),
            ("ambulance", self.ambulance),
            ("tourist_police", self.tourist_police),
        )
        return {service: number for service, number in pairs if number}


class Contact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who takes a report or helps a child: by phone, web form, mail or chat."""

    name: str
    kind: Kind
    source: str
    checked: date
    phone: str | None = None
    phone_abroad: str | None = None
    whatsapp: str | None = None
    unlisted: bool = False
    web: str | None = None
    email: str | None = None
    hours: str | None = None
    hours_note: str | None = None
    languages: tuple[str, ...] = ()
    free: bool | None = None
    anonymous: bool | None = None
    adults: bool | None = None
    accepts_from_abroad: bool = False
    for_cases_abroad: bool = False
    only_in: str | None = None
    general: bool = False
    advice: str | None = None
    also_seen: tuple[str, ...] = ()
    as_of: int | None = None
    single_source: bool = False
    note: str | None = None

    def __post_init__(self) -> None:
        if not (self.phone or self.phone_abroad or self.web or self.email):
            raise ValueError("needs a phone, web or email")
        if self.hours:
            parse_hours(self.hours)

    @property
    def opening_hours(self) -> OpeningHours | None:
        return parse_hours(self.hours) if self.hours else None

    def years_since_confirmed(self, today: date) -> int:
        """Whole years since a page confirmed this contact: the page's own year if it has one."""
        if self.as_of is not None:
            return max(0, today.year - self.as_of)
        return max(0, (today - self.checked).days // 365)


class Extraterritorial(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether this country can prosecute its own people for what they did abroad."""

    applies: bool
    note: str
    source: str


class CountryContacts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything known for one ISO 3166-1 alpha-2 code (or XK)."""

    emergency: Emergency
    code: str = ""
    contacts: tuple[Contact, ...] = ()
    extraterritorial: Extraterritorial | None = None
    responsible: str | None = None
