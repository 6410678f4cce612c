"""What stands in a content folder, told from what stood there before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

Tree: TypeAlias = frozenset[tuple[str, int, int, int]]
"""Path, inode, size and time of change (ns) of each file: whichever way an editor saves, by
writing, by renaming or by putting another folder in its place, one of them is another one."""

_FOLDERS: Final = ("flows", "locales", "data")
_ENDINGS: Final = (".yaml", ".po")


def look(folder: Path) -> Tree:
    """All files that content is read from; what is gone while looking is left out."""
    return frozenset(_files([folder / name for name in _FOLDERS]))


def _files(folders: list[Path]) -> Iterator[tuple[str, int, int, int]]:
    waiting = [str(folder) for folder in folders]
    while waiting:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:
            continue
        for entry in entries:
            try:
                if entry.name.endswith(_ENDINGS):
                    stat = entry.stat()
                    yield entry.path, stat.st_ino, stat.st_size, stat.st_mtime_ns
                elif entry.is_dir():
                    waiting.append(entry.path)
            except OSError:
                continue
