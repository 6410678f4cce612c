"""Why a contact is shown, in a few words: what its kind is for, as the contacts file defines it."""

from __future__ import annotations

from typing import Final

from bot.i18n.markers import N_
from bot.knowledge.contact_schema import Contact, Kind

FOR_CHILDREN: Final = N_("Helpline for children")

_REASONS: Final[dict[Kind, str]] = {
    "report_portal": N_("Report here: made for reports of abuse"),
    "police_unit": N_("Police: they can investigate"),
    "child_helpline": N_("Helpline for children: helps a child in need"),
    "trafficking_hotline": N_(
        "Hotline against human trafficking: when somebody is exploited or sold"
    ),
    "internet_hotline": N_("Hotline for what happens online: acts on images of abuse"),
    "ecpat_member": N_("Children's rights organisation: works against exploitation"),
    "missing_children": N_("Hotline for missing children: when a child has disappeared"),
    "victim_support": N_("Support: listens to people after a crime"),
}
_GENERAL: Final[dict[Kind, str]] = {
    "report_portal": N_("Takes reports of all kinds"),
    "police_unit": N_("Takes reports of crimes of all kinds"),
    "child_helpline": N_("Helpline for needs of all kinds"),
    "victim_support": N_("Support: listens to everybody, whatever the trouble"),
}
_ADULTS_TOO: Final = N_("Helpline for children: adults may call too")


def reason(contact: Contact) -> str:
    """One line in English, to be translated; true for every contact of its kind."""
    if contact.general and contact.kind in _GENERAL:
        return _GENERAL[contact.kind]
    if contact.kind == "child_helpline" and contact.adults:
        return _ADULTS_TOO
    return _REASONS[contact.kind]
