"""From a folder of YAML files to one :class:`FlowSet` that the engine walks."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from bot.conversation.misfits import misfits
from bot.conversation.schema import (
    CommonFile,
    Flow,
    Node,
    Slot,
    TriggerFile,
)
from bot.conversation.session import Frame
from bot.conversation.source import Range, Source, read
from bot.conversation.triggers import Triggers

T = TypeVar("T")
COMMON = "common.yaml"
TRIGGERS = "triggers.yaml"
RENAMES = 8
"""How often a step may have been renamed."""


class Finding(Struct, frozen=True, order=True):
    """A mistake in a file: where it stands, what is wrong, what to do."""

    file: str
    line: int
    column: int
    code: str
    message: str
    end_line: int = 0
    end_column: int = 0

    @property
    def is_error(self) -> bool:
        """Errors stop the program from using the file; warnings (``W…``) do not."""
        return self.code.startswith("E")

    @classmethod
    def at(cls, file: str, where: Range, code: str, message: str) -> Finding:
        """A finding at a range of a file."""
        return cls(file, where.line, where.column, code, message, where.end_line, where.end_column)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.code}: {self.message}"


class FlowError(ValueError):
    """The flows cannot be used; ``findings`` says why, all at once."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__("\n".join(str(finding) for finding in findings))


class FlowSet(Struct, frozen=True):
    """All conversations, ready to walk. Immutable: a reload swaps one reference."""

    flows: dict[str, Flow]
    slots: dict[str, Slot]
    common: CommonFile
    triggers: Triggers
    renamed: dict[Frame, Frame]
    version: str

    @property
    def edition(self) -> str:
        """The version as sessions remember it: 4 characters, there may be millions of them."""
        return self.version[:4]

    def node(self, at: Frame) -> Node | None:
        """The node at a place, or None when there is no such node (any more)."""
        flow = self.flows.get(at.flow)
        return flow.nodes.get(at.node) if flow else None

    def resolve(self, target: str, flow: str = "") -> Frame:
        """The place that a ``goto`` names: ``node``, ``flow/node``, or from outside a bare flow."""
        name, _, node = target.partition("/")
        if node:
            return Frame(name, node)
        if flow and name in self.flows[flow].nodes:
            return Frame(flow, name)
        if name in self.flows:
            return Frame(name, self.flows[name].start)
        return Frame(flow, name)

    def today(self, at: Frame) -> Frame:
        """A place under the name that it has now; as it was, when nobody wrote down a new one."""
        for _ in range(RENAMES):
            if self.node(at) is not None:
                break
            if at in self.renamed:
                at = self.renamed[at]
            elif target := self.common.renamed.get(f"{at.flow}/{at.node}"):
                at = self.resolve(target)
            elif target := self.common.renamed.get(at.flow):
                flow, _, node = target.partition("/")
                at = Frame(flow, node or at.node)
        return at

    def flow_today(self, name: str) -> str:
        """The name that a flow has now."""
        renamed = self.common.renamed.get(name, "")
        return name if name in self.flows else renamed.partition("/")[0]


class Loaded(Struct):
    """What was read from a folder: files with their positions, and what is wrong in them."""

    sources: dict[str, Source]
    flows: dict[str, Flow]
    files: dict[str, str]
    common: CommonFile | None
    triggers: TriggerFile | None
    findings: list[Finding]


def load(folder: Path) -> FlowSet:
    """Read and compile every flow of a folder.

    Raises :class:`FlowError` with all findings when a file is not what it should be.
    """
    loaded = read_folder(folder)
    errors = sorted(finding for finding in loaded.findings if finding.is_error)
    if errors or loaded.common is None or loaded.triggers is None:
        raise FlowError(errors)
    return compile_flows(loaded, loaded.common, loaded.triggers)


def read_folder(folder: Path) -> Loaded:
    """Read every file of a folder as far as it can be read; mistakes are collected, not raised."""
    loaded = Loaded({}, {}, {}, None, None, [])
    paths = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not paths:
        loaded.findings.append(
            Finding(
                str(folder), 1, 1, "E100", "There are no flows here (*.yaml); is the path right?"
            )
        )
        return loaded
    for path in paths:
        _read_file(path, loaded)
    for name in (COMMON, TRIGGERS):
        if name not in loaded.sources:
            where = str(folder / name)
            loaded.findings.append(Finding(where, 1, 1, "E100", "This file is missing."))
    return loaded


def compile_flows(loaded: Loaded, common: CommonFile, triggers: TriggerFile) -> FlowSet:
    """Make the set the engine walks from what was read."""
    digest = hashlib.sha256()
    for name in sorted(loaded.sources):
        digest.update(msgspec.json.encode(loaded.sources[name].data))
    return FlowSet(
        flows=loaded.flows,
        slots={name: slot for flow in loaded.flows.values() for name, slot in flow.slots.items()},
        common=common,
        triggers=Triggers(triggers.triggers),
        renamed={
            Frame(flow.flow, old): Frame(flow.flow, name)
            for flow in loaded.flows.values()
            for name, node in flow.nodes.items()
            for old in node.was
        },
        version=digest.hexdigest()[:12],
    )


def _read_file(path: Path, loaded: Loaded) -> None:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"This file cannot be read as UTF-8 text: {error}."
        loaded.findings.append(Finding(str(path), 1, 1, "E100", message))
        return
    source = read(str(path), text)
    loaded.sources[path.name] = source
    findings = [Finding.at(source.name, f.where, f.code, f.message) for f in source.faults]
    loaded.findings += findings
    if source.data is None:
        return
    if path.name == COMMON:
        loaded.common = _convert(source, CommonFile, loaded.findings)
    elif path.name == TRIGGERS:
        loaded.triggers = _convert(source, TriggerFile, loaded.findings)
    elif flow := _convert(source, Flow, loaded.findings):
        if flow.flow in loaded.files:
            message = f'The flow "{flow.flow}" already stands in {loaded.files[flow.flow]}.'
            where = source.range(("flow",))
            loaded.findings.append(Finding.at(source.name, where, "E301", message))
        loaded.flows[flow.flow] = flow
        loaded.files[flow.flow] = path.name


def _convert(source: Source, shape: type[T], findings: list[Finding]) -> T | None:
    """Read a file's data as ``shape``; None, with every reason noted, when it is not so."""
    try:
        return msgspec.convert(source.data, shape, strict=False)
    except msgspec.ValidationError as error:
        reasons = list(misfits(source.data, shape)) or [((), f"{error}.")]
    for path, message in reasons:
        findings.append(Finding.at(source.name, source.range(path), "E201", message))
    return None
