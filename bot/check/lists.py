"""The editors' lists under ``data/``: what all of them have in common."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from bot.conversation.flows import Finding
from bot.conversation.misfits import misfits
from bot.conversation.source import Source, read

T = TypeVar("T")


def read_list(path: Path) -> tuple[Source | None, list[Finding]]:
    """A file and what is wrong with it as YAML; None when nothing else can be said about it.

    No file is an empty list.
    """
    try:
        source = read(str(path), path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None, []
    except (OSError, UnicodeDecodeError) as error:
        return None, [Finding(str(path), 1, 1, "E100", f"This file cannot be read: {error}.")]
    faults = [Finding.at(source.name, f.where, f.code, f.message) for f in source.faults]
    return (None if faults else source), faults


def misshapen(source: Source, shape: type[Any], code: str) -> Iterator[Finding]:
    """What has not the shape of such a file."""
    for keys, message in misfits(source.data, shape):
        yield Finding.at(source.name, source.range(keys), code, message)


def well_shaped(data: Any, name: str, shape: type[T]) -> Iterator[tuple[int, T]]:
    """The entries of the list ``name`` that can be read, with their places in it."""
    listed = data.get(name) if isinstance(data, dict) else None
    for number, entry in enumerate(listed if isinstance(listed, list) else ()):
        try:
            yield number, msgspec.convert(entry, shape, strict=False)
        except msgspec.ValidationError:
            continue
