"""Reads an editors' YAML file, and tells line and column of whatever is wrong in it.

Every scalar stays a string until a schema converts it, so that the country NO is not false.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from urllib.parse import urlsplit

import msgspec
import yaml
from babel import Locale

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Keys: TypeAlias = "tuple[str | int, ...]"
"""Where something stands in a file, from its root."""
Mistake: TypeAlias = "tuple[Keys, str]"
"""Where, and what is wrong and how to put it right."""

_Shape = TypeVar("_Shape")


class DataFile:
    """One file: its ``data``, and the place of every part of it."""

    def __init__(self, path: Path) -> None:
        """Raises :class:`ValueError` with ``file:line:column`` when it is no YAML."""
        self._path = path
        try:
            self._root: yaml.Node | None = compose(path.read_bytes())
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            place = f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"
            raise ValueError(f"{path}:{place}: {error.problem}") from error
        except (OSError, yaml.YAMLError) as error:
            raise ValueError(f"{path}:1:1: {error}") from error
        self.data: Any = _plain(self._root)

    def convert(self, shape: type[_Shape]) -> _Shape:
        """The data as ``shape``. Raises :class:`ValueError` with ``file:line:column``."""
        try:
            return msgspec.convert(self.data, shape, strict=False)
        except msgspec.ValidationError as error:
            what, _, where = str(error).partition(" - at `$")
            steps = re.findall(r"\w+", where)
            keys = tuple(int(step) if step.isdigit() else step for step in steps)
            raise ValueError(f"{self.place(keys)}: {what}") from error

    def refuse(self, mistakes: Iterable[Mistake]) -> None:
        """Raises :class:`ValueError` with a line for each mistake, if there is one."""
        lines = [f"{self.place(keys)}: {what}" for keys, what in mistakes]
        if lines:
            raise ValueError("\n".join(lines))

    def place(self, keys: Keys) -> str:
        """``file:line:column``, from 1, of the deepest part of ``keys`` that is in the file."""
        node = self._root
        mark = node.start_mark if node else None
        for step in keys:
            if isinstance(node, yaml.MappingNode):
                # Of a key that stands there twice the last counts, as in the data.
                pairs = (pair for pair in reversed(node.value) if pair[0].value == step)
                pair = next(pairs, None)
                if pair is None:
                    break
                mark, node = pair[0].start_mark, pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                node = node.value[step]
                mark = node.start_mark
        return f"{self._path}:{mark.line + 1}:{mark.column + 1}" if mark else f"{self._path}:1:1"


def compose(text: bytes) -> yaml.Node | None:
    """The nodes of a YAML file. Raises :class:`yaml.YAMLError`.

    Anchors are refused, as in flows: ten lines of them can stand for more than fits in memory.
    """
    events: Any = yaml.parse(text, Loader=yaml.CBaseLoader) if b"&" in text else ()
    for event in events:
        if getattr(event, "anchor", None):
            problem = "anchors (&, *) are not used here: write it out"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
    return yaml.compose(text, Loader=yaml.CBaseLoader)


def is_address(text: str) -> bool:
    """Whether a text is the address of a page."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in parts.netloc and " " not in text


@cache
def country_codes() -> frozenset[str]:
    """ISO 3166-1 alpha-2, as CLDR has them."""
    territories = map(str, Locale("en").territories)
    return frozenset(code for code in territories if len(code) == 2 and code.isalpha())


def _plain(node: yaml.Node | None) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    return None if node is None else node.value
