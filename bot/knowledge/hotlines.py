"""The right contact for every country: where it happened, at home, and when there is none.

Order of a route: the emergency numbers; the contacts of the country; what of the traveller's own
country can be reached from abroad; and last the international places, which always exist. Within
each, see :mod:`bot.knowledge.ranking`.
"""

from datetime import date
from pathlib import Path
from typing import Any, Self

from msgspec import Struct, structs

from bot.knowledge.contact_file import ContactFile
from bot.knowledge.contact_phones import dialable_from_abroad, international
from bot.knowledge.contact_schema import Contact, CountryContacts, Emergency, Extraterritorial
from bot.knowledge.ranking import Ranking


class Elsewhere(Struct, frozen=True):
    """Contacts of another country than the one where it happened, best reached from abroad first.

    Used for the traveller's own country, and for the state that a territory belongs to.
    """

    country: str
    contacts: tuple[Contact, ...]
    extraterritorial: Extraterritorial | None = None


class Route(Struct, frozen=True):
    """Whom to turn to. `fallback` is never empty; `emergency.known` may be false."""

    country: str
    emergency: Emergency
    contacts: tuple[Contact, ...]
    home: Elsewhere | None
    responsible: Elsewhere | None
    fallback: tuple[Contact, ...]


class Hotlines:
    """Contacts of all countries, read once and never changed."""

    def __init__(
        self, countries: dict[str, CountryContacts], fallback: tuple[Contact, ...]
    ) -> None:
        self._countries = countries
        self.fallback = fallback

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises ValueError naming file, line and entry when the data is bad."""
        file = ContactFile(path)
        try:
            fallback = file.international()
            countries = {code: file.country(code) for code in file.codes}
        except ValueError as error:
            where = str(error).partition(": ")[0]
            raise ValueError(f"{path}:{file.line(where)}: {error}") from error
        if not fallback:
            raise ValueError(f"{path}: international needs at least one contact")
        return cls(countries, fallback)

    @property
    def codes(self) -> tuple[str, ...]:
        """All country codes, in order."""
        return tuple(sorted(self._countries))

    def country(self, code: str) -> CountryContacts:
        """Raises KeyError for a code that is in no list; see `codes`."""
        return self._countries[code.upper()]

    def route(
        self,
        country: str,
        home: str | None = None,
        *,
        setting: str | None = None,
        locale: str | None = None,
    ) -> Route:
        """Contacts for what happened in `country`, seen by somebody who lives in `home`.

        `setting` (the kind of place, such as "online" or "hotel") and `locale` rank them for one
        report; they change the order only, see :mod:`bot.knowledge.ranking`.
        Raises KeyError for an unknown code.
        """
        ranking = Ranking(setting, locale)
        here = self.country(country)
        own = self._at_home(home.upper(), ranking) if home else None
        if own and own.country == here.code:
            own = None
        responsible = None
        if here.responsible and (own is None or own.country != here.responsible):
            responsible = self._of_responsible(here.responsible, ranking)
        return Route(
            country=here.code,
            emergency=here.emergency,
            contacts=tuple(sorted(here.contacts, key=ranking.here)),
            home=own,
            responsible=responsible,
            fallback=self.everywhere(setting),
        )

    def everywhere(self, setting: str | None = None) -> tuple[Contact, ...]:
        """The international contacts, ranked for a `setting`; never empty."""
        return tuple(sorted(self.fallback, key=Ranking(setting).anywhere))

    def _at_home(self, code: str, ranking: Ranking) -> Elsewhere:
        entry = self.country(code)
        contacts = _from_abroad(entry, ranking)
        if entry.responsible:
            contacts = [*self._open_to_all(entry.responsible, ranking), *contacts]
        return Elsewhere(code, tuple(contacts), entry.extraterritorial)

    def _of_responsible(self, code: str, ranking: Ranking) -> Elsewhere | None:
        contacts = tuple(
            contact for contact in self._open_to_all(code, ranking) if not contact.for_cases_abroad
        )
        return Elsewhere(code, contacts) if contacts else None

    def _open_to_all(self, code: str, ranking: Ranking) -> tuple[Contact, ...]:
        # A territory gets only what is stated to take reports from anywhere: whether the others
        # serve it, and whether their short codes work there, no source has said.
        ordered = _from_abroad(self.country(code), ranking)
        return tuple(contact for contact in ordered if contact.accepts_from_abroad)


def reachable_from_abroad(contact: Contact, country: str) -> bool:
    """Whether a contact of `country` can be used from another country."""
    return bool(contact.web or contact.email or phone_from_abroad(contact, country))


def phone_from_abroad(contact: Contact, country: str) -> str | None:
    """The number to call from another country, or None; never a short code."""
    for number in (contact.phone_abroad, contact.phone):
        dialable = dialable_from_abroad(number, country) if number else None
        if dialable:
            return dialable
    return None


def as_json(route: Route) -> dict[str, Any]:
    """The public form of a route: country, emergency, contacts, home, responsible, fallback.

    Every contact has the same keys, null where nothing is known; `phone` is as written by the
    service, `phone_international` with the country code when the number can be dialled so from
    where the reader is, otherwise null.
    """
    return {
        "country": route.country,
        "emergency": _emergency_json(route.emergency),
        "contacts": [_contact_json(contact, route.country) for contact in route.contacts],
        "home": _elsewhere_json(route.home),
        "responsible": _elsewhere_json(route.responsible),
        "fallback": [_contact_json(contact, None) for contact in route.fallback],
    }


def _from_abroad(entry: CountryContacts, ranking: Ranking) -> list[Contact]:
    def key(contact: Contact) -> tuple[int, ...]:
        return ranking.from_abroad(contact, reachable=reachable_from_abroad(contact, entry.code))

    return sorted(entry.contacts, key=key)


def _emergency_json(emergency: Emergency) -> dict[str, Any]:
    numbers = dict.fromkeys(("general", "police", "ambulance", "tourist_police"))
    return {
        "known": emergency.known,
        **numbers,
        **emergency.numbers,
        "advice": emergency.advice,
        "source": emergency.source,
        "checked": _iso(emergency.checked),
        "as_of": emergency.as_of,
    }


def _contact_json(contact: Contact, country: str | None, *, away: bool = False) -> dict[str, Any]:
    written = contact.phone or contact.phone_abroad
    full: str | None = None
    if away and country:
        full = phone_from_abroad(contact, country)
    elif written and country:
        shown = international(written, country)
        full = shown if shown.startswith("+") else None
    fields = structs.asdict(contact)
    for hidden in ("note", "also_seen", "for_cases_abroad", "general", "unlisted"):
        del fields[hidden]
    return {
        **fields,
        "phone": (contact.phone_abroad or contact.phone) if away else written,
        "phone_international": full,
        "languages": list(contact.languages),
        "checked": _iso(contact.checked),
    }


def _elsewhere_json(elsewhere: Elsewhere | None) -> dict[str, Any] | None:
    if elsewhere is None:
        return None
    law = elsewhere.extraterritorial
    return {
        "country": elsewhere.country,
        "contacts": [
            {
                **_contact_json(contact, elsewhere.country, away=True),
                "reachable_from_abroad": reachable_from_abroad(contact, elsewhere.country),
            }
            for contact in elsewhere.contacts
        ],
        "extraterritorial": None if law is None else structs.asdict(law),
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
