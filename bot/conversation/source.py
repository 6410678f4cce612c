"""YAML to plain data, every scalar a string, with the place in the file of everything kept."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, Final, TypeAlias

import yaml
from msgspec import Struct

try:
    from yaml import CBaseLoader as BaseLoader
except ImportError:  # PyYAML without libyaml
    from yaml import BaseLoader  # type: ignore[assignment]

Path: TypeAlias = tuple[str | int, ...]

_ANCHOR: Final = re.compile(r"(?<![0-9A-Za-z])&(?!\s)")
"""Where an anchor may be: not within a word, and a sign on its own is none."""


class Loader(BaseLoader):
    """Leaves open what kind of thing a text is, for nobody asks: that takes a fifth of the time."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:  # noqa: ARG002
        """Every node is a piece of text, as far as anybody needs to know."""
        return ""


class Range(Struct, frozen=True):
    """Where something stands in a file: lines and columns from 1."""

    line: int
    column: int
    end_line: int
    end_column: int


class Fault(Struct, frozen=True):
    """Something that is wrong in a file: where, what, and what to do about it."""

    code: str
    where: Range
    message: str


class Source(Struct):
    """A file as read: its data, where each part of it stands, and what is wrong with it."""

    name: str
    data: Any
    ranges: dict[Path, Range]
    faults: list[Fault]

    def range(self, path: Path) -> Range:
        """Where ``path`` stands; the deepest part of it that the file has."""
        while path not in self.ranges and path:
            path = path[:-1]
        return self.ranges.get(path, Range(1, 1, 1, 1))


def read(name: str, text: str) -> Source:
    """Read one YAML document; never raises, what is wrong is in ``faults``.

    ``NO`` stays a country, ``0112`` a phone number and ``12:30`` a time: nothing is converted
    here. Of two equal keys the second is refused, and so are anchors, aliases and tags.
    """
    source = Source(name, None, {}, [])
    try:
        for event in yaml.parse(text, Loader) if _ANCHOR.search(text) else ():
            if getattr(event, "anchor", None):
                where = _point(event.start_mark)
                fault = Fault("E104", where, "Anchors (&, *) are not used here: write it out.")
                source.faults.append(fault)
                return source
        root = yaml.compose(text, Loader)
        if root is None:
            source.faults.append(Fault("E101", Range(1, 1, 1, 1), "The file is empty."))
        else:
            source.ranges[()] = _span(root)
            source.data = _build(root, (), source)
    except yaml.MarkedYAMLError as error:
        source.faults.append(_syntax(error, text))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        source.faults.append(Fault("E101", Range(1, 1, 1, 1), f"This is not YAML: {error}"))
    return source


def _syntax(error: yaml.MarkedYAMLError, text: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    where = _point(mark) if mark else Range(1, 1, 1, 1)
    problem = error.problem or "it cannot be read"
    line = next(islice(text.splitlines(), where.line - 1, None), "")
    if line[where.column - 1 : where.column] == "\t":
        problem = "a tab; indent with spaces instead"
    elif "found undefined alias" in problem or "mapping values are not allowed" in problem:
        problem += "; put quotes around a text that has a colon or starts with * or &"
    return Fault("E101", where, f"This is not valid YAML: {problem}.")


def _point(mark: Any) -> Range:
    return Range(mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 1)


def _span(node: yaml.Node) -> Range:
    start, end = node.start_mark, node.end_mark
    return Range(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _build(node: yaml.Node, path: Path, source: Source) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        items = []
        for index, child in enumerate(node.value):
            at = (*path, index)
            source.ranges[at] = _span(child)
            items.append(_build(child, at, source))
        return items
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
        if not isinstance(key_node, yaml.ScalarNode):
            source.faults.append(Fault("E102", _span(key_node), "A key must be a single word."))
        elif key in result:
            first = source.ranges[(*path, key)].line
            source.faults.append(
                Fault(
                    "E103",
                    _span(key_node),
                    f'"{key}" stands here twice (first in line {first}). Keep one.',
                )
            )
            continue
        at = (*path, key)
        source.ranges[at] = _span(key_node)
        result[key] = _build(value_node, at, source)
    return result
