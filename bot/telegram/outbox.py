"""Delivers what was committed: in order, once, whatever dies in between.

A commit stores a turn's effects in the chat's record together with a *lease*: who delivers them
and until when. The holder sends them one after the other and then writes the record without them
(the acknowledgement). Others that find a live lease append their effects and leave them to its
holder; an expired lease is taken over by whoever comes first, the chat's next update or a sweep. A
lease that belongs to nobody means "not before": Telegram asked to wait until then. With every
sweep a process gives a sign of life; the leases of one that stopped doing so count as expired, so
that a crash keeps nobody waiting for long. While Redis is away nobody can give one, nor write down
what was delivered, so after that nothing is taken over for a moment.

Why nothing is lost or doubled:

* Effects are numbered through the life of a chat, so "delivered up to number n" can be applied to
  any newer state of the record.
* An acknowledgement changes the revision like every commit. A replica that read the record before
  it cannot bring delivered effects back: its commit fails and it reads again.
* An acknowledgement that fails because a replica was quicker is repeated on the newer record, whose
  additional effects are then delivered as well.
* What this process remembers of a chat (:meth:`~bot.store.chats.ChatStore.recall`) may be out of
  date, but nothing comes of it: the commit on it fails. What is due or left behind is read anew.
* Acknowledgements run behind the answer, so that an update of a chat that talks on waits for one
  round trip, and that of another chat for two. Until one is written, its number is kept here and
  applied to every record read; the next update of the chat waits for the one under way, which is
  then long finished as a rule.
* Only a death between Telegram's acceptance and the acknowledgement (some milliseconds) repeats one
  message: sends are at least once, because the Bot API knows no idempotency key.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import secrets
import time
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec
from msgspec.structs import replace

from bot.store.errors import StoreUnavailable
from bot.telegram.calls import Call, delete_messages
from bot.telegram.sender import Failed, Gone, Later, Sent
from bot.telegram.turnstiles import Turnstiles

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
    from contextlib import AbstractAsyncContextManager

    from bot.store.chats import ChatStore
    from bot.store.record import Chat
    from bot.telegram.calls import Ride
    from bot.telegram.sender import Outcome, Sender

LEASE: Final = 30.0
"""Seconds a delivery may take before others take it over, even from a process that lives."""
PATIENCE: Final = 3.0
"""Seconds that a delivery waits in place when Telegram asks to; more is left to a sweep."""
SWEEP_EVERY: Final = 1.0
"""Seconds between two looks at what is due."""

FRESH: Final = 1.5
"""Seconds for which a sign of life lets this process take leases: whoever sees one of them must not
take it for dead, though it has only just been started, or Redis was away."""

AFTER_OUTAGE: Final = 4.0
"""Seconds after Redis was away for which nothing is taken over: whoever lives could neither give a
sign of life nor write down what they had delivered, and does both within this time."""

ERASE_MESSAGES: Final = Call("erase", {})
"""No method of the Bot API: delete what can be deleted of this chat's messages."""

Errand: TypeAlias = "Callable[[int, Mapping[str, Any]], Awaitable[None]]"
"""Carries out, for a chat, a call that is not for Telegram; it may run twice after a crash."""

_log = logging.getLogger(__name__)
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Call)


