"""Files with secrets of this program, such as keys it made for itself."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def create(path: Path, content: bytes) -> None:
    """Make a file (mode 0600) unless another program was quicker; nobody ever reads half of it.

    Raises :class:`OSError`.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()
