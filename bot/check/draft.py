"""A content folder as far as it can be read: what every check looks at."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from bot.check.sentences import Sentence, sentences_of
from bot.conversation.flows import COMMON, TRIGGERS, Finding, Loaded, read_folder
from bot.conversation.session import Frame
from bot.i18n import pofile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from bot.conversation.schema import Flow, Node, Slot
    from bot.conversation.source import Path as DataPath


class Draft:
    """What editors wrote, mistakes and all.

    Files that have not the shape of a flow still count for the names they define, so that one
    mistake is not reported once more wherever the flow is mentioned.
    """

    def __init__(self, folder: Path, today: date) -> None:
        self.folder = folder
        self.today = today
        self.loaded: Loaded = read_folder(folder / "flows")
        self._catalogues: dict[Path, pofile.PoCatalog] = {}

    @property
    def flows(self) -> dict[str, Flow]:
        """The flows that could be read, by id."""
        return self.loaded.flows

    @cached_property
    def whole(self) -> bool:
        """Whether every file could be read, so that it makes sense to look for ways through."""
        flow_files = self.loaded.sources.keys() - {COMMON, TRIGGERS}
        return (
            flow_files == set(self.loaded.files.values())
            and self.loaded.common is not None
            and self.loaded.triggers is not None
        )

    @cached_property
    def unread(self) -> set[str]:
        """Flows of which nothing is known but the name of the file."""
        named = {id(data) for data in self._flow_data()}
        return {
            name.removesuffix(".yaml")
            for name, source in self.loaded.sources.items()
            if name not in {COMMON, TRIGGERS} and id(source.data) not in named
        }

    @cached_property
    def names(self) -> dict[str, set[str]]:
        """The names of the nodes of every flow, those of unreadable flows too."""
        names: dict[str, set[str]] = {name: set() for name in self.unread}
        for data in self._flow_data():
            names.setdefault(data["flow"], set()).update(_keys(data, "nodes"))
        return names

    @cached_property
    def slot_names(self) -> set[str]:
        """The names of all slots, those of unreadable flows too."""
        return {name for data in self._flow_data() for name in _keys(data, "slots")}

    @cached_property
    def slots(self) -> dict[str, Slot]:
        """All slots that could be read."""
        return {name: slot for flow in self.flows.values() for name, slot in flow.slots.items()}

    def nodes(self) -> Iterator[tuple[Frame, Node]]:
        """Every node that could be read, with its place."""
        return iter(self._nodes)

    @cached_property
    def _nodes(self) -> list[tuple[Frame, Node]]:
        return [
            (Frame(flow.flow, name), node)
            for flow in self.flows.values()
            for name, node in flow.nodes.items()
        ]

    @cached_property
    def sentences(self) -> list[Sentence]:
        """Everything that people read, in the source language."""
        placed = ((self.loaded.files[at.flow], at.node, node) for at, node in self._nodes)
        return list(sentences_of(placed, self.loaded.common))

    def catalogue(self, path: Path, language: str) -> pofile.PoCatalog:
        """A translation file, read once. Raises what :func:`bot.i18n.pofile.read` does."""
        if path not in self._catalogues:
            self._catalogues[path] = pofile.read(path, language)
        return self._catalogues[path]

    def written(self, at: Frame) -> dict[str, Any]:
        """The keys and values of a node as they stand in the file."""
        data = self.loaded.sources[self.loaded.files[at.flow]].data
        node: dict[str, Any] = data["nodes"][at.node]
        return node

    def resolve(self, target: str, flow: str = "") -> Frame | None:
        """The node that a ``goto`` names, None when there is none."""
        name, _, node = target.partition("/")
        if not node and name in self.names.get(flow, ()):
            return Frame(flow, name)
        if not node:
            found = self.flows.get(name)
            node = found.start if found else ""
            return Frame(name, node) if name in self.names else None
        known = name in self.unread or node in self.names.get(name, ())
        return Frame(name, node) if known else None

    def in_file(self, file: str, path: DataPath, code: str, message: str) -> Finding:
        """A finding at a path of a file in ``flows/``."""
        source = self.loaded.sources[file]
        return Finding.at(source.name, source.range(path), code, message)

    def in_flow(self, flow: str, path: DataPath, code: str, message: str) -> Finding:
        """A finding at a path of a flow."""
        return self.in_file(self.loaded.files[flow], path, code, message)

    def in_node(self, at: Frame, path: DataPath, code: str, message: str) -> Finding:
        """A finding at a path of a node."""
        return self.in_flow(at.flow, ("nodes", at.node, *path), code, message)

    def missing(self, file: str, code: str, message: str) -> Finding:
        """A finding about a file that should be in ``flows/``."""
        return Finding(str(self.folder / "flows" / file), 1, 1, code, message)

    def _flow_data(self) -> Iterator[dict[str, Any]]:
        for file, source in self.loaded.sources.items():
            data = source.data
            if file in {COMMON, TRIGGERS} or not isinstance(data, dict):
                continue
            if isinstance(data.get("flow"), str):
                yield data


def _keys(data: dict[str, Any], name: str) -> set[str]:
    part = data.get(name)
    return set(part) if isinstance(part, dict) else set()
