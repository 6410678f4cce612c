"""What the effects of a conversation become: calls for the chat's outbox.

Some are for Telegram. The others are errands, which the outbox carries out here, so that they
happen exactly when the turn that wanted them was stored, whatever dies in between.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping

from bot.conversation.effects import Deliver, Effect, Erase, FollowUp, Menu
from bot.delivery.desk import ENDED, Desk
from bot.store.counters import Counters
from bot.telegram.calls import Call
from bot.telegram.outbox import Errand


class Errands:
    """``counters`` keep anonymous figures; ``menu`` makes the calls that show a chat the command
    menu in a language.
    """

    def __init__(
        self, desk: Desk, counters: Counters, menu: Callable[[int, str], Iterable[Call]]
    ) -> None:
        self._desk = desk
        self._counters = counters
        self._menu = menu

    def calls(self, chat_id: int, locale: str, effect: Effect) -> Iterator[Call]:
        """What is to be done for an effect, after the messages of its turn."""
        if isinstance(effect, Menu):
            yield from self._menu(chat_id, effect.locale)
        elif isinstance(effect, Erase):
            yield Call("forget", {})
        elif isinstance(effect, Deliver):
            yield Call("deliver", self._desk.delivery(effect, locale))
        elif isinstance(effect, FollowUp):
            name = ENDED if effect.last else secrets.token_urlsafe(6)
            document = {"report": effect.report, "document": effect.document}
            yield Call("follow_up", {**document, "name": name, "locale": locale})
        else:
            yield Call("count", {"name": effect.name})

    @property
    def by_name(self) -> Mapping[str, Errand]:
        """How each is carried out."""
        return {
            "deliver": self._desk.deliver,
            "follow_up": self._desk.follow_up,
            "count": lambda _, errand: self._counters.add(errand["name"]),
            "forget": lambda chat_id, _: self._desk.forget(chat_id),
        }
