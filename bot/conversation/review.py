"""What was answered in a flow, for a summary that the person looks over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.conversation.answers import SKIPPED, show
from bot.conversation.world import Told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.conversation.flows import FlowSet
    from bot.conversation.schema import Flow
    from bot.conversation.session import SlotValue
    from bot.conversation.world import World

_SYMBOLS = re.compile(r"^\W+")


def told(
    flows: FlowSet, name: str, answers: Mapping[str, SlotValue], world: World, locale: str
) -> Sequence[Told]:
    """The answers to the flow ``name`` whose slots have a label, in the order of its slots."""
    flow = flows.flows.get(name)
    if flow is None:
        return ()
    return tuple(
        Told(
            slot_name,
            world.translate(locale, f"{name}.slots.{slot_name}", slot.label),
            _shown(flow, slot_name, answers[slot_name], world, locale),
        )
        for slot_name, slot in flow.slots.items()
        if slot.label and answers.get(slot_name, SKIPPED) != SKIPPED
    )


def _shown(flow: Flow, name: str, value: SlotValue, world: World, locale: str) -> str:
    """An answer in words; of a button pressed its label, without the symbol before it."""
    labels = {
        choice.value: world.translate(
            locale, f"{flow.flow}.{node_name}.{field}.{choice.key}", choice.label
        )
        for node_name, node in flow.nodes.items()
        if node.save == name
        for field, choices in (("choices", node.choices), ("stuck", node.stuck))
        for choice in choices
        if choice.value
    }
    chosen = [value] if isinstance(value, str) else value
    if labels and all(one in labels for one in chosen):
        return ", ".join(_SYMBOLS.sub("", labels[one]) for one in chosen)
    return show(flow.slots[name].type, value, locale, world)
