"""Opens the links by which staff get a message themselves."""

from __future__ import annotations

import contextlib
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from bot.campaigns.names import Impossible, Unknown, next_date
from bot.campaigns.trial import trial
from bot.campaigns.tries import PREFIX, Tries
from bot.conversation.events import Start
from bot.conversation.session import unpack
from bot.i18n.negotiate import negotiate
from bot.store.errors import StoreUnavailable
from bot.telegram.calls import Call

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.content import Content
    from bot.store.pipeline import Pipeline
    from bot.telegram.outbox import Outbox
    from bot.telegram.updates import Incoming

OVER = "This test link was opened before, or is older than ten minutes. Please make a new one."
"""What staff read, who work in English."""

_log = logging.getLogger(__name__)


class Trying:
    """Answers ``/start try_<code>``. ``home`` gives the bot's public address, ``pictures`` is the
    folder of pictures.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        outbox: Outbox,
        *,
        content: Callable[[], Content],
        home: Callable[[], str],
        pictures: Path,
    ) -> None:
        self._tries = Tries(pipeline)
        self._outbox = outbox
        self._content = content
        self._home = home
        self._pictures = pictures

    async def handle(self, incoming: Incoming) -> bool:
        """Whether an update opens such a link, which it then did.

        Raises :class:`~bot.store.errors.StoreUnavailable` when it should come again.
        """
        event = incoming.event
        if not isinstance(event, Start) or not event.payload.startswith(PREFIX):
            return False
        for call in await self._opened(incoming, event.payload):
            if not await self._outbox.send_unstored((call,)):
                raise StoreUnavailable("Telegram cannot be reached")
        return True

    async def _opened(self, incoming: Incoming, payload: str) -> tuple[Call, ...]:
        wanted = await self._tries.redeem(payload, incoming.update_id)
        if wanted is None:
            return (_said(incoming.chat_id, OVER),)
        content, now = self._content(), datetime.now(UTC)
        try:
            campaign, at = next_date(content.campaigns, wanted.campaign, wanted.wave, now)
            return trial(
                content,
                campaign,
                at,
                await self._language(incoming),
                now,
                chat_id=incoming.chat_id,
                home=self._home(),
                pictures=self._pictures,
            )
        except (Unknown, Impossible) as error:
            return (_said(incoming.chat_id, str(error)),)
        except OSError as error:
            _log.warning("The picture of %s cannot be read: %s.", wanted.campaign, error.strerror)
            return (_said(incoming.chat_id, "The picture of this campaign cannot be read."),)

    async def _language(self, incoming: Incoming) -> str:
        """The one they chat in, else that of their Telegram."""
        async with self._outbox.hold(incoming.chat_id):
            chat = await self._outbox.open(incoming.chat_id)
        spoken = incoming.user_language
        with contextlib.suppress(msgspec.DecodeError):
            spoken = unpack(chat.session).locale if chat.session else spoken
        return negotiate(spoken, self._content().catalogues.languages)


def _said(chat_id: int, text: str) -> Call:
    return Call("sendMessage", {"chat_id": chat_id, "text": text})
