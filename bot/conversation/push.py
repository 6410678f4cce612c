"""Steps that the bot sends on its own, and the buttons under them.

Such a button says by itself where it leads and what it is about (``>flow/node:about``), so it works
at any time, whatever was said in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from bot.conversation.messages import Button, Message
from bot.conversation.options import EMERGENCY
from bot.conversation.walk import Walk

if TYPE_CHECKING:
    from bot.conversation.events import Push
    from bot.conversation.flows import FlowSet
    from bot.conversation.session import Frame, Session
    from bot.conversation.world import World

LINK: Final = ">"


def pushed(flows: FlowSet, session: Session, push: Push, world: World) -> tuple[Message, ...]:
    """The step that ``push`` names, as a message; nothing when an edit took it away."""
    at = flows.resolve(push.target)
    node = flows.node(at)
    if node is None:
        return ()
    walk = Walk(flows, replace(session, slots={**session.slots, **push.values}), world)
    walk.at = at
    about = push.values.get(flows.flows[at.flow].about or "", "")
    emergency = flows.resolve(flows.common.emergency)
    urgent = f"{session.turn}:{EMERGENCY}"  # which works at any time, too
    rows = []
    for choice in node.choices:
        to = flows.resolve(choice.goto or "", at.flow)
        label = walk.labels.choice(choice, at, "choices")
        data = urgent if to == emergency else f"{LINK}{to.flow}/{to.node}:{about}"
        rows.append((Button(label, "press", data),))
    if not any(button.value == urgent for (button,) in rows):
        rows.append((Button(walk.labels.own("emergency"), "press", urgent),))
    return (Message(walk.text("say", node.say), tuple(rows), flow=at.flow, node=at.node),)


def linked(flows: FlowSet, data: str) -> tuple[Frame | None, str]:
    """Where the button leads that carries ``data``, and what it is about.

    Nowhere when no pushed step leads there: what a button carries comes from the other side, and
    nobody is to jump into the middle of a flow by it.
    """
    target, _, about = data.removeprefix(LINK).partition(":")
    to = flows.today(flows.resolve(target))
    led = (
        flows.resolve(choice.goto or "", name)
        for name, flow in flows.flows.items()
        for node in flow.nodes.values()
        if node.push
        for choice in node.choices
    )
    return (to if flows.node(to) and to in led else None), about
