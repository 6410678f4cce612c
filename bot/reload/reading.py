"""Reading and checking content in a process of its own, while this one answers people.

In a thread it would hold up every answer: Python runs one thread at a time, and a large file is
parsed in one go.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot.check import check_draft
from bot.check.draft import Draft
from bot.content import Content
from bot.conversation.flows import compile_flows
from bot.knowledge.places import Places
from bot.reload.handover import take

LONGEST: Final = 120.0
"""Seconds after which reading is given up."""

_NOWHERE: Final = Places.__new__(Places)
"""A stand-in: places ship with the program, and the process that asks has them already."""


class Unreadable(Exception):
    """The content could not even be looked at; it may be possible later."""


async def read_apart(
    folder: Path, mail_page: str, places: Places
) -> tuple[Content | None, list[str]]:
    """The content of a folder, or what is wrong with it, a line for each mistake.

    Warnings of ``dontlookaway check`` are no reason not to use it. Raises :class:`Unreadable`.
    """
    command = (sys.executable, "-m", "bot.reload", str(folder), mail_page, str(os.getpid()))
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE
        )
    except OSError as error:
        raise Unreadable(f"No process to read it can be started: {error.strerror}.") from None
    try:
        async with asyncio.timeout(LONGEST):
            written, _ = await process.communicate()
    except TimeoutError:
        raise Unreadable(f"Reading it takes longer than {LONGEST:.0f} s.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise Unreadable("The process that reads it has failed.")
    return await asyncio.to_thread(take, written, places)


def read(folder: Path, mail_page: str) -> tuple[Content | None, list[str]]:
    """The same in this process, but without places."""
    draft = Draft(folder, datetime.now(UTC).date())
    problems = [str(finding) for finding in check_draft(draft) if finding.is_error]
    content, loaded = None, draft.loaded
    if not problems and loaded.common and loaded.triggers:
        flows = compile_flows(loaded, loaded.common, loaded.triggers)
        try:
            content = Content.load(folder, _NOWHERE, mail_page, flows, draft.catalogue)
        except ValueError as error:
            problems = str(error).splitlines()
    return content, [problem.removeprefix(f"{folder}{os.sep}") for problem in problems]
