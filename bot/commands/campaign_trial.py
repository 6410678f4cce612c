"""``dontlookaway campaign test``: the message to oneself, past schedule and audience."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from telegram.error import TelegramError

from bot.application import content_folder
from bot.campaigns.names import Impossible, Unknown, next_date
from bot.campaigns.staff import Staff
from bot.campaigns.trial import PICTURES, trial
from bot.campaigns.tries import KEPT
from bot.commands.live import with_redis
from bot.commands.qr import name_asked, name_given
from bot.i18n.negotiate import negotiate
from bot.settings import SettingError
from bot.telegram.api import Api
from bot.telegram.sender import Gone, Later, Sender, Sent

if TYPE_CHECKING:
    from bot.content import Content
    from bot.settings import Settings
    from bot.store.pipeline import Pipeline


class Outcome(Struct, frozen=True):
    """What to print, for people and as JSON, and how the command ends."""

    code: int
    text: str
    shown: dict[str, Any]


def link(settings: Settings, content: Content, named: tuple[str, str], bot: str | None) -> Outcome:
    """A link that sends the message to whoever opens it, once.

    ``named`` are campaign and wave, ``bot`` is the bot's username, None to ask Telegram for it.
    """

    async def offer(pipeline: Pipeline) -> str:
        return await Staff(lambda: content, pipeline).offer_test(*named)

    try:
        name = name_given(bot) if bot is not None else ""
    except ValueError as error:
        raise Unknown(str(error)) from None
    name = name or name_asked(settings)
    payload = with_redis(offer)
    address = f"https://t.me/{name}?start={payload}"
    minutes = KEPT // 60
    text = (
        f"{address}\nOpen it within {minutes} minutes, or write this to the bot:"
        f" /start {payload}\nIt works once, shows the message in your language, and counts nowhere."
    )
    shown = {"link": address, "command": f"/start {payload}", "minutes": minutes}
    return Outcome(0, text, shown)


def push(
    settings: Settings, content: Content, named: tuple[str, str], chat: int, locale: str
) -> Outcome:
    """Push the message to a chat now. Raises :class:`~bot.settings.SettingError`."""
    if not settings.token:
        raise SettingError("TELEGRAM_BOT_TOKEN is not set: --chat sends as that bot.")
    campaign, at = next_date(content.campaigns, *named, datetime.now(UTC))
    language = negotiate(locale, content.catalogues.languages)
    pictures = content_folder(settings) / PICTURES

    async def send() -> str:
        api = Api.at(settings.api_url, settings.token)
        async with api._request[1]:
            me = await api.call("getMe", {})
            home = f"https://t.me/{me['username']}"
            calls = trial(
                content,
                campaign,
                at,
                language,
                datetime.now(UTC),
                chat_id=chat,
                home=home,
                pictures=pictures,
            )
            sender = Sender(api)
            for call in calls:
                outcome = await sender.send(call)
                if isinstance(outcome, Later):
                    return f"Telegram asks to wait {outcome.seconds:.0f} seconds"
                if not isinstance(outcome, Sent):
                    reason = outcome.reason.rstrip(".")
                    gone = isinstance(outcome, Gone)
                    return f"chat {chat} takes nothing ({reason})" if gone else reason
            return "" if calls else "there is nothing to say"

    try:
        trouble = asyncio.run(send())
    except TelegramError as error:
        trouble = error.message.rstrip(".")
    except OSError as error:
        trouble = f"the picture cannot be read ({error.strerror})"
    if trouble:
        raise Impossible(f"Not sent: {trouble}.")
    return Outcome(0, f"Sent to chat {chat}.", {"chat": chat, "sent": True})
