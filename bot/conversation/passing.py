"""What somebody says in passing: a place, and the days of a trip beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.answers import PLACE_TYPES
from bot.conversation.days import days_value
from bot.conversation.events import Event, Text
from bot.conversation.spans import Span, read_span

if TYPE_CHECKING:
    from bot.conversation.schema import Node
    from bot.conversation.walk import Walk
    from bot.conversation.world import Found


def place_named(walk: Walk, text: str) -> Found:
    """Look up the place in a text out of the blue; the days beside it are noted, and no part of it.

    Not so without a place, or when the last of them is today: that tells of no trip.
    """
    span = _span(walk, text)
    if span is None or span.last <= walk.world.now.date():
        return walk.world.find_place(text, walk.locale)
    beside = _beside(walk, span)
    if beside is None:
        return walk.world.find_place(text, walk.locale)
    _note(walk, span)
    return beside


def place_answered(walk: Walk, node: Node, event: Event) -> Found | None:
    """The same for an answer to the question ``node``, where days alone are noted, too.

    None when it is no answer with days in it to a question for a place; or to a sensitive one,
    for a report is about no trip.
    """
    slot = walk.flows.slots.get(node.save or "")
    if node.ask not in PLACE_TYPES or not isinstance(event, Text) or (slot and slot.sensitive):
        return None
    span = _span(walk, event.text)
    if span is None:
        return None
    beside = _beside(walk, span)
    found = beside or walk.world.find_place(event.text, walk.locale)
    if beside or found.status == "unknown":
        _note(walk, span)
    return found


def _span(walk: Walk, text: str) -> Span | None:
    if walk.flows.common.days is None:
        return None
    return read_span(text, walk.locale, walk.world.now.date())


def _beside(walk: Walk, span: Span) -> Found | None:
    """The place in what is left of a text.

    None when there is none: then the days may be part of the place's name, like *March*.
    """
    found = walk.world.find_place(span.rest, walk.locale) if span.rest else None
    return found if found and found.status != "unknown" else None


def _note(walk: Walk, span: Span) -> None:
    if name := walk.flows.common.days:
        walk.answers[name] = days_value(span.first, span.last)