class _Progress:
    """What was delivered of a chat but is not written yet."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat  # as stored
        self.delivered = chat.delivered
        self.messages: list[int] = []
        self.gone = False
        self.task: asyncio.Task[None] | None = None


class Outbox:
    """Leases, delivery and acknowledgement for one process.

    ``sender`` does the sending; ``errands`` are carried out by the name of their call, whether or
    not the chat still takes messages; ``lease`` is in seconds. Call :meth:`run` in a task of its
    own.
    """

    def __init__(
        self,
        store: ChatStore,
        sender: Sender,
        *,
        errands: Mapping[str, Errand] | None = None,
        lease: float = LEASE,
    ) -> None:
        self._errands = dict(errands or {})
        self._store = store
        self._sender = sender
        self._lease = int(lease * 1000)
        self._me = secrets.token_bytes(8)
        self._turnstiles = Turnstiles()
        self._progress: dict[int, _Progress] = {}
        self._background: set[asyncio.Task[None]] = set()
        self._attended: set[int] = set()
        self._away_at = -math.inf
        self._alive_at = -math.inf

    def hold(self, chat_id: int) -> AbstractAsyncContextManager[None]:
        """Have a chat to oneself within this process, first come first served."""
        return self._turnstiles.hold(chat_id)

    async def open(self, chat_id: int, *, fresh: bool = False) -> Chat:
        """A held chat, without what this process has already delivered.

        It is the one last read or written here, if that is remembered, unless it must be
        ``fresh``: only a commit tells whether it is still so. Raises
        :class:`~bot.store.errors.StoreUnavailable`.
        """
        progress = self._progress.get(chat_id)
        if progress is not None and progress.task is not None:
            await asyncio.wait({progress.task})
        known = None if fresh else self._store.recall(chat_id)
        chat = await self._store.load(chat_id) if known is None else known
        if chat.owner and not self._free(chat) and await self._is_dead(chat.owner):
            chat = replace(chat, owner=b"", until=0)
        progress = self._progress.get(chat_id)
        return chat if progress is None else chat.delivered_up_to(progress.delivered)

    def add(self, chat: Chat, calls: Iterable[Call], *, instead: bool = False) -> Chat:
        """The chat with more to deliver, leased to this process if nobody else delivers now.

        ``instead`` drops the messages that were still to be delivered.
        """
        if instead:
            errands = tuple(effect for effect in chat.effects if self._is_errand(effect))
            chat = replace(chat, delivered=chat.delivered + len(chat.effects), effects=errands)
        chat = replace(chat, effects=(*chat.effects, *map(_encoder.encode, calls)))
        return self._leased(chat) if self._free(chat) else chat

    async def commit(
        self, chat_id: int, old: Chat, new: Chat, messages: Iterable[int] = ()
    ) -> Chat | None:
        """Store a held chat; ``None`` when another replica was quicker.

        ``messages`` are ids of messages that the person sent.
        Raises :class:`~bot.store.errors.StoreUnavailable`.
        """
        if new.owner == self._me and time.monotonic() - self._alive_at > FRESH:
            await self._report_alive()
        progress = self._progress.get(chat_id)
        sent = progress.messages if progress is not None else []
        stored = await self._store.commit(chat_id, old, new, (*messages, *sent))
        if stored is not None:
            self._progress.pop(chat_id, None)
        return stored

    async def deliver(self, chat_id: int, chat: Chat | None, ride: Ride | None = None) -> None:
        """Deliver what a held, freshly committed chat has to deliver, if that is this process's.

        A call that is alone is offered a ``ride``.
        """
        progress, gone = None, False
        if chat is not None and len(chat.effects) > 1:
            ride = None
        while chat is not None and chat.effects and chat.owner == self._me:
            if chat.until - self._store.now() < self._lease * 5 // 6:  # a send may take 25 s
                chat, progress = await self.claim(chat_id), None
                continue
            effect = chat.effects[0]
            skipped = gone and not self._is_errand(effect)
            outcome = Sent() if skipped else await self._carry_out(chat_id, effect, ride)
            if isinstance(outcome, Later):
                await self._park(chat_id, outcome.seconds)
                return
            gone |= isinstance(outcome, Gone)
            number = chat.delivered + 1
            message_id = outcome.message_id if isinstance(outcome, Sent) else None
            progress = progress or _Progress(chat)
            self._acknowledge(chat_id, progress, number, message_id, gone=gone)
            chat = chat.delivered_up_to(number)

    async def claim(self, chat_id: int) -> Chat | None:
        """Take over what a held chat has to deliver; ``None`` if nothing, or somebody else does.

        Raises :class:`~bot.store.errors.StoreUnavailable`.
        """
        while True:
            chat = await self.open(chat_id, fresh=True)
            if not chat.revision:
                await self._store.not_due(chat_id)
                self._progress.pop(chat_id, None)
                return None
            free = self._free(chat)
            expired = chat.secret_until and not chat.secret
            listed = free and chat.due is None  # for something that nobody can read any more
            wanted = (free and chat.effects) or expired or listed or chat_id in self._progress
            if not wanted:
                return None
            claimed = self._leased(chat) if free else chat
            stored = await self.commit(chat_id, chat, claimed)
            if stored is not None:
                return stored if stored.effects and free else None

    async def send_unstored(self, calls: Iterable[Call]) -> bool:
        """Send at once, for when there is no store; false when Telegram is out of reach too."""
        for call in calls:
            if isinstance(await self._send(call), Later):
                return False
        return True

    def throw(self, call: Call) -> None:
        """Send in the background what nobody misses if it gets lost."""
        self._spawn(self._throw(call))

    async def sweep(self) -> None:
        """Give a sign of life and look after every chat that is due: leases that expired or whose
        owner died, waits that are over, old secrets.

        One round trip; the work itself goes on in the background (:meth:`idle` waits for it).
        Raises :class:`~bot.store.errors.StoreUnavailable` when a part of Redis cannot be reached;
        the chats of the others are looked after all the same.
        """
        unwritten = [chat_id for chat_id, one in self._progress.items() if one.task is None]
        away, (due, missing) = await asyncio.gather(self._live_on(), self._store.due())
        if away or missing:
            self._away_at = time.monotonic()
        for chat_id in {*unwritten, *due} - self._attended:
            self._attend_soon(chat_id)
        if trouble := away or missing:
            raise trouble

    async def _report_alive(self) -> None:
        now = time.monotonic()
        await self._store.report_alive(self._me)
        self._alive_at = now

    async def _live_on(self) -> StoreUnavailable | None:
        try:
            await self._report_alive()
        except StoreUnavailable as error:
            return error
        return None

    async def run(self) -> None:
        """Sweep for ever; when cancelled, live on until what is under way is delivered."""
        away = False
        living = asyncio.create_task(self._live())
        try:
            while True:
                try:
                    await self.sweep()
                    away = False
                except StoreUnavailable as error:
                    if not away:
                        _log.warning("%s; deliveries under way wait for it", error)
                    away = True
                await asyncio.sleep(SWEEP_EVERY)
        finally:  # whoever gives no sign of life any more is taken for dead
            await self.idle()
            living.cancel()

    async def _live(self) -> None:
        """Give signs of life in time, however long a sweep waits for one node of a cluster."""
        while True:
            await self._live_on()
            await asyncio.sleep(SWEEP_EVERY)

    async def idle(self) -> None:
        """Wait until nothing goes on in the background."""
        while self._background:
            await asyncio.wait(set(self._background))

    def _free(self, chat: Chat) -> bool:
        if chat.owner and chat.owner != self._me and self._may_be_unwritten():
            return False
        return chat.owner == self._me or chat.until <= self._store.now()

    async def _is_dead(self, owner: bytes) -> bool:
        return not self._may_be_unwritten() and not await self._store.is_alive(owner)

    def _may_be_unwritten(self) -> bool:
        """Whether others may live, and have delivered things, of which Redis does not know yet."""
        return time.monotonic() - self._away_at < AFTER_OUTAGE

    def _leased(self, chat: Chat) -> Chat:
        if not chat.effects:
            return replace(chat, owner=b"", until=0)
        return replace(chat, owner=self._me, until=self._store.now() + self._lease)

    def _is_errand(self, effect: bytes) -> bool:
        with contextlib.suppress(msgspec.DecodeError):
            return _decoder.decode(effect).method in self._errands
        return False

    async def _carry_out(self, chat_id: int, effect: bytes, ride: Ride | None = None) -> Outcome:
        try:
            call = _decoder.decode(effect)
        except msgspec.DecodeError:
            _log.error("A message still to be delivered cannot be read and is dropped.")
            return Failed("unreadable")
        if errand := self._errands.get(call.method):
            return await self._run(call.method, errand(chat_id, call.params))
        if call != ERASE_MESSAGES:
            if ride is not None and await ride(call):
                return Sent(call.params.get("message_id"))
            return await self._send(call)
        for deletion in delete_messages(chat_id, await self._store.messages(chat_id)):
            outcome = await self._send(deletion)
            if isinstance(outcome, Failed):  # for the sake of one that is too old, as a rule
                for message_id in deletion.params["message_ids"]:
                    (single,) = delete_messages(chat_id, [message_id])
                    outcome = await self._send(single)
                    if isinstance(outcome, Later | Gone):
                        break
            if isinstance(outcome, Later | Gone):
                return outcome
        await self._store.forget_messages(chat_id)
        return Sent(None)

    async def _run(self, name: str, errand: Awaitable[None]) -> Outcome:
        """Carry out an errand; one that never can be would block the chat for ever."""
        try:
            await errand
        except StoreUnavailable:
            raise
        except Exception as error:
            # Only the kind: the text of an error may repeat what was written.
            kind = type(error).__name__
            _log.error("The errand %s cannot be carried out and is dropped: %s.", name, kind)
            return Failed(kind)
        return Sent()

    async def _send(self, call: Call) -> Outcome:
        """Send, waiting in place for as long as that is bearable."""
        waited = 0.0
        while True:
            outcome = await self._sender.send(call)
            if not isinstance(outcome, Later) or waited + outcome.seconds > PATIENCE:
                return outcome
            waited += max(outcome.seconds, 0.1)
            await asyncio.sleep(outcome.seconds)

    async def _throw(self, call: Call) -> None:
        await self._sender.send(call)

    async def _park(self, chat_id: int, seconds: float) -> None:
        """Let nobody deliver for so long; if that cannot be written, wait here."""
        until = math.ceil(self._store.now() + seconds * 1000)
        while (now := self._store.now()) < until:
            try:
                chat = await self.open(chat_id, fresh=True)
                if chat.owner != self._me:
                    return
                if await self.commit(chat_id, chat, replace(chat, owner=b"", until=until)):
                    return
            except StoreUnavailable:
                await asyncio.sleep(min(SWEEP_EVERY, (until - now) / 1000))

    def _acknowledge(
        self,
        chat_id: int,
        progress: _Progress,
        number: int,
        message_id: int | None,
        *,
        gone: bool,
    ) -> None:
        self._progress[chat_id] = progress
        progress.delivered = number
        progress.gone |= gone
        if message_id is not None:
            progress.messages.append(message_id)
        if progress.task is None:
            progress.task = self._spawn(self._settle(chat_id, progress))

    async def _settle(self, chat_id: int, progress: _Progress) -> None:
        """Write what was delivered, and what is delivered meanwhile."""
        try:
            while progress.chat.delivered < progress.delivered:
                messages = tuple(progress.messages)
                rest = progress.chat.delivered_up_to(progress.delivered)
                rest = replace(rest, gone=rest.gone or progress.gone)
                stored = await self._store.commit(chat_id, progress.chat, rest, messages)
                if stored is None:  # another replica was quicker, perhaps with more to deliver
                    self._attend_soon(chat_id)
                    return
                progress.chat = stored
                del progress.messages[: len(messages)]
            self._progress.pop(chat_id, None)
        except StoreUnavailable:
            return  # a later sweep, or the chat's next update, writes it
        finally:
            progress.task = None

    def _attend_soon(self, chat_id: int) -> None:
        if chat_id not in self._attended:
            self._attended.add(chat_id)
            self._spawn(self._attend(chat_id))

    async def _attend(self, chat_id: int) -> None:
        try:
            async with self.hold(chat_id):
                await self.deliver(chat_id, await self.claim(chat_id))
        except StoreUnavailable:
            return  # it stays due
        finally:
            self._attended.discard(chat_id)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Only the kind: the text of an error may repeat what was to be sent.
            _log.error("A delivery failed with %s.", type(error).__name__)
