"""Fuzzing: what is tried, with what, and what must never happen."""

from __future__ import annotations

from typing import Final

from benchmarks.fuzzing import files, inside, outside, studio
from benchmarks.fuzzing.target import Target

TARGETS: Final[tuple[Target, ...]] = (
    *inside.TARGETS,
    *files.TARGETS,
    *outside.TARGETS,
    *studio.TARGETS,
)
