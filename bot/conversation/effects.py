"""What a turn wants done besides messages; the application carries it out."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from bot.conversation.profile import Profile


class Erase(Struct, frozen=True, tag="erase"):
    """Forget this chat: its record, and the messages that can still be deleted."""


class Menu(Struct, frozen=True, tag="menu"):
    """Show the command menu of this chat in another language."""

    locale: str


class Deliver(Struct, frozen=True, tag="deliver"):
    """Hand a report to a partner: ``document`` (JSON), to be sealed for nobody else.

    ``report`` is its name, ``partner`` an id, ``country`` where it happened (may be empty).
    """

    report: str
    partner: str
    country: str
    document: str


class FollowUp(Struct, frozen=True, tag="follow_up"):
    """Send the partner who has ``report`` something more about it; with ``last``, nothing after
    that and no question back.
    """

    report: str
    document: str
    last: bool = False


class Count(Struct, frozen=True, tag="count"):
    """Count one more of ``name``, without a trace of whose it was."""

    name: str


class Subscribe(Struct, frozen=True, tag="subscribe"):
    """The person wants messages about ``topic`` ("all", "days", "event:<id>", "country:CC",
    "trip").

    ``consent`` is when they said so (Unix seconds); ``until`` the last day it is good for, as an
    ordinal, 0 until they stop it; ``profile`` is what shapes the messages.
    """

    topic: str
    consent: int
    until: int = 0
    profile: Profile = Profile()


class Follow(Struct, frozen=True, tag="follow"):
    """What shapes the messages of somebody who asked for some has changed."""

    profile: Profile


class Unsubscribe(Struct, frozen=True, tag="unsubscribe"):
    """The person wants no more messages about ``topic``; about nothing at all when it is empty."""

    topic: str = ""


Effect: TypeAlias = Erase | Menu | Deliver | FollowUp | Count | Subscribe | Follow | Unsubscribe
