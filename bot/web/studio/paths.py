"""Which files of a content folder the studio knows, and nothing beside them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.web.studio.answers import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATA: Final = ("tips", "hotlines", "events", "facts", "campaigns", "partners")
_FLOW: Final = re.compile(r"flows/[A-Za-z0-9][A-Za-z0-9_-]{0,60}\.yaml")
_DATA: Final = re.compile(rf"data/({'|'.join(DATA)})\.yaml")
_CATALOGUE: Final = re.compile(r"locales/[A-Za-z]{2,3}(_[A-Za-z]{2,4})?/LC_MESSAGES/messages\.po")


def kind_of(path: str) -> str:
    """What a file is; empty for one that is no business of the studio."""
    if _FLOW.fullmatch(path):
        return "flow"
    if found := _DATA.fullmatch(path):
        return found[1]
    return "catalogue" if _CATALOGUE.fullmatch(path) else ""


def located(folder: Path, path: str) -> Path:
    """Where a file lies, or would. Raises :class:`~bot.web.studio.answers.Refusal` (404)."""
    real = (folder / path).resolve() if kind_of(path) else folder
    if not real.is_relative_to(folder.resolve()) or real == folder:
        raise Refusal(404, "There is no such file in the content.")
    return real


def known(folder: Path) -> Iterator[str]:
    """Every file there is, in order; none that a link leads out of the folder for."""
    inside = folder.resolve()
    for pattern in ("flows/*.yaml", "data/*.yaml", "locales/*/LC_MESSAGES/messages.po"):
        for found in sorted(folder.glob(pattern)):
            path = found.relative_to(folder).as_posix()
            if kind_of(path) and found.is_file() and found.resolve().is_relative_to(inside):
                yield path
