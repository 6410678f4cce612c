"""How far a language is: what is translated, what is not, what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.i18n.placeholders import placeholder_findings

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

    from bot.i18n.pofile import PoCatalog


class Flaw(Struct, frozen=True):
    """A translation that lost or gained a placeholder or tag; ``line`` is the msgid's, from 1."""

    line: int
    context: str
    message: str


class Progress(Struct, frozen=True):
    """One language, counted against the sentences that the bot says today.

    ``total = translated + fuzzy + missing``. A translation with a flaw counts as translated, yet
    is shown in English until it is mended. ``reviewed``: a native speaker has read it.
    """

    language: str
    total: int
    translated: int
    fuzzy: int
    missing: int
    reviewed: bool
    flaws: tuple[Flaw, ...]


def progress(language: str, catalog: PoCatalog, template: Catalog) -> Progress:
    """Compare a language with the template made from today's flows, contacts and code."""
    translated = fuzzy = total = 0
    flaws: list[Flaw] = []
    for wanted in template:
        if not wanted.id:
            continue
        total += 1
        message = catalog.get(wanted.id, wanted.context)
        if message is None or not message.string:
            continue
        if message.fuzzy:
            fuzzy += 1
            continue
        translated += 1
        flaws += [
            Flaw(message.lineno or 0, message.context or "", problem)
            for problem in placeholder_findings(str(message.id), str(message.string))
        ]
    return Progress(
        language=language,
        total=total,
        translated=translated,
        fuzzy=fuzzy,
        missing=total - translated - fuzzy,
        reviewed=catalog.reviewed,
        flaws=tuple(flaws),
    )
