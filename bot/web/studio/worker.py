"""A process of its own for what computes long, so that no editor ever delays a witness."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from bot.web.studio.answers import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

LONGEST: Final = 60
"""Seconds for one call: what takes longer never ends, and keeps every editor waiting."""


class Worker:
    """Runs functions one after the other; the process starts when it is first needed.

    It ends, and a new one starts, when a call takes more than ``longest`` seconds.
    """

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._pool: ProcessPoolExecutor | None = None

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function of a module over there, and hand on what it returns or raises.

        Raises :class:`~bot.web.studio.answers.Refusal` when the process died; the next call
        starts another one.
        """
        pool = self._pool = self._pool or _start()
        job = partial(work, *args, **kwargs)
        try:
            return await asyncio.wrap_future(pool.submit(_in_time, self._longest, job))
        except BrokenProcessPool:
            if self._pool is pool:
                self._pool = None
            raise Refusal(503, "The studio had to start afresh. Try again.") from None

    async def close(self) -> None:
        """End the process."""
        if self._pool is not None:
            await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)
            self._pool = None


def _start() -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")  # forking would copy locks and connections
    return ProcessPoolExecutor(1, context, initializer=_settle_in)


def _in_time(longest: int, job: Callable[[], T]) -> T:
    """Do the job; the alarm ends the whole process, in the middle of whatever it does."""
    if hasattr(signal, "alarm"):
        signal.alarm(longest)
    try:
        return job()
    finally:
        if hasattr(signal, "alarm"):
            signal.alarm(0)


def _settle_in() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the bot, which ends this then
    if hasattr(os, "nice"):
        os.nice(5)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Leave nothing behind when the bot is killed."""
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
        os._exit(1)
