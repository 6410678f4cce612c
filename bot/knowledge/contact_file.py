"""Reads the contacts file. Every scalar stays a string until the schema converts it.

To a YAML 1.1 reader the country NO is false and 0112 is 74; here they never are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import yaml

from bot.knowledge.contact_schema import Contact, CountryContacts, CountryEntry
from bot.knowledge.data_file import compose

if TYPE_CHECKING:
    from pathlib import Path

_Kind = TypeVar("_Kind")
_SECTIONS = {"international", "countries"}
_STEP = re.compile(r"[^.\[\]]+")


class ContactFile:
    """The parsed file; `line` finds where something like `KE.contacts[1].phone` is written."""

    def __init__(self, path: Path) -> None:
        """Raises ValueError, with file and line, when it is not such a file."""
        self.path = path
        try:
            root = compose(path.read_bytes())
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            place = f"{path}:{mark.line + 1}" if mark else str(path)
            raise ValueError(f"{place}: {error.problem}") from error
        except (OSError, yaml.YAMLError) as error:
            raise ValueError(f"{path}: {error}") from error
        content = self._plain(root)
        if root is None or not isinstance(content, dict) or set(content) != _SECTIONS:
            raise ValueError(f"{path}: needs exactly the two keys international and countries")
        if not isinstance(content["countries"], dict):
            raise ValueError(f"{path}: countries must be a list of codes with what belongs to them")
        self._root = root
        self._countries: dict[str, Any] = content["countries"]
        self._international: Any = content["international"]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self._countries)

    def country(self, code: str) -> CountryContacts:
        """Raises ValueError such as `KE.contacts[1].kind: ...`."""
        entry = _convert(self._countries[code], CountryEntry, code)
        parts = {name: getattr(entry, name) for name in entry.__struct_fields__}
        return CountryContacts(code=code, **parts)

    def international(self) -> tuple[Contact, ...]:
        return _convert(self._international, tuple[Contact, ...], "international")

    def line(self, where: str) -> int:
        """The line of the deepest part of `where` that is in the file, from 1."""
        node = self._root
        steps = _STEP.findall(where)
        if steps and steps[0] != "international":
            steps = ["countries", *steps]
        line: int = node.start_mark.line
        for step in steps:
            if isinstance(node, yaml.MappingNode):
                pairs = [(key, value) for key, value in node.value if key.value == step]
                if not pairs:
                    break
                line, node = pairs[0][0].start_mark.line, pairs[0][1]
            elif isinstance(node, yaml.SequenceNode) and step.isdigit():
                if int(step) >= len(node.value):
                    break
                node = node.value[int(step)]
                line = node.start_mark.line
        return line + 1

    def _plain(self, node: yaml.Node | None) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return node.value
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item) for item in node.value]
        if isinstance(node, yaml.MappingNode):
            mapping: dict[str, Any] = {}
            for key, value in node.value:
                name = str(key.value)  # of a key that is a list, too
                if name in mapping:
                    place = f"{self.path}:{key.start_mark.line + 1}"
                    raise ValueError(f'{place}: "{name}" is given twice; keep one')
                mapping[name] = self._plain(value)
            return mapping
        return None


def _convert(raw: Any, kind: type[_Kind], name: str) -> _Kind:
    try:
        return msgspec.convert(raw, kind, strict=False)
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at `$")
        raise ValueError(f"{name}{place.rstrip('`')}: {what}") from error
