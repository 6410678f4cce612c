"""What a ``do`` node of a flow can name: contacts to show, a language to set, a chat to erase."""

from __future__ import annotations

from collections.abc import Mapping

from bot.actions.campaign import CampaignReader
from bot.actions.chat import erase, set_language
from bot.actions.contacts import Contacts
from bot.actions.delivery import Delivery
from bot.actions.events import EventList
from bot.actions.facts import FactTeller
from bot.actions.reminders import Reminders
from bot.actions.report import Report
from bot.actions.report_files import ReportFiles
from bot.actions.support import Support
from bot.actions.survey import count_answers
from bot.actions.trips import Trips
from bot.conversation.world import Action
from bot.i18n.catalogues import Catalogues
from bot.knowledge.campaigns import Campaigns
from bot.knowledge.events import Events
from bot.knowledge.facts import Facts
from bot.knowledge.hotlines import Hotlines
from bot.knowledge.tips import Tips
from bot.reports.partners import Partners


def build_actions(
    hotlines: Hotlines,
    catalogues: Catalogues,
    partners: Partners,
    *,
    facts: Facts,
    events: Events,
    tips: Tips,
    campaigns: Campaigns,
    mail_page: str = "",
) -> Mapping[str, Action]:
    """Every action by its name in the flows; ``mail_page`` is where mails are opened."""
    contacts = Contacts(hotlines, catalogues, mail_page)
    report = Report(hotlines, catalogues)
    delivery = Delivery(partners)
    trips = Trips(tips, events, hotlines, catalogues)
    reminders = Reminders(events, catalogues)
    return {
        "show_emergency": contacts.show_emergency,
        "show_contacts": contacts.show_contacts,
        "show_where_to_send": contacts.show_where_to_send,
        "show_home": contacts.show_home,
        "show_child_help": contacts.show_child_help,
        "show_fallback": contacts.show_fallback,
        "show_support": Support(hotlines, catalogues).show_support,
        "take_place": report.take_place,
        "take_setting": report.take_setting,
        "show_report": report.show_report,
        "report_files": ReportFiles(hotlines, catalogues).report_files,
        "find_partner": delivery.find_partner,
        "deliver_report": delivery.deliver_report,
        "show_reference": delivery.show_reference,
        "answer_partner": delivery.answer_partner,
        "end_contact": delivery.end_contact,
        "find_language": report.find_language,
        "count_answers": count_answers,
        "show_trip": trips.show_trip,
        "show_tips": trips.show_tips,
        "new_trip": trips.new_trip,
        "take_trip": trips.take_trip,
        "take_event": trips.take_event,
        "remember_trip": trips.remember_trip,
        "recall_trip": trips.recall_trip,
        "forget_trip": trips.forget_trip,
        "show_events": EventList(events, catalogues).show_events,
        "show_fact": FactTeller(facts, catalogues).show_fact,
        "show_reminders": reminders.show_reminders,
        "list_events": reminders.list_events,
        "offer_reminder": reminders.offer_reminder,
        "subscribe": reminders.subscribe,
        "end_reminder": reminders.end_reminder,
        "stop_reminders": reminders.stop_reminders,
        "resume_reminders": reminders.resume_reminders,
        "take_campaign": CampaignReader(campaigns, events).take_campaign,
        "set_language": set_language,
        "erase": erase,
    }
