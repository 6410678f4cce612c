"""The message of a wave as somebody made up would get it: for previews, and for tests on oneself.

What such a message says is what people get. Its buttons lead on like theirs, but count nowhere:
they carry a date on which there is no run.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.campaigns.compose import compose
from bot.conversation.profile import Trip
from bot.conversation.session import Session
from bot.i18n.negotiate import SOURCE
from bot.store.subscribers import Subscriber
from bot.telegram.calls import Call

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from bot.content import Content
    from bot.knowledge.campaigns import Campaign, Occurrence, Wave

PICTURES: Final = "data/pictures"
"""Where pictures of campaigns are, in a content folder."""
NO_DAY: Final = "0001-01-01"
"""Written like the date of a run, so that it takes as many characters of a button."""
SOMEWHERE: Final = "TH"
"""What they asked about, and where their trip leads, when the campaign is for any country."""
STAY: Final = timedelta(days=9)
"""How long it lasts."""


def trial(
    content: Content,
    campaign: Campaign,
    at: Occurrence,
    locale: str,
    now: datetime,
    *,
    chat_id: int = 0,
    home: str = "",
    pictures: Path | None = None,
) -> tuple[Call, ...]:
    """The calls that push it to a chat, in a language; ``home`` is the bot's public address.

    ``pictures`` is the folder of pictures, when it is to have its own. Raises :class:`OSError`.
    """
    asked = f"country:{_country(campaign)}"
    reader = Subscriber(locale=locale, topics={asked: (0, 0)}, trip=_trip(campaign, at))
    session = Session(locale=locale, turn=1)
    calls = compose(content, campaign, at, reader, session, now, chat_id, home, pictures=pictures)
    return tuple(Call(call.method, _uncounted(call.params, at)) for call in calls)


def translated(content: Content, wave: Wave, locale: str) -> bool:
    """Whether the message of a wave is there in a language."""
    at = content.flows.resolve(wave.message)
    node = content.flows.node(at)
    if node is None or locale == SOURCE:
        return True
    context = f"{at.flow}.{at.node}.say"
    return content.catalogues.text(locale, context, node.say) != node.say


def _uncounted(params: Any, at: Occurrence) -> Any:
    """The same with another day in what its buttons carry."""
    if isinstance(params, dict):
        return {
            name: value.replace(at.run, at.run.replace(str(at.day), NO_DAY))
            if name == "callback_data"
            else _uncounted(value, at)
            for name, value in params.items()
        }
    return [_uncounted(each, at) for each in params] if isinstance(params, list) else params


def _trip(campaign: Campaign, at: Occurrence) -> Trip | None:
    """A trip that makes the campaign due."""
    wave = campaign.wave(at.wave)
    found = wave.when.trip_day(at.day) if wave else None
    if found is None:
        return None
    end, day = found
    first, last = (day, day + STAY) if end == "first" else (day - STAY, day)
    return Trip(_country(campaign), "", first.isoformat(), last.isoformat())


def _country(campaign: Campaign) -> str:
    return min(campaign.audience.destinations, default=SOMEWHERE)
