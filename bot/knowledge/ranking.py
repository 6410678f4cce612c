"""Which contact comes first for a report.

In this order:

1. Contacts that can be reached at all; of the person's own country, seen from abroad, not all can.
2. What the contact is for. Seen online: hotlines that act on abuse material, then reporting sites,
   special police, helplines. Seen elsewhere: reporting sites, special police, helplines, and the
   internet hotlines after them. Nothing said: internet hotlines count as helplines.
   Always later: general and regional lines, forms for cases in other countries, then
   organisations, lines for missing children, and support for witnesses.
3. The whole country before a region; from abroad, those who say that they take such reports.
4. Only when a language is given: who speaks it, who answers day and night, whose entry was
   confirmed last.
5. The order in the file, which is the editors' own.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from msgspec import Struct

from bot.knowledge.contact_schema import Contact, Kind

ONLINE: Final = "online"

_LATE: Final = 4
_NOT_SAID: Final[dict[Kind, int]] = {
    "report_portal": 0,
    "police_unit": 1,
    "child_helpline": 2,
    "trafficking_hotline": 2,
    "internet_hotline": 2,
    "ecpat_member": 5,
    "missing_children": 5,
    "victim_support": 6,
}
_SEEN_ONLINE: Final[dict[Kind, int]] = {
    **_NOT_SAID,
    "internet_hotline": 0,
    "report_portal": 1,
    "police_unit": 2,
    "child_helpline": 3,
    "trafficking_hotline": 3,
}
_SEEN_ELSEWHERE: Final[dict[Kind, int]] = {**_NOT_SAID, "internet_hotline": 3}


class Ranking(Struct, frozen=True):
    """Sort keys for contacts.

    ``setting`` is the kind of place where it happened (``online``, ``hotel``…), None when nobody
    said; ``locale`` the person's language, such as ``pt_BR``.
    """

    setting: str | None = None
    locale: str | None = None

    def here(self, contact: Contact) -> tuple[int, ...]:
        """For somebody in the country of the contact."""
        return (
            self._group(contact, late=contact.for_cases_abroad),
            contact.only_in is not None,
            *self._among_equals(contact),
        )

    def from_abroad(self, contact: Contact, *, reachable: bool) -> tuple[int, ...]:
        """For somebody in another country."""
        return (
            not reachable,
            self._group(contact, late=False),
            not contact.accepts_from_abroad,
            contact.phone_abroad is None,
            *self._among_equals(contact),
        )

    def anywhere(self, contact: Contact) -> int:
        """For the international contacts: the editors' order, unless it was online."""
        return self._group(contact, late=False) if self.setting == ONLINE else 0

    def _group(self, contact: Contact, *, late: bool) -> int:
        if self.setting is None:
            groups = _NOT_SAID
        else:
            groups = _SEEN_ONLINE if self.setting == ONLINE else _SEEN_ELSEWHERE
        group = groups[contact.kind]
        if contact.general or contact.only_in or late:
            return max(group, _LATE)
        return group

    def _among_equals(self, contact: Contact) -> tuple[int, ...]:
        if self.locale is None:
            return ()
        hours = contact.opening_hours
        confirmed = date(contact.as_of, 12, 31) if contact.as_of else contact.checked
        return (
            not speaks(contact, self.locale),
            not (hours and hours.always),
            -confirmed.toordinal(),
        )


def speaks(contact: Contact, locale: str) -> bool:
    """Whether the source says that ``contact`` speaks the language of ``locale``."""
    return locale.replace("-", "_").partition("_")[0] in contact.languages
