"""Translations that are missing, out of date, or broken."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Set
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from babel import Locale, UnknownLocaleError
from msgspec import Struct
from msgspec.structs import replace

from bot.check.sentences import use_of
from bot.check.telegram_limits import refusals
from bot.content.languages import SAFETY
from bot.conversation.flows import Finding
from bot.conversation.normal import fold
from bot.conversation.session import Frame
from bot.i18n.catalogues import base_language
from bot.i18n.extract import flow_sentences
from bot.i18n.page_words import page_words
from bot.i18n.placeholders import message_findings
from bot.i18n.progress import is_translated
from bot.i18n.template import DATA_METHODS, DOMAINS, MESSAGES, STUDIO, Domain, build_template

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

    from bot.check.draft import Draft
    from bot.conversation.schema import Node

COMPLETE: Final = "x-complete"
"""The header by which a translation file promises that nothing is missing: ``X-Complete: yes``."""

_PLACE: Final = re.compile(r":(\d+): (.*)", re.DOTALL)
_UPDATE: Final = 'Run "dontlookaway messages update", then translate.'


_Key: TypeAlias = tuple[str | None, str]
"""Context and English sentence."""

_Entries: TypeAlias = "dict[_Key, Message]"
"""Babel's own look-up is slow, and there are very many sentences."""


class _Language(Struct, frozen=True):
    """One translation file, and what is ``shown`` for the sentences that it has a translation of;
    what it lacks, its base language may have (``pt`` for ``pt_BR``).
    """

    path: Path
    headers: dict[str, str]
    entries: _Entries
    shown: _Entries

    def nodes(self, draft: Draft) -> Iterator[tuple[Frame, Node]]:
        """Every node of which anything is translated, with its place."""
        contexts = (context or "" for context, _ in self.shown)
        for name, *node in {tuple(context.split(".")[:2]) for context in contexts}:
            flow = draft.flows.get(name)
            if flow and node and node[0] in flow.nodes:
                yield Frame(name, node[0]), flow.nodes[node[0]]

    def at(self, message: Message | None, code: str, text: str) -> Finding:
        """A finding at an entry of the file, at its top when there is none."""
        return Finding(str(self.path), (message and message.lineno) or 1, 1, code, text)


def check_translations(draft: Draft) -> Iterator[Finding]:
    """Compare every language with what the bot says today."""
    languages = yield from _languages(draft, MESSAGES)
    yield from _equal_labels(draft, None)
    if not languages:
        return
    try:
        template = set(_entries(build_template(draft.folder.resolve(), methods=DATA_METHODS)))
    except ValueError:  # a file is no YAML, which is reported where it is checked
        return
    if any(source.data is None for source in draft.loaded.sources.values()):
        return
    flows = (flow_sentences(source.data) for source in draft.loaded.sources.values())
    template.update(sentence for each in flows for sentence in each)
    vital = {key for key in template if (key[0] or "").partition(".")[0] in SAFETY}
    for code, language in languages.items():
        base = languages.get(base_language(code))
        if base is not None and base is not language:
            language = replace(language, shown=base.shown | language.shown)  # noqa: PLW2901
        yield from _gaps(language, template, vital)
        yield from _flaws(language, template, told=True)
        yield from _equal_labels(draft, language)


def check_studio_words(draft: Draft) -> Iterator[Finding]:
    """Compare what the studio's page says with its translations.

    A language without a file for it is none of the page's.
    """
    languages = yield from _languages(draft, STUDIO)
    template = set(_entries(build_template(Path(), STUDIO))) if languages else set()
    for code, language in languages.items():
        try:
            page_words(language.path, code)
        except (ValueError, OSError) as error:
            yield _unreadable(language.path, error)
        yield from _gaps(language, template, frozenset())
        yield from _flaws(language, template, told=False)


