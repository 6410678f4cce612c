"""Names of flows and nodes: those that are missing, unknown or reserved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from bot.conversation.flows import COMMON, TRIGGERS
from bot.conversation.wording import did_you_mean

if TYPE_CHECKING:
    from bot.check.draft import Draft
    from bot.conversation.flows import Finding
    from bot.conversation.schema import Node
    from bot.conversation.source import Path

NEEDED: Final = (
    "start",
    "urgent",
    "child",
    "report",
    "hotline",
    "tips",
    "events",
    "learn",
    "privacy",
    "settings",
    "help",
)
"""Flows that commands, deep links and other programs rely on."""

BACK: Final = "back"
RESERVED: Final = {BACK, "common", "hotlines"}
"""No flow may be called so: the first is a command, the others head sentences to translate."""

OUTSIDE: Final = ("emergency", "menu", "place", "media")
"""The keys of common.yaml that name a node."""


def exits(node: Node) -> Iterator[tuple[Path, str]]:
    """Every ``goto`` of a node, with its path in the node."""
    if node.goto:
        yield ("goto",), node.goto
    for field, choices in (("choices", node.choices), ("stuck", node.stuck)):
        for index, choice in enumerate(choices):
            if choice.goto:
                yield (field, index, "goto"), choice.goto
    for index, arm in enumerate(node.branch):
        yield ("branch", index, "goto"), arm.goto


def entries(draft: Draft) -> Iterator[tuple[str, Path, str]]:
    """Every node that can be entered from outside of a conversation: file, path, target."""
    if common := draft.loaded.common:
        for key in OUTSIDE:
            yield COMMON, (key,), getattr(common, key)
        for name, target in common.commands.items():
            yield COMMON, ("commands", name), target
        for word, link in common.links.items():
            yield COMMON, ("links", word, "goto"), link.goto
    if triggers := draft.loaded.triggers:
        for name, trigger in triggers.triggers.items():
            yield TRIGGERS, ("triggers", name, "goto"), trigger.goto


def check_targets(draft: Draft) -> Iterator[Finding]:
    """Look up every name of a flow or node."""
    yield from _needed(draft)
    yield from _reserved(draft)
    for flow in draft.flows.values():
        if flow.start not in flow.nodes:
            guess = did_you_mean(flow.start, flow.nodes)
            message = f'There is no node "{flow.start}" here.{guess}'
            yield draft.in_flow(flow.flow, ("start",), "E303", message)
    for at, node in draft.nodes():
        for path, target in exits(node):
            if problem := _problem(draft, target, at.flow):
                yield draft.in_node(at, path, "E303", problem)
        if node.call and node.call not in draft.names:
            message = f'There is no flow "{node.call}".{did_you_mean(node.call, draft.names)}'
            yield draft.in_node(at, ("call",), "E303", message)
    yield from _renamed(draft)
    for file, path, target in entries(draft):
        if problem := _problem(draft, target):
            yield draft.in_file(file, path, "E303", problem)


def _renamed(draft: Draft) -> Iterator[Finding]:
    renamed = draft.loaded.common.renamed if draft.loaded.common else {}
    for former, target in renamed.items():
        path = ("renamed", former)
        if former in draft.names or ("/" in former and draft.resolve(former) is not None):
            message = f'"{former}" still exists. Remove it from "renamed".'
            yield draft.in_file(COMMON, path, "E217", message)
        if problem := _problem(draft, target):
            yield draft.in_file(COMMON, path, "E303", problem)


def _needed(draft: Draft) -> Iterator[Finding]:
    if not draft.loaded.sources:
        return
    for name in NEEDED:
        if name not in draft.names:
            message = f'The flow "{name}" is missing; commands and links lead there. Add it.'
            yield draft.missing(f"{name}.yaml", "E302", message)


def _reserved(draft: Draft) -> Iterator[Finding]:
    for name in RESERVED & draft.flows.keys():
        message = f'The name "{name}" is reserved. Choose another one.'
        yield draft.in_flow(name, ("flow",), "E308", message)
    for at, _ in draft.nodes():
        if at.node == BACK:
            message = f'The name "{BACK}" is reserved for the button. Choose another one.'
            yield draft.in_node(at, (), "E308", message)
    if draft.loaded.common and BACK in draft.loaded.common.commands:
        message = f"/{BACK} always goes one step back. Choose another name."
        yield draft.in_file(COMMON, ("commands", BACK), "E308", message)


def _problem(draft: Draft, target: str, flow: str = "") -> str:
    """What is wrong with a target; empty when there is such a node."""
    if draft.resolve(target, flow) is not None:
        return ""
    if target == BACK:
        return 'A way back stands under every question by itself. Remove "goto: back".'
    name, _, node = target.partition("/")
    if node and name in draft.names:
        known = {f"{name}/{each}" for each in draft.names[name]}
        return f'The flow "{name}" has no node "{node}".{did_you_mean(target, known)}'
    if node:
        known = {f"{each}/{node}" for each in draft.names if node in draft.names[each]}
        guess = did_you_mean(target, known) or did_you_mean(name, draft.names)
        return f'There is no flow "{name}".{guess}'
    if not flow:
        return f'There is no flow "{name}".{did_you_mean(name, draft.names)}'
    known = {*draft.names[flow], *draft.names}
    return f'There is no node "{name}" in this flow, and no such flow.{did_you_mean(name, known)}'
