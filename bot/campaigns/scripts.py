"""Lua scripts of this package, each in a file of its own."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.store.pipeline import Argument, Pipeline

_FOLDER = Path(__file__).parent / "lua"


class Script:
    """The script ``lua/<name>.lua``, which says on top what its keys and arguments are."""

    def __init__(self, name: str) -> None:
        self._source = (_FOLDER / f"{name}.lua").read_text("ascii")
        self._digest = hashlib.sha1(self._source.encode(), usedforsecurity=False).hexdigest()

    async def run(self, pipeline: Pipeline, keys: tuple[str, ...], *args: Argument) -> Any:
        """Run it; raises :class:`~bot.store.errors.StoreUnavailable`."""
        return await pipeline.script(self._digest, self._source, keys, args)
