"""The fields of a report, in the order in which the forms of hotlines ask for them."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias

from bot.i18n.markers import N_

Kind: TypeAlias = Literal["text", "choice", "place"]
"""*text* is left as the witness wrote it; of a *choice* the label is shown; a *place* is kept as
[code of the country, name]."""

Group: TypeAlias = Literal["event", "child", "suspect", "evidence", "witness"]
"""The part of a hotline's form that asks for it."""


class Field(NamedTuple):
    """One field: the slot that holds the answer, and how to show it."""

    slot: str
    label: str
    kind: Kind
    group: Group
    choices: tuple[tuple[str, str], ...] = ()
    """Value and label of each answer to choose."""


SETTINGS: Final = (
    ("hotel", N_("Hotel or flat")),
    ("beach", N_("Beach")),
    ("bar", N_("Bar or club")),
    ("street", N_("Street")),
    ("transport", N_("Transport")),
    ("orphanage", N_("Orphanage")),
    ("online", N_("Online")),
    ("stadium", N_("Stadium")),
    ("other", N_("Something else")),
)
PICTURES: Final = (("yes", N_("Yes")), ("no", N_("No")))
ANONYMOUS: Final = "anonymous"
CONTACT: Final = (
    (ANONYMOUS, N_("No, the witness stays anonymous")),
    ("reach", N_("Yes, the witness may be reached")),
)

FIELDS: Final = (
    Field("report_what", N_("What was seen or heard"), "text", "event"),
    Field("report_setting", N_("Kind of place"), "choice", "event", SETTINGS),
    Field("report_place", N_("Country or town"), "place", "event"),
    Field("report_spot", N_("Exact place"), "text", "event"),
    Field("report_when", N_("When"), "text", "event"),
    Field("report_children", N_("Child or children"), "text", "child"),
    Field("report_adults", N_("Adult or adults"), "text", "suspect"),
    Field("report_vehicle", N_("Vehicle"), "text", "suspect"),
    Field("report_link", N_("Where online"), "text", "evidence"),
    Field("report_others", N_("Who else knows about it"), "text", "evidence"),
    Field("report_pictures", N_("Pictures or links exist"), "choice", "evidence", PICTURES),
    Field("report_contact", N_("Questions back"), "choice", "witness", CONTACT),
    Field("report_reach", N_("How to be reached"), "text", "witness"),
)
