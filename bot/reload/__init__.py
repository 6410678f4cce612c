"""New editions of the content while the bot runs: noticed, read, checked, put in place."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Final

from prometheus_client import Gauge

from bot.reload.handover import free, parts_of
from bot.reload.reading import Unreadable, read_apart
from bot.reload.tree import Tree, look

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prometheus_client import CollectorRegistry

    from bot.content import Content

LOOK: Final = 0.5
"""Seconds between two looks at the folder; what has changed must also rest for as long."""

RETRY: Final = 10.0
"""Seconds until content is read again that could not be read for want of memory or the like."""

_log = logging.getLogger(__name__)


class Reloader:
    """Keeps a bot at what stands in its content folder, as long as that is sound.

    ``current`` gives the content in use and ``use`` puts another in its place at once; it may
    raise :class:`ValueError` for content that does not go with the settings. ``shipped`` content
    was checked before it was shipped, any other is checked once right after the start.
    """

    def __init__(
        self,
        folder: Path,
        mail_page: str,
        *,
        current: Callable[[], Content],
        use: Callable[[Content], None],
        registry: CollectorRegistry,
        shipped: bool,
    ) -> None:
        self._folder = folder
        self._mail_page = mail_page
        self._current = current
        self._use = use
        self._in_use: Tree | None = look(folder) if shipped else None
        self.problem = ""
        """Why the content on disk is not in use, a line for each mistake; empty when it is."""
        self._broken = Gauge(
            "dontlookaway_content_broken",
            "1 while the content on disk has mistakes and the bot goes on with what it had.",
            registry=registry,
        )
        self._loaded = Gauge(
            "dontlookaway_content_loaded_timestamp",
            "When the content in use was loaded, in Unix seconds.",
            registry=registry,
        )
        self._loaded.set(time.time())

    async def run(self) -> None:
        """Look after the folder for ever.

        It is looked at instead of waiting for the system's events: those say nothing of a link
        that leads to another folder now, and do not come through every kind of mount.
        """
        before = self._in_use
        while True:
            try:
                tree = await asyncio.to_thread(look, self._folder)
                if tree not in (self._in_use, before):
                    before = tree  # perhaps it is still being written
                elif tree != self._in_use:
                    before = None
                    await self._read(tree)
            except Exception as error:  # nothing that an editor does may end this
                _log.error("Content could not be looked at: %s.", type(error).__name__)
            await asyncio.sleep(LOOK)

    async def _read(self, tree: Tree) -> None:
        """Use the content if it is sound; ``tree`` is the folder as it was a moment ago."""
        try:
            content, problems = await read_apart(
                self._folder, self._mail_page, self._current().places
            )
        except Unreadable as error:
            self._refuse([str(error)])
            await asyncio.sleep(RETRY)
            return
        if await asyncio.to_thread(look, self._folder) != tree:
            return  # half of it may be old, half new
        self._in_use = tree
        if content is not None:
            problems = await self._switch(content)
        self._refuse(problems)

    async def _switch(self, content: Content) -> list[str]:
        old = self._current()
        try:
            self._use(content)
        except ValueError as error:
            return str(error).splitlines()
        self._loaded.set(time.time())
        flows, languages = len(content.flows.flows), len(content.catalogues.languages)
        version = content.flows.version
        _log.info("Content in use: %d flows, %d languages, version %s.", flows, languages, version)
        for language in {*old.catalogues.languages} - {*content.catalogues.languages}:
            _log.warning("%s is not offered any more until its translation is mended.", language)
        parts = parts_of(old)
        del old
        await asyncio.to_thread(free, parts)
        return []

    def _refuse(self, problems: list[str]) -> None:
        """Note why the content is not used, loudly; nothing when it is."""
        self._broken.set(bool(problems))
        self.problem = "\n".join(problems)
        if problems:
            where = self._folder
            _log.error("The content in %s cannot be used; the bot goes on with what it had.", where)
        for problem in problems:
            _log.error("%s", problem)
