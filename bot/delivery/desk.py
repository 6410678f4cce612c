"""Between a witness and the partner who has the report, who never learn of each other.

The witness's side are errands, which the chat's own outbox runs until they are done: they may run
twice and change nothing the second time. The partner's side is news for the chat, each with a name
by which it is told only once.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, TypeAlias
from weakref import WeakValueDictionary

from babel import Locale
from babel.dates import format_time
from msgspec import Struct
from msgspec.structs import replace

from bot.conversation.effects import Deliver
from bot.conversation.events import Push
from bot.delivery.courier import Outcome
from bot.delivery.queue import Letter, Outbox
from bot.delivery.threads import Thread, Threads
from bot.reports.document import ended_document
from bot.reports.partners import Partner, Partners
from bot.reports.reference import reference_of
from bot.reports.sealing import seal
from bot.store.errors import StoreUnavailable

MOST_QUESTIONS: Final = 20
"""Questions about one report; more would be an interrogation."""

ENDED: Final = "ended"
"""Name of the last message about a report; those of answers are random."""
_FLOW: Final = "followup"
_AGAIN: Final = 1.0
"""Seconds until news that could not be told are told again."""

Errand: TypeAlias = Mapping[str, Any]
"""What is kept in the chat's record until it is done: plain values."""


class News(Struct, frozen=True):
    """Something to tell a chat once; ``name`` tells one piece of news from another."""

    chat_id: int
    locale: str
    name: str
    push: Push


Tell: TypeAlias = Callable[[News], Awaitable[None]]


class TooManyQuestions(Exception):
    """The partner has asked often enough about one report."""


class Desk:
    """Takes reports from chats, and questions from partners.

    ``partners`` gives those of today; ``tell`` takes news to a chat; ``zone`` knows a country's
    time zone. Coroutines raise :class:`~bot.store.errors.StoreUnavailable`.
    """

    def __init__(
        self,
        outbox: Outbox,
        threads: Threads,
        *,
        partners: Callable[[], Partners],
        tell: Tell,
        zone: Callable[[str], tzinfo | None],
    ) -> None:
        self._outbox = outbox
        self._threads = threads
        self._partners = partners
        self._tell = tell
        self._zone = zone
        self._background: set[asyncio.Task[None]] = set()
        self._asking = WeakValueDictionary[str, asyncio.Lock]()

    # From the witness

    def delivery(self, effect: Deliver, locale: str) -> dict[str, Any]:
        """The errand of handing a report over, sealed from here on.

        Raises :class:`LookupError` when there is no such partner.
        """
        partner = self._partners().get(effect.partner)
        if partner is None:
            raise LookupError(f"no partner {effect.partner}")
        return {
            "report": effect.report,
            "partner": partner.id,
            "partner_name": partner.name,
            "country": effect.country,
            "locale": locale,
            "sealed": seal(effect.document.encode(), partner.key),
        }

    async def deliver(self, chat_id: int, errand: Errand) -> None:
        """Put a report into the outbox, and open the way back."""
        report, partner = errand["report"], errand["partner"]
        known = (errand["locale"], errand["country"], errand["partner_name"])
        thread = Thread(chat_id, partner, *known)
        await self._threads.open(report, thread)
        await self._outbox.enqueue(errand["sealed"], partner, reference_of(report), report)

    async def follow_up(self, chat_id: int, errand: Errand) -> None:
        """Send more about a report; ``name`` tells one message about it from another."""
        report, name = errand["report"], errand["name"]
        thread = await self._threads.get(report)
        if thread is not None and thread.chat_id != chat_id:
            thread = None
        partner = self._partners().get(thread.partner) if thread else None
        if partner is not None:
            sealed = seal(errand["document"].encode(), partner.key)
            await self._outbox.enqueue(sealed, partner.id, reference_of(report), f"{report}:{name}")
        if thread is not None and name == ENDED:
            await self._threads.end(report)
        elif thread is not None and partner is not None:
            await self._threads.open(report, thread)  # it lasts a month from now
        elif name != ENDED:
            self._soon(self._closed(chat_id, errand))

    async def forget(self, chat_id: int) -> None:
        """End every thread of a chat that is erased. What was sent stays sent."""
        for report in await self._threads.of_chat(chat_id):
            ended = {"report": report, "name": ENDED, "document": ended_document(report)}
            await self.follow_up(chat_id, ended)
        await self._threads.forget_chat(chat_id)

    # From the partner

    async def settled(self, letter: Letter, outcome: Outcome) -> None:
        """Say to the witness what became of something they sent."""
        report, _, name = letter.id.partition(":")
        thread = await self._threads.get(report)
        if thread is None or name == ENDED:
            return
        node = f"answer_{outcome}" if name else outcome
        push = self._push(node, thread, report)
        news = f"{letter.id}:{letter.since}:{outcome}"  # a letter can be given another chance
        await self._tell(News(thread.chat_id, thread.locale, news, push))

    async def ask(self, partner: Partner, report: str, question: str, name: str) -> bool:
        """Put a question to the witness, once for every ``name``; false when there is no way back.

        Raises :class:`TooManyQuestions`.
        """
        async with self._asking.setdefault(report, asyncio.Lock()):  # one by one, to be counted
            return await self._ask(partner, report, question, name)

    async def _ask(self, partner: Partner, report: str, question: str, name: str) -> bool:
        thread = await self._threads.get(report)
        if thread is None or thread.partner != partner.id:
            return False
        asked = await self._threads.questions(report)
        if name in asked:
            return True
        if len(asked) >= MOST_QUESTIONS:
            raise TooManyQuestions
        push = self._push("asked", thread, report)
        push = replace(push, values={**push.values, "followup_question": question})
        await self._tell(News(thread.chat_id, thread.locale, f"{report}:asked:{name}", push))
        await self._threads.asked(report, name)
        return True

    def _push(self, node: str, thread: Thread, report: str) -> Push:
        zone = self._zone(thread.country)
        now = datetime.now(zone or UTC)
        clock = format_time(now, "short", locale=Locale.parse(thread.locale))
        return Push(
            f"{_FLOW}/{node}",
            {
                "followup_about": report,
                "followup_reference": reference_of(report),
                "followup_partner": thread.partner_name,
                "followup_time": clock if zone else f"{clock} UTC",
            },
        )

    async def _closed(self, chat_id: int, errand: Errand) -> None:
        """An answer for which there is no way any more."""
        push = Push(f"{_FLOW}/closed", {"followup_reference": reference_of(errand["report"])})
        while True:
            with contextlib.suppress(StoreUnavailable):
                await self._tell(News(chat_id, errand["locale"], errand["name"], push))
                return
            await asyncio.sleep(_AGAIN)

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        """Not now: the chat is busy with the errand itself."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
