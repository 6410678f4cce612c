"""Finding every mistake that editors, translators and researchers can make, before people do.

Each module looks for one kind; :mod:`bot.check.codes` lists them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.check.actions import check_actions
from bot.check.campaigns import check_campaigns
from bot.check.contacts import check_contacts
from bot.check.draft import Draft
from bot.check.events import check_events
from bot.check.facts import check_facts
from bot.check.files import check_files
from bot.check.partners import check_partners
from bot.check.shape import check_shape
from bot.check.slots import check_slots
from bot.check.targets import check_targets
from bot.check.telegram_limits import check_telegram_limits
from bot.check.tips import check_tips
from bot.check.translations import check_studio_words, check_translations
from bot.check.triggers import check_triggers
from bot.check.ways import check_ways

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from bot.conversation.flows import Finding

CHECKS = (
    check_files,
    check_shape,
    check_targets,
    check_slots,
    check_actions,
    check_ways,
    check_telegram_limits,
    check_triggers,
    check_translations,
    check_contacts,
    check_partners,
    check_events,
    check_facts,
    check_tips,
    check_campaigns,
)


def check(folder: Path, today: date) -> list[Finding]:
    """All findings in a content folder (``flows/``, ``locales/``, ``data/``), by file and line.

    ``today`` decides which contacts have to be looked at again. Never raises because of what is
    in the folder.
    """
    draft = Draft(folder, today)
    return sorted({*check_draft(draft), *check_studio_words(draft)})


def check_draft(draft: Draft) -> list[Finding]:
    """The same for a folder of which the flows have been read, and only what people are told."""
    findings = set(draft.loaded.findings)
    for look in CHECKS:
        findings.update(look(draft))
    return sorted(findings)
