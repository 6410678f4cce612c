"""Finding a person's place again after an edit of the flows, their answers kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.session import Frame, Step
from bot.conversation.walk import NOWHERE

if TYPE_CHECKING:
    from bot.conversation.flows import FlowSet
    from bot.conversation.walk import Walk


def resume(walk: Walk) -> None:
    """Put the person where they were: the same step, else what it is called now, else the last
    question on their way that is left, else the menu; the last two with a sentence about it.
    """
    if walk.before.expired:
        _start_over(walk)
    if walk.flows.renamed:
        walk.stack = [current(walk.flows, frame) for frame in walk.stack]
        walk.path = [_current_step(walk.flows, step) for step in walk.path]
        walk.at = current(walk.flows, walk.at)
    if walk.prefix or walk.at == NOWHERE or walk.node is not None:
        return
    while walk.path:
        step = walk.path.pop()
        if walk.waits(Frame(step.flow, step.node)):
            walk.at, walk.stack = Frame(step.flow, step.node), list(step.stack)
            break
    else:
        walk.at, walk.stack = walk.flows.resolve(walk.flows.common.menu), []
    walk.offered = ()
    walk.prefix = walk.common("moved")


def _start_over(walk: Walk) -> None:
    """Say that sensitive answers have expired; whoever was giving them is led to the menu."""
    flow = walk.flows.flows.get(walk.at.flow)
    if flow is None or not any(slot.sensitive for slot in flow.slots.values()):
        walk.say(walk.common("expired"))
        return
    walk.at, walk.stack = walk.flows.resolve(walk.flows.common.menu), []
    walk.path.clear()
    walk.offered = ()
    walk.prefix = walk.common("expired")


def current(flows: FlowSet, frame: Frame) -> Frame:
    """A place under the name that it has now."""
    renamed = flows.renamed.get(frame)
    return Frame(frame.flow, renamed) if renamed and not flows.node(frame) else frame


def _current_step(flows: FlowSet, step: Step) -> Step:
    at = current(flows, Frame(step.flow, step.node))
    return Step(at.flow, at.node, tuple(current(flows, frame) for frame in step.stack))
