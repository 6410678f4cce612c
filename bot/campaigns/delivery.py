"""One message to one recipient: composed, sent at its slot, at most once; and what came of it."""

from __future__ import annotations

import logging
import time
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from bot.campaigns import keys
from bot.conversation.session import unpack as unpack_session
from bot.store.errors import StoreUnavailable
from bot.store.record import decode
from bot.store.subscribers import unpack
from bot.telegram.sender import Gone, Later, Sent, Unknown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.campaigns.audience import Target
    from bot.campaigns.compose import Composer
    from bot.campaigns.marks import Begun
    from bot.conversation.session import Session
    from bot.knowledge.quiet_hours import Quiet
    from bot.store.keyring import Keyring
    from bot.store.pipeline import Pipeline
    from bot.telegram.calls import Call
    from bot.telegram.rate_limit import Slot
    from bot.telegram.sender import Outcome, Sender

FIRST: Final = 20
"""Recipients at the beginning of whom none may be refused for another reason than themselves."""
IN_A_ROW: Final = 20
"""Messages one after the other that are refused, or not answered, after which no more are tried."""
FEW: Final = 3
"""Messages one after the other that could not be sent yet before there is a rest."""
SHORTEST_REST: Final = 0.1
LONGEST_REST: Final = 30.0
"""Seconds without sending when Telegram cannot be reached at all."""
UPLOAD: Final = 20_000
"""ms for which the first message with the picture may take."""

Photo = list[object]
Result = tuple[str, tuple[int, ...]]
"""An outcome, and the ids of the messages that stand in the chat now."""

_log = logging.getLogger(__name__)


class Plan(Struct, frozen=True):
    """What a run sends, in one edition of the content. ``tolerance`` in ms; ``picture`` the file to
    upload, where there is one.
    """

    target: Target
    composer: Composer
    quiet: Quiet
    per_week: int
    tolerance: int
    picture: Photo | None = None


