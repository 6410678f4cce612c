"""What a ``do`` node of a flow can name: contacts to show, a language to set, a chat to erase."""

from __future__ import annotations

from collections.abc import Mapping

from bot.actions.chat import erase, set_language
from bot.actions.contacts import Contacts
from bot.actions.report import Report
from bot.actions.report_files import ReportFiles
from bot.conversation.world import Action
from bot.i18n.catalogues import Catalogues
from bot.knowledge.hotlines import Hotlines


def build_actions(hotlines: Hotlines, catalogues: Catalogues) -> Mapping[str, Action]:
    """Every action by its name in the flows."""
    contacts = Contacts(hotlines, catalogues)
    report = Report(catalogues)
    return {
        "show_emergency": contacts.show_emergency,
        "show_contacts": contacts.show_contacts,
        "show_home": contacts.show_home,
        "show_child_help": contacts.show_child_help,
        "show_fallback": contacts.show_fallback,
        "take_place": report.take_place,
        "show_report": report.show_report,
        "report_files": ReportFiles(catalogues).report_files,
        "set_language": set_language,
        "erase": erase,
    }
