"""The content as it would be with edits that nobody has saved yet."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

T = TypeVar("T")
Texts: TypeAlias = "Mapping[str, str]"
"""Edited files: path in the content folder, whole text."""

_PARTS = ("flows", "data", "locales")


@contextlib.contextmanager
def overlaid(folder: Path, texts: Texts) -> Iterator[Path]:
    """A folder with the edits, and links to everything else, until the end of the block."""
    if not texts:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="dontlookaway-studio-") as name:
        root = Path(name).resolve()
        for path in _files(folder):
            link = root / path.relative_to(folder)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path.resolve())
        for relative, text in texts.items():
            edited = root / relative
            edited.parent.mkdir(parents=True, exist_ok=True)
            edited.unlink(missing_ok=True)
            edited.write_bytes(text.encode())
        yield root


def state(folder: Path, texts: Texts, part: str = "") -> str:
    """A name for content with edits laid over it; another one as soon as anything changes.

    ``part``: only files whose path begins so count.
    """
    digest = hashlib.sha256(str(folder).encode())
    for path in _files(folder):
        relative = path.relative_to(folder).as_posix()
        if relative.startswith(part) and relative not in texts:
            about = path.stat()
            digest.update(f"{relative}\0{about.st_mtime_ns}\0{about.st_size}\0".encode())
    for relative in sorted(texts):
        if relative.startswith(part):
            digest.update(f"{relative}\0{len(texts[relative])}\0{texts[relative]}".encode())
    return digest.hexdigest()


class Kept(Generic[T]):
    """The last few results, by name; computing one takes long."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[str, T] = OrderedDict()

    def get(self, name: str, make: Callable[[], T]) -> T:
        """The result of that name; made now if it is not known."""
        if name not in self._found:
            self._found[name] = make()
        self._found.move_to_end(name)
        while len(self._found) > self._most:
            self._found.popitem(last=False)
        return self._found[name]


def _files(folder: Path) -> Iterator[Path]:
    for part in _PARTS:
        yield from sorted(path for path in (folder / part).rglob("*") if path.is_file())