class Delivery:
    """Sends the messages of one run.

    ``answered`` is how many were sent to before; ``left`` is told of chats that take nothing any
    more, which are ``gone`` until then; ``counted`` hears of every outcome. ``trouble`` says why it
    is of no use to go on, empty when it is; before ``rest_until`` (:func:`time.monotonic`) nobody
    is to be sent to.
    """

    def __init__(
        self,
        run_id: str,
        pipeline: Pipeline,
        keyring: Keyring,
        sender: Sender,
        *,
        left: Callable[[int], Awaitable[None]],
        counted: Callable[[str, int], None],
        now: Callable[[], datetime],
        answered: int = 0,
    ) -> None:
        self._run = run_id
        self._redis = pipeline
        self._keyring = keyring
        self._sender = sender
        self._left = left
        self._counted = counted
        self._now = now
        self._answered = answered
        self._row = Counter[str]()
        self._photo = ""
        self._uploads = False
        self.trouble = ""
        self.gone: set[int] = set()
        self.rest_until = 0.0

    def count(self, outcome: str, number: int = 1) -> None:
        """Count an outcome, for operators."""
        self._counted(outcome, number)

    def most(self, usual: int) -> int:
        """How many may be sent to at the same time."""
        if self._uploads and not self._photo:
            return 1
        return usual if self._answered >= FIRST else min(usual, FIRST)

    async def prepare(self, plan: Plan) -> bool:
        """Whether sending can begin: one process uploads the picture, the others wait for it.

        Raises :class:`~bot.store.errors.StoreUnavailable`.
        """
        if plan.picture is None or self._photo or self._uploads:
            return True
        known = await self._redis.run("HGET", keys.run(self._run), "photo")
        if known:
            self._photo = known.decode()
            return True
        lock = keys.upload(self._run)
        self._uploads = bool(await self._redis.run("SET", lock, "", "NX", "PX", UPLOAD))
        return self._uploads

    async def push(self, chat_id: int, begun: Begun, slot: Slot, plan: Plan) -> Result:
        """Send to somebody who was marked as begun. Never raises."""
        try:
            found = self._calls(chat_id, begun, plan)
        except Exception as error:  # whatever it is, it would be the same for many
            _log.error("%s: a message cannot be composed (%s).", self._run, type(error).__name__)
            self.trouble = f"The message cannot be composed ({type(error).__name__})."
            return "again", ()
        if found is None:
            return self._came("stopped"), ()
        if not found:
            return self._came("failed"), ()
        try:
            return await self._push(chat_id, found, slot)
        except Exception as error:  # of one recipient, who must not stop the others
            _log.error("%s: nobody knows of a message (%s).", self._run, type(error).__name__)
            return self._came("unknown"), ()

    async def farewell(self, chat_id: int) -> None:
        """Note, after it was accounted for, that a chat takes nothing any more."""
        self.gone.discard(chat_id)
        try:
            await self._left(chat_id)
        except StoreUnavailable:
            _log.warning("%s: a chat that is gone stays subscribed; Redis is away.", self._run)

    def _calls(self, chat_id: int, begun: Begun, plan: Plan) -> tuple[Call, ...] | None:
        """What to send; ``None`` to somebody for whom it is not any more."""
        subscriber = unpack(begun.subscription)
        if not plan.target.fits(subscriber):
            return None
        session = self._session(begun.record, chat_id)
        photo = (self._photo or plan.picture) if plan.picture else None
        return plan.composer.calls(subscriber, session, self._now(), chat_id, photo)

    async def _push(self, chat_id: int, found: tuple[Call, ...], slot: Slot) -> Result:
        outcome = await self._sender.push(found[0], slot)
        messages = [outcome.message_id] if isinstance(outcome, Sent) else []
        if isinstance(outcome, Sent):
            if outcome.photo and not self._photo:
                await self._keep_photo(outcome.photo)
            for call in found[1:]:
                more = await self._sender.send(call)
                messages += [more.message_id] if isinstance(more, Sent) else []
        return self._judged(chat_id, outcome), tuple(each for each in messages if each)

    def _judged(self, chat_id: int, outcome: Outcome | Unknown) -> str:
        if isinstance(outcome, Later):
            row = self._in_a_row("later")
            if row > FEW:
                rest = min(SHORTEST_REST * 2.0 ** min(row - FEW, 16), outcome.seconds, LONGEST_REST)
                self.rest_until = time.monotonic() + rest
            return "again"
        if isinstance(outcome, Unknown):
            _log.warning("%s: nobody knows of a message (%s).", self._run, outcome.reason)
            if self._in_a_row("unknown") >= IN_A_ROW:
                self.trouble = "Telegram does not answer: nobody knows whether messages arrive."
            return self._came("unknown")
        if isinstance(outcome, Sent):
            self._row.clear()
            return self._came("sent")
        if isinstance(outcome, Gone):
            self._row.clear()
            self.gone.add(chat_id)
            unheard = any(word in outcome.reason.casefold() for word in ("not found", "invalid"))
            return self._came("failed" if unheard else "blocked")
        if self._in_a_row("failed") >= IN_A_ROW or self._answered < FIRST:
            self.trouble = f"Telegram refuses the message: {outcome.reason}."
        return self._came("failed")

    def _in_a_row(self, what: str) -> int:
        """How often that has been the answer without another one between."""
        self._row = Counter({what: self._row[what] + 1})
        return self._row[what]

    def _came(self, outcome: str) -> str:
        self._answered += outcome != "stopped"
        self.count(outcome)
        return outcome

    async def _keep_photo(self, photo: str) -> None:
        self._photo = photo
        try:
            await self._redis.run("HSET", keys.run(self._run), "photo", photo)
        except StoreUnavailable:
            self._uploads = True  # the others upload it themselves

    def _session(self, record: bytes, chat_id: int) -> Session | None:
        if not record:
            return None
        try:
            chat = decode(record, chat_id, self._keyring)
            return unpack_session(chat.session) if chat.session else None
        except msgspec.DecodeError:
            return None


def tolerance_ms(tolerance: timedelta) -> int:
    """A tolerance as :class:`Plan` has it."""
    return int(tolerance.total_seconds() * 1000)
