"""What the bot has to say to whatever somebody does.

The engine is a function, so what should have been said and kept is computed once more here, from
nothing but the updates and when they happened.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from bot.application import STATELESS
from bot.content import Content
from bot.conversation.effects import Count, Deliver, Effect, Erase
from bot.conversation.engine import Turn
from bot.conversation.session import Session
from bot.conversation.subscription import followed
from bot.i18n.negotiate import negotiate
from bot.local.autolink import trimmed
from bot.local.markup import parse_html
from bot.telegram.render import calls
from bot.telegram.updates import Incoming, read

USERNAME: Final = "dont_look_away_bot"


class Answer(Struct, frozen=True):
    """What has to be said: ``texts`` as they stand in the chat, one a message or change of one.

    ``effects`` are what has to be done besides.
    """

    texts: tuple[str, ...]
    effects: tuple[Effect, ...]
    session: Session

    @property
    def reports(self) -> bool:
        """Whether a report leaves for a partner."""
        return any(isinstance(effect, Deliver) for effect in self.effects)


class Conversation:
    """One chat, as it has to go. ``session`` is what has to be remembered."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self.session = Session()
        self.erased = False
        self._begun = False

    def tries(self, update: dict[str, Any], at: float) -> Answer:
        """What would have to be said; it is not remembered."""
        incoming = _incoming(update)
        session = self.session if self._begun else self._new(incoming)
        return self._answer(incoming, session, at)

    def goes_on(self, update: dict[str, Any], at: float) -> Answer:
        """What has to be said, and is remembered from now on."""
        answer = self.tries(update, at)
        self.erased = any(isinstance(effect, Erase) for effect in answer.effects)
        self._begun = not self.erased
        self.session = answer.session
        return answer

    def from_memory(self, update: dict[str, Any], at: float) -> Answer | None:
        """What may be said while Redis is away; None when nothing may."""
        incoming = _incoming(update)
        answer = self._answer(incoming, self._new(incoming), at)
        needed = any(not isinstance(effect, Count) for effect in answer.effects)
        turn = self._turn(incoming, self._new(incoming), at)
        flows = {message.flow for message in turn.messages}
        return None if needed or not flows & {*STATELESS} else answer

    def _new(self, incoming: Incoming) -> Session:
        offered = self._content.catalogues.languages
        return Session(locale=negotiate(incoming.user_language, offered))

    def _turn(self, incoming: Incoming, session: Session, at: float) -> Turn:
        now = datetime.fromtimestamp(at, UTC)
        return followed(session, self._content.advance(session, incoming.event, now))

    def _answer(self, incoming: Incoming, session: Session, at: float) -> Answer:
        turn = self._turn(incoming, session, at)
        pressed = incoming.message_id if incoming.callback_query_id else None
        texts = [
            _as_shown(call.params)
            for message in turn.messages
            for call in calls(message, incoming.chat_id, home="", pressed=pressed)
        ]
        return Answer(tuple(texts), tuple(turn.effects), turn.session)


def _incoming(update: dict[str, Any]) -> Incoming:
    found = read(update, username=USERNAME)
    assert isinstance(found, Incoming)
    return found


def _as_shown(params: dict[str, Any]) -> str:
    return trimmed(*parse_html(params.get("text") or params.get("caption") or ""))[0]
