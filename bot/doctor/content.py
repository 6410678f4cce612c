"""What the bot says: mistakes in it, contacts that nobody has looked at for long, partners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.check import check
from bot.doctor.diagnosis import Diagnosis, fine, problem, warning
from bot.knowledge.contact_findings import MAX_AGE_DAYS
from bot.reports.partners import PartnersInvalid, load_partners

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

ABOUT: Final = "content"
OLD_CONTACT: Final = "W702"


def look_at_content(folder: Path, today: date) -> Iterator[Diagnosis]:
    """Flows, translations and data of a content folder."""
    findings = check(folder, today)
    old = sum(finding.code == OLD_CONTACT for finding in findings)
    errors = sum(finding.is_error for finding in findings)
    warnings = len(findings) - errors - old
    show = "Run: dontlookaway check"
    if errors:
        yield problem(ABOUT, f"{_count(errors, 'mistake')} in {folder}.", show)
    if warnings:
        yield warning(ABOUT, f"{_count(warnings, 'warning')} in {folder}.", show)
    if not errors and not warnings:
        yield fine(ABOUT, "no mistakes found.")
    if old:
        yield warning(
            "hotlines",
            f"{_count(old, 'check date')} in hotlines.yaml more than a year old.",
            "Open each source again and write today's date; dontlookaway check names them.",
        )
    else:
        yield fine("hotlines", f"every contact was checked within {MAX_AGE_DAYS} days.")
    yield from _partners(folder)


def _partners(folder: Path) -> Iterator[Diagnosis]:
    try:
        partners = load_partners(folder / "data" / "partners.yaml")
    except PartnersInvalid:
        return  # the check has found that already
    if len(partners):
        names = ", ".join(partner.id for partner in partners)
        yield fine("partners", f"{names}.")
    else:
        yield fine("partners", "none: witnesses send their reports themselves.")


def _count(number: int, what: str) -> str:
    return f"1 {what} is" if number == 1 else f"{number} {what}s are"
