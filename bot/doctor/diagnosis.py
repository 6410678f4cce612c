"""What was seen of one thing, and what to do about it."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from msgspec import Struct

Level: TypeAlias = Literal["ok", "warning", "problem"]
"""A *warning* will hurt some day, a *problem* hurts now."""

SIGNS: Final[dict[Level, str]] = {"ok": "✓", "warning": "!", "problem": "✗"}


class Diagnosis(Struct, frozen=True):
    """``about`` is one word such as ``redis``; ``remedy`` is empty where all is well."""

    level: Level
    about: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        """On one line."""
        rest = f" → {self.remedy}" if self.remedy else ""
        return f"{SIGNS[self.level]} {self.about}: {self.what}{rest}"


def fine(about: str, what: str) -> Diagnosis:
    """All is well."""
    return Diagnosis("ok", about, what)


def warning(about: str, what: str, remedy: str) -> Diagnosis:
    """Something to put right before it hurts."""
    return Diagnosis("warning", about, what, remedy)


def problem(about: str, what: str, remedy: str) -> Diagnosis:
    """Something to put right now."""
    return Diagnosis("problem", about, what, remedy)
