"""How far a language is: what is translated, what is not, what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.i18n.placeholders import message_findings, translations

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

    from bot.i18n.pofile import PoCatalog


class Flaw(Struct, frozen=True):
    """A translation that lost or gained a placeholder or tag; ``line`` is the msgid's, from 1."""

    line: int
    context: str
    message: str


class Progress(Struct, frozen=True):
    """One language, counted against the sentences that the bot, or a page, says today.

    ``total = translated + fuzzy + missing``. A translation with a flaw counts as translated, yet
    is shown in English until it is mended. ``reviewed``: a native speaker has read it.
    """

    language: str
    domain: str
    total: int
    translated: int
    fuzzy: int
    missing: int
    reviewed: bool
    flaws: tuple[Flaw, ...]


def is_translated(message: Message) -> bool:
    """Whether an entry has a translation, in every form that its language has for a count."""
    return all(translations(message))


def progress(language: str, catalog: PoCatalog, template: Catalog) -> Progress:
    """Compare a language with the template made from today's flows, contacts and code."""
    translated = fuzzy = total = 0
    flaws: list[Flaw] = []
    for wanted in template:
        if not wanted.id:
            continue
        total += 1
        message = catalog.get(wanted.id, wanted.context)
        if message is None or not is_translated(message):
            continue
        if message.fuzzy:
            fuzzy += 1
            continue
        translated += 1
        flaws += [
            Flaw(message.lineno or 0, message.context or "", problem)
            for problem in message_findings(message)
        ]
    return Progress(
        language=language,
        domain=template.domain or "",
        total=total,
        translated=translated,
        fuzzy=fuzzy,
        missing=total - translated - fuzzy,
        reviewed=catalog.reviewed,
        flaws=tuple(flaws),
    )
