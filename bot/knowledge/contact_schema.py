"""What an editor writes about a country in `data/hotlines.yaml`."""

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
    """Numbers for a child in danger right now, always as dialled inside the country."""

    known: bool = True
    """False says plainly that no number was found; then there is none."""
    general: str | None = None
    """The number for everything, in quotes: "112"."""
    police: str | None = None
    """The number of the police."""
    ambulance: str | None = None
    """The number of the ambulance."""
    tourist_police: str | None = None
    """The number of the police for tourists."""
    source: str | None = None
    """The page where it was read: https://…"""
    also_seen: tuple[str, ...] = ()
    """Pages that say the same."""
    checked: date | None = None
    """The day it was read, such as 2026-11-25."""
    as_of: int | None = None
    """The year of the newest page that confirms it, when that is 2023 or older."""
    note: str | None = None
    """For editors: why this number and not another."""
    advice: str | None = None
    """One short sentence for the traveller, only where it is needed. Translated."""

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
    """As the service calls itself."""
    kind: Kind
    """What kind of service it is; it decides the order of display."""
    source: str
    """The page where it was read: https://…"""
    checked: date
    """The day it was read, such as 2026-11-25."""
    phone: str | None = None
    """As dialled in the country, in quotes: "0800 500 225"."""
    phone_abroad: str | None = None
    """Where the source gives another number for callers abroad."""
    whatsapp: str | None = None
    """Where it has one."""
    unlisted: bool = False
    """True when the number is in no known range but stands in the source like this."""
    web: str | None = None
    """Its page: https://…"""
    email: str | None = None
    """Its address for mail."""
    hours: str | None = None
    """Local time: "24/7", "Mo-Fr 09:00-17:00; Sa 10:00-14:00". None: not stated."""
    hours_note: str | None = None
    """In words, when `hours` cannot say it. Translated."""
    languages: tuple[str, ...] = ()
    """ISO 639 codes: [en, fr, lua]."""
    free: bool | None = None
    """True when the source says that the call costs nothing in the country."""
    anonymous: bool | None = None
    """True when the source says that you need not give your name, false when you must; left out
    when it says nothing."""
    adults: bool | None = None
    """True when the source says that adults may call a line for children, or that anybody may."""
    accepts_from_abroad: bool = False
    """True when the source says that it takes reports from other countries."""
    for_cases_abroad: bool = False
    """True for forms about what happened in other countries only."""
    only_in: str | None = None
    """The region, when it serves only a part of the country. Translated."""
    general: bool = False
    """True for lines not made for children or abuse; shown after those that are."""
    advice: str | None = None
    """One short sentence for the traveller, only where it is needed. Translated."""
    also_seen: tuple[str, ...] = ()
    """Pages that say the same."""
    as_of: int | None = None
    """The year of the newest page that confirms it, when that is 2023 or older."""
    single_source: bool = False
    """True when it rests on that one page."""
    note: str | None = None
    """For editors: what the service does, why this number and not another."""

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
    """Whether it can."""
    note: str
    """For editors: under which law."""
    source: str
    """The page where it was read: https://…"""


class CountryEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything known for a country."""

    emergency: Emergency
    """The emergency numbers."""
    contacts: tuple[Contact, ...] = ()
    """In each kind the order in the file is the order of display."""
    extraterritorial: Extraterritorial | None = None
    """Whether the country can prosecute its people for what they did abroad."""
    responsible: str | None = None
    """For a territory: the state it belongs to. Of that state's contacts, only those that accept
    reports from abroad are shown."""


class CountryContacts(CountryEntry, frozen=True, kw_only=True):
    """Everything known for one ISO 3166-1 alpha-2 code (or XK)."""

    code: str


class ContactsFile(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    international: tuple[Contact, ...]
    """Shown after everything else, whatever the country."""
    countries: dict[str, CountryEntry]
    """By ISO 3166-1 alpha-2 code in order of the alphabet, and XK for Kosovo."""
