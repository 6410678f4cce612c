"""What a turn adds to the anonymous figures: names to count, nothing about who it was.

====================== =====================================================================
``chat.new``           the first turn of a chat
``flow.F``             somebody came into the flow F from another one
``node.F.N``           the question N of the flow F was put to somebody
``answered.F.N``       it was answered, and the conversation went on from there
``action.A``           an action, such as ``show_contacts``, showed something
``report.sent``        a report was handed on to a partner
====================== =====================================================================

A question that is put once more (after an unclear answer, say) counts once, so that what was put
and not answered is where people turned away: to the menu, back, or for good. No name holds a word
that somebody wrote, a country, a language or a time, and each is counted by itself: a figure of 1
says that something happened once that day, and nothing can be laid beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.effects import Deliver
from bot.conversation.session import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.conversation.engine import Turn
    from bot.conversation.flows import FlowSet
    from bot.conversation.session import Session


def figures(flows: FlowSet, before: Session, turn: Turn) -> Iterator[str]:
    """The names to count for a turn that was taken from ``before``; none for a pushed message."""
    after = turn.session
    if after is before:
        return
    if not before.turn:
        yield "chat.new"
    if turn.answered:
        yield f"answered.{turn.answered.flow}.{turn.answered.node}"
    at = Frame(after.flow, after.node)
    flow = at.flow or (turn.messages[-1].flow if turn.messages else "")
    if flow and flow != before.flow:
        yield f"flow.{flow}"
    node, asked_anew = flows.node(at), at != Frame(before.flow, before.node)
    if node is not None and node.waits and (asked_anew or at == turn.answered):
        yield f"node.{at.flow}.{at.node}"
    shown = (flows.node(Frame(message.flow, message.node)) for message in turn.messages)
    yield from {f"action.{each.do}": None for each in shown if each is not None and each.do}
    if any(isinstance(effect, Deliver) for effect in turn.effects):
        yield "report.sent"
