"""The words that stand around the conversation: name, descriptions, menu, notices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.i18n.catalogues import Catalogues
from bot.i18n.markers import N_
from bot.telegram.profile import Profile

NAME: Final = N_("Don't look away")
DESCRIPTION: Final = N_(
    "Something feels wrong, and a child is involved? I show you whom to call or where to report, "
    "in every country.\n\n"
    "I am an automatic guide, not an emergency service. Nobody reads this chat. If a child is in "
    "danger now, call the local emergency number."
)
SHORT_DESCRIPTION: Final = N_(
    "Whom to call, where to report when a child may be at risk. In every country. "
    "Not an emergency service."
)
COMMANDS: Final = (
    ("emergency", N_("A child is in danger now")),
    ("hotline", N_("Find the right contact")),
    ("report", N_("Report something I saw")),
    ("tips", N_("Tips for a trip")),
    ("reminders", N_("A message before a trip or a big event")),
    ("language", N_("Change the language")),
    ("privacy", N_("What is kept, erase everything")),
    ("stop", N_("No more messages from me")),
    ("help", N_("What I can do")),
    ("start", N_("Start over")),
)
ONE_MOMENT: Final = N_("One moment, please: I cannot look that up right now.")
TOO_FAST: Final = N_(
    "That was a lot at once, and I could not read the last of it. Please wait a moment and write "
    "it again. If a child is in danger now: /emergency"
)
IN_PRIVATE: Final = N_("I only talk in private, so that nobody else sees what you write.")
OPEN_CHAT: Final = N_("Open the chat")
CARD_TITLE: Final = N_("{country}: tips and contacts")


class Presentation:
    """These words in every language."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues

    def profile(self, locale: str) -> Profile:
        """How the bot presents itself in a language."""
        return Profile(
            name=self._say(locale, NAME),
            description=self._say(locale, DESCRIPTION),
            short_description=self._say(locale, SHORT_DESCRIPTION),
            commands=tuple((name, self._say(locale, text)) for name, text in COMMANDS),
        )

    def profiles(self) -> Mapping[str, Profile]:
        """How the bot presents itself, by language."""
        return {locale: self.profile(locale) for locale in self._catalogues.languages}

    def one_moment(self, locale: str) -> str:
        """The notice on a button that has to wait for Redis."""
        return self._say(locale, ONE_MOMENT)

    def too_fast(self, locale: str) -> str:
        """What the bot says to a chat that writes faster than it reads."""
        return self._say(locale, TOO_FAST)

    def in_private(self, locale: str) -> str:
        """What the bot says in a group."""
        return self._say(locale, IN_PRIVATE)

    def open_chat(self, locale: str) -> str:
        """The label of a button that opens the chat with the bot."""
        return self._say(locale, OPEN_CHAT)

    def card_title(self, locale: str, place: str) -> str:
        """The title of a card about a place that can be sent to any chat."""
        return self._say(locale, CARD_TITLE).replace("{country}", place)

    def _say(self, locale: str, text: str) -> str:
        return self._catalogues.text(locale, None, text)
