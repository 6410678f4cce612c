"""Finding a person's place again after an edit of the flows, their answers kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.session import Frame, Step
from bot.conversation.walk import NOWHERE

if TYPE_CHECKING:
    from bot.conversation.walk import Walk


def resume(walk: Walk) -> None:
    """Put the person where they were: the same step, else what it is called now, else the last
    question on their way that is left, else the menu; the last two with a sentence about it.
    """
    if walk.before.expired:
        _start_over(walk)
    if walk.before.edition != walk.flows.edition:
        _rename(walk)
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


def _rename(walk: Walk) -> None:
    """Call everything by the name that it has now; what a called flow returns to must be there."""
    walk.at = walk.flows.today(walk.at)
    walk.path = [_today(walk, step) for step in walk.path]
    stack = [walk.flows.today(frame) for frame in walk.stack]
    walk.stack = [_way_back(walk, depth, frame) for depth, frame in enumerate(stack)]


def _today(walk: Walk, step: Step) -> Step:
    at = walk.flows.today(Frame(step.flow, step.node))
    return Step(at.flow, at.node, tuple(walk.flows.today(frame) for frame in step.stack))


def _way_back(walk: Walk, depth: int, frame: Frame) -> Frame:
    """Where a called flow returns to; when that is gone, the last question before the call."""
    if walk.flows.node(frame) is not None:
        return frame
    before = (
        Frame(step.flow, step.node)
        for step in reversed(walk.path)
        if len(step.stack) <= depth and walk.waits(Frame(step.flow, step.node))
    )
    return next(before, walk.flows.resolve(walk.flows.common.menu))
