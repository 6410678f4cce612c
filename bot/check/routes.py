"""The conversation as a graph: from which node one can come to which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from bot.check.targets import entries, exits

if TYPE_CHECKING:
    from bot.check.draft import Draft
    from bot.conversation.schema import Node
    from bot.conversation.session import Frame

Edges: TypeAlias = Mapping["Frame", set["Frame"]]


class Routes:
    """Ways through the flows. Targets that do not exist are left out.

    ``all_ways`` are those that people can take in any way, save by the buttons that stand under
    every question; ``silent`` those that the bot takes without asking anything.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self.nodes = dict(draft.nodes())
        self.all_ways: defaultdict[Frame, set[Frame]] = defaultdict(set)
        self.silent: defaultdict[Frame, set[Frame]] = defaultdict(set)
        for at, node in self.nodes.items():
            self.all_ways[at] = self._next(at, node)
        for at, node in self.nodes.items():
            if not node.waits and node.kind != "call":
                self.silent[at] = self.all_ways[at]
        for at, node in self.nodes.items():
            if node.kind == "call":
                self.silent[at] = self._through_call(node, self.all_ways[at])

    def starts(self) -> set[Frame]:
        """Every node that can be entered from outside; each flow has a command and a link."""
        found = {self._draft.resolve(target) for _, _, target in entries(self._draft)}
        found |= {self._draft.resolve(name) for name in self._draft.flows}
        found |= {at for at, node in self.nodes.items() if node.push}
        return {at for at in found if at in self.nodes}

    def _next(self, at: Frame, node: Node) -> set[Frame]:
        targets = [self._draft.resolve(target, at.flow) for _, target in exits(node)]
        if node.call:
            targets.append(self._draft.resolve(node.call))
        return {to for to in targets if to in self.nodes}

    def _through_call(self, node: Node, after: set[Frame]) -> set[Frame]:
        """A call is silent as far as its flow's first question; past it, if there is none."""
        start = self._draft.resolve(node.call or "")
        if start is None:
            return after
        passed = {start, *reach([start], self.silent)}
        ends = any(self.nodes[to].kind == "end" for to in passed if to in self.nodes)
        return after if ends else {start} & self.nodes.keys()


def reach(starts: Iterable[Frame], edges: Edges) -> set[Frame]:
    """Everything that can be come to from ``starts`` in one step or more."""
    found: set[Frame] = set()
    waiting = list(starts)
    while waiting:
        for to in edges.get(waiting.pop(), ()):
            if to not in found:
                found.add(to)
                waiting.append(to)
    return found
