"""Telegram in the proof of campaigns: the local Bot API server in a process of its own.

Its limiter is on, and it keeps a log of every message that it took. Beside that, some people chat:
every tenth of a second one of them writes (less often where answers alone would fill the limit),
and it is measured how long the answer takes. Orders come on its standard input: ``talk``, ``count``
(from nothing) and at last ``report PATH``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import os
import sys
import time
from array import array
from collections import Counter
from pathlib import Path
from typing import Any, Final

import msgspec
import uvloop
from msgspec import Struct

from benchmarks.campaigns_audience import FIRST
from bot.local import LocalBotApi, Person
from bot.local.chats import Chat
from bot.local.errors import BotApiError

PEOPLE: Final = 100
"""Who chat; each writes every ten seconds at most, so that nobody's own pace counts."""
EVERY: Final = 0.1
"""Seconds between two messages of theirs."""
SHARE: Final = 15
"""The same, times the limit: an answer is several messages."""
WORDS: Final = ("/emergency", "/hotline", "Kenya", "/tips", "Brazil", "/help")
PATIENCE: Final = 30.0
"""Seconds after which no answer is waited for any more."""


class Report(Struct):
    """What the server saw. ``times`` of the pushes it took in seconds (monotonic), ``doubled`` the
    chats that got more than one; ``worst`` the most messages of any kind in a window of a second,
    ``refused`` what it sent back with 429, when and to which chat; ``latencies`` of answers in
    seconds.
    """

    times: list[float]
    got: list[int]
    doubled: list[int]
    answers: int
    worst: int
    refused: list[tuple[float, int]]
    latencies: list[float]


class Log:
    """Every message from the bot that the server took, by what the server itself keeps."""

    def __init__(self, api: LocalBotApi) -> None:
        self._api = api
        self._times = array("d")
        self._chats = array("q")
        self._send = api.messenger.bot_sends
        api.messenger.bot_sends = self._bot_sends  # type: ignore[method-assign]
        self._check = api.faults.check_rate
        api.faults.check_rate = self._check_rate  # type: ignore[method-assign]
        self.refused: list[tuple[float, int]] = []

    def _bot_sends(self, chat: Chat, *args: Any, **more: Any) -> Any:
        self._times.append(time.monotonic())
        self._chats.append(chat.id)
        return self._send(chat, *args, **more)

    def clear(self) -> None:
        """Forget what was until now."""
        del self._times[:], self._chats[:], self.refused[:]

    def _check_rate(self, chat_id: int) -> None:
        try:
            self._check(chat_id)
        except BotApiError:
            self.refused.append((time.monotonic(), chat_id))
            raise

    def report(self, latencies: list[float]) -> Report:
        """All of it."""
        pushes = [at for at, chat in enumerate(self._chats) if chat >= FIRST]
        got = Counter(self._chats[at] for at in pushes)
        return Report(
            times=[self._times[at] for at in pushes],
            got=sorted(got),
            doubled=sorted(chat for chat, number in got.items() if number > 1),
            answers=len(self._chats) - len(pushes),
            worst=self._api.faults.sent.worst,
            refused=self.refused,
            latencies=latencies,
        )


async def talk(people: list[Person], every: float, latencies: list[float]) -> None:
    """Write in turns, so often, for ever; who waits for an answer does not write."""
    under_way: dict[int, asyncio.Task[None]] = {}
    due, number = time.monotonic(), 0
    while True:
        person = people[number % len(people)]
        words = WORDS[number // len(people) % len(WORDS)]
        before = under_way.get(person.chat.id)
        if before is None or before.done():
            under_way[person.chat.id] = asyncio.create_task(_ask(person, words, latencies))
        number += 1
        due += every
        await asyncio.sleep(max(0.0, due - time.monotonic()))


async def _ask(person: Person, words: str, latencies: list[float]) -> None:
    began = time.monotonic()
    await person.send(words)
    try:
        await person.wait_for(1, PATIENCE)
    except TimeoutError:
        print(f"no answer to {words} of {person.chat.id}", file=sys.stderr, flush=True)
    latencies.append(time.monotonic() - began)


def _opened(api: LocalBotApi) -> None:
    """Have a chat begin when it is written to: all recipients pressed Start some time ago."""
    known = api.messenger.chat

    def chat(chat_id: int) -> Chat:
        if chat_id >= FIRST and chat_id not in api.messenger.chats:
            user = {"id": chat_id, "is_bot": False, "first_name": "A"}
            api.messenger.open(Chat(chat_id, user=user))
        return known(chat_id)

    api.messenger.chat = chat  # type: ignore[method-assign]


async def _orders() -> Any:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield line.decode().split()


async def serve(per_second: int) -> None:
    """Serve until a report is asked for; prints the port."""
    async with LocalBotApi(first_retry=0.05) as api:
        api.limit(per_chat=1.0, burst=5, overall=per_second)
        log = Log(api)
        _opened(api)
        latencies: list[float] = []
        talking: asyncio.Task[None] | None = None
        print(api.port, flush=True)
        async for order, *arguments in _orders():
            if order == "talk":
                people = [api.person(number) for number in range(1, PEOPLE + 1)]
                for person in people:
                    await person.start()
                    await person.wait_for(1, PATIENCE)
                every = max(EVERY, SHARE / per_second)
                talking = asyncio.create_task(talk(people, every, latencies))
                print("talking", flush=True)
            elif order == "count":
                api.faults.sent.reset()
                log.clear()
                latencies.clear()
            elif order == "report":
                if talking is not None:
                    talking.cancel()
                report = msgspec.json.encode(log.report(latencies))
                await asyncio.to_thread(Path(arguments[0]).write_bytes, report)
                return


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("per_second", type=int)
    # Telegram has machines of its own: it does not stand still because a replica starts beside it,
    # nor to look for garbage among all the messages that it keeps. Messages that wait meanwhile
    # would count into one second.
    gc.disable()
    with contextlib.suppress(OSError):  # only root may
        os.nice(-10)
    uvloop.run(serve(parser.parse_args().per_second))


if __name__ == "__main__":
    main()
