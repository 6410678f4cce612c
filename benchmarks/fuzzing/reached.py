"""Which lines of the bot are reached, told by Python itself."""

from __future__ import annotations

import importlib
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
_BOT: Final = str(ROOT / "bot")


class Reached:
    """Lines of ``bot/`` that run while it watches, in all threads that begin meanwhile."""

    def __init__(self) -> None:
        self.lines: dict[str, set[int]] = defaultdict(set)

    def __enter__(self) -> Reached:
        threading.settrace(self._call)
        sys.settrace(self._call)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]

    def _call(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        if not frame.f_code.co_filename.startswith(_BOT):
            return None
        seen = self.lines[frame.f_code.co_filename]
        seen.add(frame.f_lineno)

        def line(frame: FrameType, _event: str, _arg: Any) -> Any:
            seen.add(frame.f_lineno)
            return line

        return line

    def of(self, module: str) -> tuple[int, int]:
        """Lines reached within the functions of a module, and how many there are."""
        path = importlib.import_module(module).__file__ or ""
        there = set(_lines(compile(Path(path).read_text("utf-8"), path, "exec")))
        return len(there & self.lines[path]), len(there)


def _lines(code: CodeType) -> Iterator[int]:
    """Lines of functions; those of modules and classes run when they are imported."""
    for const in code.co_consts:
        if isinstance(const, CodeType):
            if const.co_flags & 0x2:  # CO_NEWLOCALS: a function, not a class
                yield from (line for _, _, line in const.co_lines() if line)
            yield from _lines(const)
