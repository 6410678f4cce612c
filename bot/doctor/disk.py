"""The data folder: can it be written, by nobody else, and is there room?"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

from bot.doctor.diagnosis import Diagnosis, fine, problem, warning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ABOUT: Final = "disk"
MEGABYTE: Final = 1024 * 1024
LOW: Final = 1024 * MEGABYTE
"""Free bytes below which it is time to make room."""
TOO_LOW: Final = 100 * MEGABYTE
"""Free bytes below which Redis may fail to write at any moment."""


def look_at_disk(data_dir: Path) -> Iterator[Diagnosis]:
    """Rights and free space of ``DATA_DIR``, or of where it would be made."""
    folder = data_dir.absolute()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        yield problem(
            ABOUT,
            f"DATA_DIR cannot be written: {folder}.",
            "Let the bot's user write there, or set DATA_DIR to a folder of its own.",
        )
        return
    free = shutil.disk_usage(folder).free
    said = f"{free / MEGABYTE:,.0f} MB are free for DATA_DIR."
    if free >= LOW:
        yield fine(ABOUT, said)
    else:
        tell = warning if free >= TOO_LOW else problem
        yield tell(ABOUT, said, "Make room: what cannot be written is lost.")
