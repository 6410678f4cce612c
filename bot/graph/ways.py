"""Which way leads from which node of a flow to which, and what people press to go it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from msgspec import Struct

from bot.conversation.session import Frame
from bot.conversation.walk import ANY, UNSET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.conversation.flows import FlowSet
    from bot.conversation.schema import Arm, Choice, Node

WayKind: TypeAlias = Literal["next", "button", "stuck", "when"]
"""*next* without a word, *button* pressed, *stuck* offered after unclear answers, *when* a branch
is taken."""

ELSE: Final = "else"


class Way(Struct, frozen=True):
    """One or more ways of a kind between the same two nodes; ``labels`` say which."""

    source: Frame
    target: Frame
    kind: WayKind
    labels: tuple[str, ...] = ()


def ways(flows: FlowSet, at: Frame, node: Node) -> list[Way]:
    """Every way out of a node, in the order of the file. Targets need not exist."""
    found: dict[tuple[str, WayKind], list[str]] = {}
    for target, kind, label in _exits(node):
        labels = found.setdefault((target, kind), [])
        if label:
            labels.append(label)
    return [
        Way(at, flows.resolve(target, at.flow), kind, tuple(labels))
        for (target, kind), labels in found.items()
    ]


def reachable(flows: FlowSet) -> set[Frame]:
    """Every node that people can come to, from any command, link, phrase or push."""
    common = flows.common
    links = [link.goto for link in common.links.values()]
    targets = [common.emergency, common.menu, common.place, common.media, *links]
    targets += [*common.commands.values(), *flows.triggers.targets, *flows.flows]
    found = {flows.resolve(target) for target in targets}
    for flow in flows.flows.values():
        found |= {Frame(flow.flow, name) for name, node in flow.nodes.items() if node.push}
    waiting = list(found)
    while waiting:
        at = waiting.pop()
        if (node := flows.node(at)) is None:
            continue
        after = {way.target for way in ways(flows, at, node)}
        if node.call:
            after.add(flows.resolve(node.call))
        waiting += after - found
        found |= after
    return found


def _exits(node: Node) -> Iterator[tuple[str, WayKind, str]]:
    """Target, kind and label of every way out."""
    if node.ask != "many":  # there, buttons tick and untick
        yield from _pressed(node.choices, "button", node)
    for arm in node.branch:
        yield arm.goto, "when", _condition(arm)
    if node.goto and node.ask != "choice" and node.kind != "choices":
        yield node.goto, "next", ""
    yield from _pressed(node.stuck, "stuck", node)


def _pressed(
    choices: list[Choice], kind: WayKind, node: Node
) -> Iterator[tuple[str, WayKind, str]]:
    for choice in choices:
        target = choice.goto or node.goto
        if target and choice.is_press:
            yield target, kind, choice.label


def _condition(arm: Arm) -> str:
    parts = []
    for name, wanted in arm.when.items():
        if wanted in (ANY, UNSET):
            parts.append(f"{name} is {wanted}")
        else:
            values = wanted if isinstance(wanted, str) else ", ".join(wanted)
            parts.append(f"{name}: {values}")
    return " and ".join(parts) or ELSE
