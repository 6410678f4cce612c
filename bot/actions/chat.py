"""Actions on the chat itself."""

from __future__ import annotations

from bot.conversation.effects import Erase, Menu
from bot.conversation.world import Request, Result


def set_language(request: Request) -> Result:
    """Speak the ``language`` from here on, in the command menu too."""
    language = str(request.arguments.get("language") or request.locale)
    return Result(effects=(Menu(language),), locale=language)


def erase(request: Request) -> Result:  # noqa: ARG001, every action takes a request
    """Forget the chat."""
    return Result(effects=(Erase(),))
