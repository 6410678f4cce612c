"""The partners file, and whether reports can ever be of the kinds that it names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from bot.check.slots import possible_values
from bot.conversation.flows import Finding
from bot.conversation.session import Frame
from bot.conversation.wording import did_you_mean, listed
from bot.reports.partners import PARTNER_MISTAKE, read_partners

if TYPE_CHECKING:
    from bot.check.draft import Draft

STEPS: Final = (
    "received",
    "waiting",
    "failed",
    "asked",
    "answer_received",
    "answer_waiting",
    "answer_failed",
    "closed",
)
"""What witnesses are sent: the steps of ``followup`` that :mod:`bot.delivery.desk` pushes."""
SETTING: Final = "report_setting"
"""The slot that keeps the kind of place."""


def check_partners(draft: Draft) -> Iterator[Finding]:
    """Look at every partner."""
    path = draft.folder / "data" / "partners.yaml"
    partners, findings = read_partners(path)
    yield from findings
    for step in STEPS if len(partners) else ():
        if not draft.unread and Frame("followup", step) not in dict(draft.nodes()):
            message = f'Partners need the step "{step}" in the flow "followup".'
            yield Finding(str(path), 1, 1, PARTNER_MISTAKE, message)
    known = possible_values(draft, SETTING)
    for partner in partners if known else ():
        for kind in sorted((partner.kinds or set()) - known):
            message = f'"{partner.id}" wants reports of the kind "{kind}", which there is not.'
            message += f"{did_you_mean(kind, known)} There are: {listed(known)}."
            yield Finding(str(path), 1, 1, PARTNER_MISTAKE, message)
