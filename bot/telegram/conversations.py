"""From an update to a committed and delivered answer.

Load, compute, commit, deliver: two round trips to Redis. A lost race is computed again, since the
engine is a function. Without Redis the flows that need no memory are answered all the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import time
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from bot.conversation.effects import Count, Erase, Unsubscribe
from bot.conversation.events import Location, Media, Press, Push, Text
from bot.conversation.session import pack, unpack
from bot.conversation.subscription import with_topics
from bot.store.chats import SECRET_KEPT
from bot.store.errors import StoreRefused, StoreUnavailable
from bot.telegram.calls import Call, answer_press
from bot.telegram.outbox import ERASE_MESSAGES
from bot.telegram.recent import Recent
from bot.telegram.render import calls
from bot.telegram.rides import grave
from bot.telegram.updates import Incoming

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from bot.conversation.effects import Effect
    from bot.conversation.engine import Turn
    from bot.conversation.events import Event
    from bot.conversation.messages import Message
    from bot.conversation.session import Session
    from bot.store.chats import ChatStore
    from bot.store.record import Chat
    from bot.store.subscribers import Subscribers
    from bot.telegram.calls import Ride
    from bot.telegram.outbox import Outbox

RACES: Final = 50
"""Commits that may fail because other replicas were quicker, before the update is put off."""
HOME: Final = frozenset({"", "start"})
"""Flows of messages that may stand beside an answer: a greeting before it, the menu after it."""
URGENT: Final = frozenset({"urgent", "child"})
"""Flows that nobody waits for, whatever question they leave open."""
GLANCED_AT: Final = 300
"""Characters of a text that are looked at to see whether it leads to help: enough for a cry, and
little work where somebody sends thousands."""
GRACE: Final = 3.0
"""Seconds from the first sign of an outage for which what people write waits for Redis, which may
just be starting again: it may answer a question that only Redis knows of."""
GLANCE: Final = 0.2
"""Seconds between two looks whether Redis is back."""
REMEMBERED: Final = 10_000
"""Updates answered without Redis, and albums answered, that this process remembers."""

_log = logging.getLogger(__name__)


class Conversations:
    """Handles the updates of private chats, each chat's in order.

    ``advance`` is the engine; ``new_session`` starts a session for somebody whose Telegram speaks
    a language; ``carry_out`` makes the calls for an effect (chat id, locale, effect);
    ``stateless`` names the flows that need no memory; ``one_moment`` is the notice (by language) on
    a press that has to wait for Redis; ``emergency`` are the messages (by language) for somebody
    whose update cannot be handled; ``home`` is the bot's public address; ``noted`` hears of every
    turn that was stored, with what led to it and the session before it; ``grace`` in seconds.
    """

    def __init__(
        self,
        store: ChatStore,
        outbox: Outbox,
        subscribers: Subscribers,
        *,
        advance: Callable[[Session, Event], Turn],
        new_session: Callable[[str], Session],
        carry_out: Callable[[int, str, Effect], Iterable[Call]],
        stateless: Collection[str],
        one_moment: Callable[[str], str],
        emergency: Callable[[str], Iterable[Message]],
        home: str,
        noted: Callable[[Incoming, Session, Turn], None] = lambda *_: None,
        grace: float = GRACE,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._subscribers = subscribers
        self._advance = advance
        self._new_session = new_session
        self._carry_out = carry_out
        self._stateless = frozenset(stateless)
        self._one_moment = one_moment
        self._emergency = emergency
        self._home = home
        self._noted = noted
        self._grace = grace
        self._away_since: float | None = None
        self._refusing_since: float | None = None
        self._answered = Recent[int, None](REMEMBERED)
        self._albums = Recent[str, None](REMEMBERED)
        self._ridden = Recent[int, Call](REMEMBERED)

    async def handle(self, incoming: Incoming, ride: Ride | None = None) -> None:
        """Answer an update; one that was answered before changes nothing.

        An answer that is a single call may take the ``ride``. Should the update come again all the
        same, its response did not arrive: then the call is made by itself.

        Returns when the answer is with Telegram, or safely stored to get there. Raises
        :class:`StoreUnavailable` when the update should come again in a moment.
        """
        async with self._outbox.hold(incoming.chat_id):
            if incoming.update_id in self._answered or self._is_more_of_the_same(incoming):
                return
            try:
                chat = await self._open(incoming)
            except StoreUnavailable:
                # Only here: once a commit was tried, it may have been stored with its answer.
                await self._answer_from_memory(incoming)
            else:
                await self._answer(incoming, chat, ride)
            if incoming.album:
                self._albums.add(incoming.album, None)

    def _is_more_of_the_same(self, incoming: Incoming) -> bool:
        """Of photos sent together the first one is answered, and those with words."""
        event = incoming.event
        wordless = isinstance(event, Media) and not event.caption
        return wordless and incoming.album in self._albums

    async def push(self, chat_id: int, name: str, push: Push, language: str) -> None:
        """Say something that nobody asked for, once for every ``name``.

        ``language`` is for a chat that is not remembered any more. Raises
        :class:`StoreUnavailable`.
        """
        digest = hashlib.sha256(name.encode()).digest()
        # Telegram's own update ids are positive.
        update_id = -int.from_bytes(digest[:6], "big")
        await self.handle(Incoming(update_id, chat_id, push, language))

    async def left(self, chat_id: int) -> None:
        """Note that a person blocked the bot: drop what was still to be said, and end what they
        asked to be told, even if nothing else is known of them any more.

        Raises :class:`StoreUnavailable`.
        """
        async with self._outbox.hold(chat_id):
            stored = None
            while stored is None:
                chat = await self._outbox.open(chat_id)
                if not chat.revision:
                    await self._subscribers.unsubscribe(chat_id)
                    return
                end = self._carry_out(chat_id, "", Unsubscribe())
                gone = self._outbox.add(replace(chat, gone=True), end, instead=True)
                stored = await self._outbox.commit(chat_id, chat, gone)
            await self._outbox.deliver(chat_id, stored)

    def leads_to_help(self, incoming: Incoming) -> bool:
        """Whether the answer helps a child in danger, as far as this process remembers the chat."""
        chat, session = self._store.recall(incoming.chat_id), None
        if chat is not None and chat.session:
            with contextlib.suppress(msgspec.DecodeError):
                session = unpack(chat.session, chat.secret)
        event = incoming.event
        if isinstance(event, Text):
            event = Text(event.text[:GLANCED_AT])
        session = session or self._new_session(incoming.user_language)
        return _urgent(self._advance(session, event))

    async def give_up(self, incoming: Incoming) -> None:
        """Answer an update that cannot be handled with the way to help, and let it go."""
        _log.error("Update %d could not be handled and is let go.", incoming.update_id)
        self._stop_clock(incoming, "")
        await self._outbox.send_unstored(
            self._calls(incoming, self._emergency(incoming.user_language))
        )

    async def _open(self, incoming: Incoming) -> Chat:
        began = 0.0  # of a cluster some may be away and others not
        while True:
            try:
                chat = await self._outbox.open(incoming.chat_id)
            except StoreUnavailable:
                began = began or time.monotonic()
                self._away_since = self._away_since or began
                over = self._is_over(self._away_since) or self._is_over(began)
                if over or not self._may_wait(incoming):
                    raise
                await asyncio.sleep(GLANCE)
            else:
                self._away_since = None
                return chat

    def _is_over(self, since: float) -> bool:
        return time.monotonic() - since >= self._grace

    def _may_wait(self, incoming: Incoming) -> bool:
        """Whether this may answer an open question, and no child is in danger meanwhile."""
        if not isinstance(incoming.event, Text | Location):
            return False
        turn = self._advance(self._new_session(incoming.user_language), incoming.event)
        return not _urgent(turn)

    async def _answer(self, incoming: Incoming, chat: Chat, ride: Ride | None) -> None:
        pressed = isinstance(incoming.event, Press)
        messages = () if pressed or incoming.message_id is None else (incoming.message_id,)
        for _ in range(RACES):
            if incoming.update_id in chat.applied:
                self._stop_clock(incoming, "")
                if (lost := self._ridden.pop(incoming.update_id)) is not None:
                    await self._outbox.send_unstored((lost,))
                if chat.effects:
                    claimed = await self._outbox.claim(incoming.chat_id)
                    await self._outbox.deliver(incoming.chat_id, claimed)
                return
            before = await self._session(incoming, chat)
            turn = self._advance(before, incoming.event)
            try:
                stored = await self._outbox.commit(
                    incoming.chat_id, chat, self._after(incoming, chat, turn), messages
                )
            except StoreRefused:  # so nothing of it was stored
                self._refusing_since = self._refusing_since or time.monotonic()
                if self._may_wait(incoming) and not self._is_over(self._refusing_since):
                    raise
                await self._answer_from_memory(incoming)
                return
            self._refusing_since = None
            if stored is not None:
                self._noted(incoming, before, turn)
                lift = None if grave(turn.messages) else self._lift(incoming.update_id, ride)
                alone = lift if not stored.effects else None
                await self._stop_clock_by(alone, incoming, turn.notice)
                await self._outbox.deliver(incoming.chat_id, stored, lift)
                return
            chat = await self._outbox.open(incoming.chat_id)
        raise StoreUnavailable("other replicas keep changing this chat")

    async def _session(self, incoming: Incoming, chat: Chat) -> Session:
        if chat.session:
            try:
                session = unpack(chat.session, chat.secret)
            except msgspec.DecodeError:
                _log.error("A session cannot be read; the person starts anew.")
            else:  # who blocked the bot is told nothing any more
                return with_topics(session, ()) if chat.gone else session
        new = self._new_session(incoming.user_language)
        if chat.effects or chat.gone:  # one of which may end what is kept
            return new
        return await self._subscribers.recall(incoming.chat_id, new)

    def _after(self, incoming: Incoming, chat: Chat, turn: Turn) -> Chat:
        """The record after a turn."""
        erase = any(isinstance(effect, Erase) for effect in turn.effects)
        session, secret = (b"", b"") if erase else pack(turn.session)
        changed = replace(
            chat.with_update(incoming.update_id),
            session=session,
            secret=secret,
            secret_until=self._secret_until(incoming, chat) if secret else 0,
            gone=False,
        )
        ends = chat.gone or erase
        return self._outbox.add(changed, self._to_deliver(incoming, turn, ends), instead=erase)

    def _secret_until(self, incoming: Incoming, chat: Chat) -> int:
        """Only what the person does keeps their answers for longer."""
        if isinstance(incoming.event, Push):
            return chat.secret_until
        return self._store.now() + SECRET_KEPT

    def _to_deliver(self, incoming: Incoming, turn: Turn, ends: bool) -> Iterator[Call]:
        """What ends or is erased comes before the messages, one of which confirms it.

        ``ends`` whether nothing that the chat asked to be told is to be told any more.
        """
        effects = (Unsubscribe(), *turn.effects) if ends else turn.effects
        first = [effect for effect in effects if isinstance(effect, Unsubscribe)]
        rest = [effect for effect in effects if not isinstance(effect, Unsubscribe)]
        carry_out = partial(self._carry_out, incoming.chat_id, turn.session.locale)
        yield from chain.from_iterable(map(carry_out, first))
        if any(isinstance(effect, Erase) for effect in effects):
            yield ERASE_MESSAGES
        yield from self._calls(incoming, turn.messages)
        yield from chain.from_iterable(map(carry_out, rest))

    def _calls(self, incoming: Incoming, messages: Iterable[Message]) -> Iterator[Call]:
        pressed = incoming.message_id if isinstance(incoming.event, Press) else None
        for message in messages:
            yield from calls(message, incoming.chat_id, home=self._home, pressed=pressed)

    def _lift(self, update_id: int, ride: Ride | None) -> Ride | None:
        """A ride of which is remembered who took it."""
        if ride is None:
            return None

        async def take(call: Call) -> bool:
            taken = await ride(call)
            if taken:
                self._ridden.add(update_id, call)
            return taken

        return take

    async def _stop_clock_by(self, ride: Ride | None, incoming: Incoming, notice: str) -> None:
        pressed = incoming.callback_query_id
        if ride is None or not pressed or not await ride(_stopping(pressed, notice)):
            self._stop_clock(incoming, notice)

    def _stop_clock(self, incoming: Incoming, notice: str) -> None:
        """Answer a press; it is worth nothing later, so it is neither stored nor repeated."""
        if incoming.callback_query_id:
            self._outbox.throw(_stopping(incoming.callback_query_id, notice))

    async def _answer_from_memory(self, incoming: Incoming) -> None:
        """Answer what needs no memory; raises :class:`StoreUnavailable` for the rest."""
        turn = self._advance(self._new_session(incoming.user_language), incoming.event)
        flows = {message.flow for message in turn.messages}
        needed = [effect for effect in turn.effects if not isinstance(effect, Count)]
        if needed or not flows & self._stateless or flows - self._stateless - HOME:
            self._stop_clock(incoming, self._one_moment(incoming.user_language))
            raise StoreUnavailable("Redis is away, and this update needs it")
        self._stop_clock(incoming, turn.notice)
        if not await self._outbox.send_unstored(self._calls(incoming, turn.messages)):
            raise StoreUnavailable("neither Redis nor Telegram can be reached")
        self._answered.add(incoming.update_id, None)


def _urgent(turn: Turn) -> bool:
    return any(message.flow in URGENT for message in turn.messages)


def _stopping(callback_query_id: str, notice: str) -> Call:
    call = answer_press(callback_query_id)
    if notice:
        call.params["text"] = notice
    return call
