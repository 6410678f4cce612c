"""``do`` nodes: whether there is such an action, and whether it gets what it needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from babel.localedata import exists
from msgspec import Struct

from bot.actions.reminders import KINDS
from bot.check.slots import COUNTRIES
from bot.conversation.wording import did_you_mean, listed
from bot.knowledge.ranking import ONLINE

if TYPE_CHECKING:
    from bot.check.draft import Draft
    from bot.conversation.flows import Finding
    from bot.conversation.schema import Node
    from bot.conversation.session import Frame


class Arguments(Struct, frozen=True):
    """What an action must be given under ``with``, and what else it takes."""

    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()


_COUNTRY: Final = frozenset({"country"})
_WHERE: Final = frozenset({"country", "setting"})
_HOME: Final = frozenset({"home"})
_LANGUAGE: Final = frozenset({"language"})

_KIND: Final = frozenset({"kind"})
_OWN_TRIP: Final = frozenset({"place", "days"})

_TRIP: Final = Arguments(needs=_COUNTRY, takes=frozenset({"days", "event", "audience", "seen"}))

ACTIONS: Final = {
    "show_emergency": Arguments(needs=_COUNTRY),
    "show_contacts": Arguments(needs=_COUNTRY, takes=_HOME | {"setting"}),
    "show_where_to_send": Arguments(takes=_HOME | {"country", "setting", "contact"}),
    "show_home": Arguments(needs=_HOME),
    "show_child_help": Arguments(takes=_COUNTRY),
    "show_fallback": Arguments(takes=_HOME | {"setting"}),
    "show_support": Arguments(takes=_HOME | _COUNTRY),
    "take_place": Arguments(needs=_COUNTRY),
    "take_setting": Arguments(needs=frozenset({"setting"})),
    "show_report": Arguments(takes=frozenset({"contact", "language"})),
    "report_files": Arguments(takes=_WHERE | {"home", "contact", "language"}),
    "find_partner": Arguments(takes=_WHERE | {"partner"}),
    "deliver_report": Arguments(needs=frozenset({"partner"}), takes=_WHERE | {"contact"}),
    "show_reference": Arguments(needs=frozenset({"about"})),
    "answer_partner": Arguments(needs=frozenset({"about", "answer"})),
    "end_contact": Arguments(needs=frozenset({"about"})),
    "find_language": Arguments(takes=_COUNTRY),
    "show_events": Arguments(takes=_COUNTRY),
    "show_fact": Arguments(),
    "count_answers": Arguments(takes=frozenset({"helped", "stopped", "done"})),
    "show_trip": _TRIP,
    "show_tips": _TRIP,
    "new_trip": Arguments(),
    "take_trip": Arguments(needs=_COUNTRY),
    "take_event": Arguments(needs=frozenset({"event"})),
    "remember_trip": Arguments(needs=_COUNTRY, takes=frozenset({"days"})),
    "recall_trip": Arguments(needs=_COUNTRY, takes=frozenset({"days"})),
    "forget_trip": Arguments(),
    "show_reminders": Arguments(takes=_OWN_TRIP | {"on"}),
    "list_events": Arguments(takes=frozenset({"on", "country"})),
    "offer_reminder": Arguments(needs=_KIND, takes=_OWN_TRIP | {"id", "country", "on"}),
    "subscribe": Arguments(needs=frozenset({"topic"}), takes=_OWN_TRIP | {"on"}),
    "end_reminder": Arguments(needs=frozenset({"mark"}), takes=frozenset({"on"})),
    "stop_reminders": Arguments(takes=frozenset({"on"})),
    "resume_reminders": Arguments(needs=frozenset({"off"}), takes=_OWN_TRIP),
    "take_campaign": Arguments(needs=frozenset({"campaign"}), takes=_OWN_TRIP),
    "set_language": Arguments(needs=_LANGUAGE),
    "erase": Arguments(),
}
"""The actions of :func:`bot.actions.build_actions`."""


def check_actions(draft: Draft) -> Iterator[Finding]:
    """Look up every action and its arguments."""
    for at, node in draft.nodes():
        if node.do is None:
            continue
        arguments = ACTIONS.get(node.do)
        if arguments is None:
            message = f'There is no action "{node.do}".{did_you_mean(node.do, ACTIONS)}'
            message += f" There are: {listed(ACTIONS)}."
            yield draft.in_node(at, ("do",), "E306", message)
            continue
        yield from _arguments(draft, at, node, arguments)


def _arguments(draft: Draft, at: Frame, node: Node, known: Arguments) -> Iterator[Finding]:
    names = known.needs | known.takes
    for name in node.with_.keys() - names:
        message = f'"{node.do}" takes no "{name}".{did_you_mean(name, names)}'
        message += f" It takes: {listed(names)}."
        yield draft.in_node(at, ("with", name), "E307", message)
    for name in known.needs - node.with_.keys():
        message = f'"{node.do}" needs a {name}. Add "with: {{{name}: …}}" with a slot.'
        yield draft.in_node(at, ("do",), "E307", message)
    for name in names & node.with_.keys():
        value = node.with_[name]
        if not (draft.unread or value in draft.slot_names or _is_literal(name, value)):
            message = f'"{value}" is neither a slot nor a {_kind(name)}.'
            message += did_you_mean(value, draft.slot_names)
            yield draft.in_node(at, ("with", name), "E311", message)


def _is_literal(name: str, value: str) -> bool:
    """Whether a value can stand for itself."""
    if name == "setting":
        return value == ONLINE
    if name in _KIND:
        return value in KINDS
    return exists(value) if name in _LANGUAGE else value in COUNTRIES


def _kind(name: str) -> str:
    if name in _KIND:
        return f"kind of reminder ({', '.join(KINDS)})"
    if name == "setting":
        return f'place that needs no slot ("{ONLINE}")'
    return "language code (fr)" if name in _LANGUAGE else "country code (KE)"
