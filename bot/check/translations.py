"""Translations that are missing, out of date, or broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from babel import Locale, UnknownLocaleError
from msgspec import Struct

from bot.check.sentences import use_of
from bot.check.telegram_limits import refusals
from bot.content.languages import SAFETY
from bot.conversation.flows import Finding
from bot.conversation.normal import fold
from bot.i18n import pofile
from bot.i18n.catalogues import base_language
from bot.i18n.placeholders import placeholder_findings
from bot.i18n.template import build_template

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

    from bot.check.draft import Draft
    from bot.conversation.session import Frame
    from bot.i18n.pofile import PoCatalog

COMPLETE: Final = "x-complete"
"""The header by which a translation file promises that nothing is missing: ``X-Complete: yes``."""

_PLACE: Final = re.compile(r":(\d+): (.*)", re.DOTALL)
_UPDATE: Final = 'Run "dontlookaway messages update", then translate.'


class _Language(Struct, frozen=True):
    """One translation file; what it lacks, its base language may have (``pt`` for ``pt_BR``)."""

    path: Path
    catalog: PoCatalog
    base: PoCatalog | None

    def finished(self, sentence: str, context: str | None) -> Message | None:
        """The translation that is shown."""
        for catalog in filter(None, (self.catalog, self.base)):
            message = catalog.get(sentence, context)
            if message is not None and message.string and not message.fuzzy:
                return message
        return None

    def at(self, message: Message | None, code: str, text: str) -> Finding:
        """A finding at an entry of the file, at its top when there is none."""
        return Finding(str(self.path), (message and message.lineno) or 1, 1, code, text)


def check_translations(draft: Draft) -> Iterator[Finding]:
    """Compare every language with what the bot says today."""
    catalogs: dict[str, tuple[Path, PoCatalog]] = {}
    for path in sorted((draft.folder / "locales").rglob("*.po")):
        code = path.parent.parent.name
        if path.relative_to(draft.folder / "locales") != Path(code, "LC_MESSAGES", "messages.po"):
            message = "This file is not read. Call it xx/LC_MESSAGES/messages.po, with xx as in fr."
            yield Finding(str(path), 1, 1, "E606", message)
            continue
        try:
            Locale.parse(code)
        except (ValueError, UnknownLocaleError):
            message = f'"{code}" is not a language code. Name the folder like fr or pt_BR.'
            yield Finding(str(path), 1, 1, "E606", message)
            continue
        try:
            catalogs[code] = path, pofile.read(path, code)
        except (ValueError, LookupError, OSError) as error:
            yield _unreadable(path, error)
    yield from _equal_labels(draft, None)
    if not catalogs:
        return
    try:
        template = build_template(draft.folder.resolve())
    except ValueError:  # a flow is no YAML, which is reported where flows are checked
        return
    for code, (path, catalog) in catalogs.items():
        base = catalogs.get(base_language(code)) if base_language(code) != code else None
        language = _Language(path, catalog, base[1] if base else None)
        yield from _gaps(language, template)
        yield from _flaws(language, template)
        yield from _equal_labels(draft, language)


def _unreadable(path: Path, error: Exception) -> Finding:
    text = str(error).removeprefix(str(path))
    place = _PLACE.fullmatch(text)
    if place:
        return Finding(str(path), max(int(place[1]), 1), 1, "E606", f"{place[2]}.")
    message = f"This translation cannot be read: {text.lstrip(': ')}."
    return Finding(str(path), 1, 1, "E606", message)


def _gaps(language: _Language, template: Catalog) -> Iterator[Finding]:
    """What is not translated: one finding each where it matters most, else one for all."""
    total, missing, fuzzy = 0, 0, []
    for wanted in template:
        if not wanted.id:
            continue
        total += 1
        sentence = str(wanted.id)
        if language.finished(sentence, wanted.context):
            continue
        known = language.catalog.get(sentence, wanted.context)
        if wanted.context and wanted.context.partition(".")[0] in SAFETY:
            message = f'"{_short(sentence)}" ({wanted.context}) is not translated.'
            message += " The language is not offered before it is."
            yield language.at(known, "W603", message if known else f"{message} {_UPDATE}")
        elif known is not None and known.fuzzy and known.string:
            fuzzy.append(known)
        else:
            missing += 1
    if fuzzy:
        message = (
            f"{len(fuzzy)} sentences have changed and are shown in English; this is the first."
            ' Put the translation right and take away "fuzzy".'
        )
        yield language.at(min(fuzzy, key=lambda entry: entry.lineno or 0), "W604", message)
    if missing:
        headers = {name.lower(): value.strip() for name, value in language.catalog.extra_headers}
        code = "E602" if headers.get(COMPLETE) == "yes" else "W602"
        message = f"{missing} of {total} sentences are not translated. {_UPDATE}"
        yield language.at(None, code, message)


def _flaws(language: _Language, template: Catalog) -> Iterator[Finding]:
    for wanted in template:
        message = language.catalog.get(str(wanted.id), wanted.context) if wanted.id else None
        if message is None or not message.string or message.fuzzy:
            continue
        text, context = str(message.string), message.context or ""
        flaws = [("E601", flaw) for flaw in placeholder_findings(str(message.id), text)]
        for code, flaw in flaws or refusals(text, use_of(context)):
            yield language.at(message, code, f"{flaw} ({context or 'code'})")


def _equal_labels(draft: Draft, language: _Language | None) -> Iterator[Finding]:
    """Two buttons of one question with the same words, in one language or in the source."""
    for at, node in draft.nodes():
        seen: dict[str, str] = {}
        for field, choices in (("choices", node.choices), ("stuck", node.stuck)):
            for index, choice in enumerate(choices):
                entry = None
                if language is not None:
                    context = f"{at.flow}.{at.node}.{field}.{choice.key}"
                    entry = language.finished(choice.label, context)
                label = str(entry.string) if entry else choice.label
                if seen.setdefault(fold(label), choice.key) == choice.key:
                    continue
                message = f'Two buttons of "{at.flow}/{at.node}" read "{label}". Change one.'
                if language is None:
                    yield _in_source(draft, at, (field, index), message)
                elif entry is not None:
                    yield language.at(entry, "E605", message)


def _in_source(draft: Draft, at: Frame, path: tuple[str, int], message: str) -> Finding:
    return draft.in_node(at, (*path, "label"), "E605", message)


def _short(sentence: str, most: int = 50) -> str:
    line = " ".join(sentence.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
