"""What the effects of a conversation become: calls for the chat's outbox.

Some are for Telegram. The others are errands, which the outbox carries out here, so that they
happen exactly when the turn that wanted them was stored, whatever dies in between.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from bot.conversation.effects import (
    Count,
    Deliver,
    Effect,
    Erase,
    Follow,
    FollowUp,
    Menu,
    Subscribe,
)
from bot.conversation.profile import Profile
from bot.delivery.desk import ENDED, Desk
from bot.store.counters import Counters
from bot.store.subscribers import Subscribers
from bot.telegram.calls import Call
from bot.telegram.outbox import Errand


class Errands:
    """``counters`` keep anonymous figures, ``subscribers`` who asked for messages; ``menu`` makes
    the calls that show a chat the command menu in a language.
    """

    def __init__(
        self,
        desk: Desk,
        counters: Counters,
        subscribers: Subscribers,
        menu: Callable[[int, str], Iterable[Call]],
    ) -> None:
        self._desk = desk
        self._counters = counters
        self._subscribers = subscribers
        self._menu = menu

    def calls(self, chat_id: int, locale: str, effect: Effect) -> Iterator[Call]:
        """What is to be done for an effect, besides the messages of its turn."""
        if isinstance(effect, Menu):
            yield from self._menu(chat_id, effect.locale)
        elif isinstance(effect, Erase):
            yield Call("forget", {"name": _name()})
        elif isinstance(effect, Deliver):
            yield Call("deliver", self._desk.delivery(effect, locale))
        elif isinstance(effect, FollowUp):
            name = ENDED if effect.last else _name()
            document = {"report": effect.report, "document": effect.document}
            yield Call("follow_up", {**document, "name": name, "locale": locale})
        elif isinstance(effect, Count):
            yield Call("count", {"name": effect.name})
        elif isinstance(effect, Subscribe):
            agreed = {"topic": effect.topic, "consent": effect.consent, "until": effect.until}
            yield Call("subscribe", {**agreed, **_changed(effect.profile)})
        elif isinstance(effect, Follow):
            yield Call("follow", _changed(effect.profile))
        else:
            yield Call("unsubscribe", {"topic": effect.topic, "name": _name()})

    @property
    def by_name(self) -> Mapping[str, Errand]:
        """How each is carried out."""
        return {
            "deliver": self._desk.deliver,
            "follow_up": self._desk.follow_up,
            "count": lambda _, errand: self._counters.add(errand["name"]),
            "forget": self._forget,
            "subscribe": self._subscribe,
            "follow": self._follow,
            "unsubscribe": self._unsubscribe,
        }

    async def _forget(self, chat_id: int, errand: Mapping[str, Any]) -> None:
        await self._subscribers.forget(chat_id, name=errand.get("name", ""))
        await self._desk.forget(chat_id)

    async def _subscribe(self, chat_id: int, errand: Mapping[str, Any]) -> None:
        await self._subscribers.subscribe(
            chat_id,
            errand["topic"],
            errand["until"],
            msgspec.convert(errand["profile"], Profile),
            consent=errand["consent"],
            name=errand["name"],
        )

    async def _follow(self, chat_id: int, errand: Mapping[str, Any]) -> None:
        profile = msgspec.convert(errand["profile"], Profile)
        await self._subscribers.update(chat_id, profile, name=errand["name"])

    async def _unsubscribe(self, chat_id: int, errand: Mapping[str, Any]) -> None:
        topic = errand["topic"] or None
        await self._subscribers.unsubscribe(chat_id, topic, name=errand["name"])


def _changed(profile: Profile) -> dict[str, Any]:
    """What is kept of a change until it is made, with a name by which it is made once."""
    return {"profile": msgspec.to_builtins(profile), "name": _name()}


def _name() -> str:
    return secrets.token_urlsafe(6)
