"""What stands in a content folder, told from what stood there before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

Tree: TypeAlias = frozenset[tuple[str, int, int, int]]
"""Path, inode, size and time of change (ns) of each file: whichever way an editor saves, by
writing, by renaming or by putting another folder in its place, one of them is another one. The
time is that of the inode, which no program sets back and which goes on with rights, too."""

_FOLDERS: Final = ("flows", "locales", "data")
_ENDINGS: Final = (".yaml", ".po", ".jpg", ".jpeg", ".png")


def look(folder: Path) -> Tree:
    """All files that content is read from; what is gone while looking is left out."""
    return frozenset(_files([folder / name for name in _FOLDERS]))


def _files(folders: list[Path]) -> Iterator[tuple[str, int, int, int]]:
    waiting = [*folders]
    seen = set()
    while waiting:
        folder = waiting.pop()
        try:
            about = folder.stat()
            if (about.st_dev, about.st_ino) in seen:
                continue  # links may lead in circles
            seen.add((about.st_dev, about.st_ino))
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            try:
                if entry.name.endswith(_ENDINGS):
                    # Of a link that leads nowhere, the link: whoever reads stumbles over it.
                    stat = entry.stat(follow_symlinks=Path(entry).exists())
                    yield entry.path, stat.st_ino, stat.st_size, stat.st_ctime_ns
                elif entry.is_dir():
                    waiting.append(Path(entry.path))
            except OSError:
                continue
