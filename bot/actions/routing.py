"""Which contacts a node of a flow asks for: its ``country``, ``home`` and ``setting``."""

from __future__ import annotations

from typing import Final

from bot.conversation.world import Request
from bot.knowledge.hotlines import Hotlines, Route

MOST_HERE: Final = 6
MOST_AT_HOME: Final = 3
MOST_FALLBACK: Final = 3

_UNCLEAR: Final = ("–", "other")
"""Answers that do not say whether it was online: skipped, something else."""


def setting_of(request: Request) -> str | None:
    """The kind of place where it happened, None when it is not known."""
    setting = request.arguments.get("setting")
    return str(setting) if setting and setting not in _UNCLEAR else None


def route_of(hotlines: Hotlines, request: Request) -> Route | None:
    """The route for ``country`` and ``home``, ranked for this report; None without a country."""
    country, home = request.country("country"), request.country("home")
    setting = setting_of(request)
    if country not in hotlines.codes:
        return None
    known = home if home in hotlines.codes else None
    return hotlines.route(str(country), known, setting=setting, locale=request.locale)


def route_home(hotlines: Hotlines, request: Request, setting: str | None) -> Route | None:
    """A route whose ``home`` is the person's own, as reached from abroad; None if not known."""
    home = request.country("home")
    if home not in hotlines.codes:
        return None
    # Seen from a country that is nobody's home, so that home is always abroad.
    other = "AQ" if home != "AQ" else "FR"
    return hotlines.route(other, home, setting=setting, locale=request.locale)