def _languages(draft: Draft, domain: Domain) -> Generator[Finding, None, dict[str, _Language]]:
    """The files of a domain by language; who looks at messages looks at those of none as well."""
    found = {}
    others = {other.name for other in DOMAINS if other is not domain}
    for path in sorted((draft.folder / "locales").rglob("*.po")):
        if path.stem in others or (domain is not MESSAGES and path.stem != domain.name):
            continue
        code = path.parent.parent.name
        wanted = draft.folder / "locales" / code / "LC_MESSAGES" / f"{domain.name}.po"
        if path != wanted:
            message = (
                f"This file is not read. Call it xx/LC_MESSAGES/{domain.name}.po, with xx as in fr."
            )
            yield Finding(str(path), 1, 1, "E606", message)
            continue
        try:
            Locale.parse(code)
        except (ValueError, UnknownLocaleError):
            message = f'"{code}" is not a language code. Name the folder like fr or pt_BR.'
            yield Finding(str(path), 1, 1, "E606", message)
            continue
        try:
            catalog = draft.catalogue(path, code)
        except (ValueError, OSError) as error:
            yield _unreadable(path, error)
        else:
            headers = {name.lower(): value.strip() for name, value in catalog.extra_headers}
            entries = _entries(catalog)
            found[code] = _Language(path, headers, entries, _finished(entries))
    return found


def _entries(catalog: Catalog) -> _Entries:
    return {(message.context, str(message.id)): message for message in catalog if message.id}


def _finished(entries: _Entries) -> _Entries:
    return {key: each for key, each in entries.items() if is_translated(each) and not each.fuzzy}


def _unreadable(path: Path, error: Exception) -> Finding:
    text = str(error).removeprefix(str(path))
    place = _PLACE.fullmatch(text)
    if place:
        return Finding(str(path), max(int(place[1]), 1), 1, "E606", f"{place[2]}.")
    message = f"This translation cannot be read: {text.lstrip(': ')}."
    return Finding(str(path), 1, 1, "E606", message)


def _gaps(language: _Language, template: Set[_Key], vital: Set[_Key]) -> Iterator[Finding]:
    """What is not translated: one finding each where it is vital, else one for all."""
    gaps = template - language.shown.keys()
    for context, sentence in gaps & vital:
        known = language.entries.get((context, sentence))
        message = f'"{_short(sentence)}" ({context}) is not translated.'
        message += " The language is not offered before it is."
        yield language.at(known, "W603", message if known else f"{message} {_UPDATE}")
    gaps -= vital
    known_ones = [language.entries[key] for key in gaps & language.entries.keys()]
    fuzzy = [known for known in known_ones if known.fuzzy and known.string]
    missing = len(gaps) - len(fuzzy)
    if fuzzy:
        message = (
            f"{len(fuzzy)} sentences have changed and are shown in English; this is the first."
            ' Put the translation right and take away "fuzzy".'
        )
        yield language.at(min(fuzzy, key=lambda entry: entry.lineno or 0), "W604", message)
    if missing:
        code = "E602" if language.headers.get(COMPLETE) == "yes" else "W602"
        message = f"{missing} of {len(template)} sentences are not translated. {_UPDATE}"
        yield language.at(None, code, message)


def _flaws(language: _Language, template: Set[_Key], *, told: bool) -> Iterator[Finding]:
    """Translations that cannot be shown; with ``told`` also those that Telegram would refuse."""
    for key, message in language.entries.items():
        if key not in template or not message.string or message.fuzzy:
            continue
        context = message.context or ""
        flaws = [("E601", flaw) for flaw in message_findings(message)]
        if told and not flaws:
            flaws = list(refusals(str(message.string), use_of(context)))
        for code, flaw in flaws:
            yield language.at(message, code, f"{flaw} ({context or 'code'})")


def _equal_labels(draft: Draft, language: _Language | None) -> Iterator[Finding]:
    """Two buttons of one question with the same words, in one language or in the source."""
    for at, node in draft.nodes() if language is None else language.nodes(draft):
        seen: dict[str, str] = {}
        for field, choices in (("choices", node.choices), ("stuck", node.stuck)):
            for index, choice in enumerate(choices):
                entry = None
                if language is not None:
                    context = f"{at.flow}.{at.node}.{field}.{choice.key}"
                    entry = language.shown.get((context, choice.label))
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
