"""How far the translations are, and what is missing. Runs in the worker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.i18n import pofile
from bot.i18n.catalogues import catalogue_files, language_name
from bot.i18n.progress import progress
from bot.i18n.template import build_template
from bot.web.studio.answers import Refusal
from bot.web.studio.overlay import Kept, state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog

PAGE: Final = 50

_templates: Kept[Catalog] = Kept(1)
_overviews: Kept[list[dict[str, Any]]] = Kept(1)


def overview(folder: Path) -> list[dict[str, Any]]:
    """Progress by language. Raises :class:`~bot.web.studio.answers.Refusal`."""
    return _overviews.get(state(folder, {}), lambda: list(_progress(folder)))


def strings(folder: Path, language: str, *, fuzzy: bool, page: int) -> dict[str, Any]:
    """What a language lacks, or with ``fuzzy`` has out of date, a :data:`PAGE` at a time from 1.

    Raises :class:`~bot.web.studio.answers.Refusal`.
    """
    path = catalogue_files(folder / "locales").get(language)
    if path is None:
        raise Refusal(404, f'There is no translation file for "{language}".')
    found = list(_lacking(_read(path, language), _template(folder), fuzzy=fuzzy))
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(page, 1), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    return {"total": len(found), "page": page, "pages": pages, "strings": shown}


def _progress(folder: Path) -> Iterator[dict[str, Any]]:
    template = _template(folder)
    for language, path in catalogue_files(folder / "locales").items():
        found = progress(language, _read(path, language), template)
        yield {
            "language": language,
            "name": language_name(language),
            "total": found.total,
            "translated": found.translated,
            "fuzzy": found.fuzzy,
            "missing": found.missing,
            "reviewed": found.reviewed,
            "flaws": len(found.flaws),
        }


def _lacking(
    catalog: pofile.PoCatalog, template: Catalog, *, fuzzy: bool
) -> Iterator[dict[str, Any]]:
    for each in template:
        message = catalog.get(each.id, each.context) if each.id else None
        there = message is not None and bool(message.string)
        if not each.id or fuzzy != there or (fuzzy and not (message and message.fuzzy)):
            continue
        yield {
            "context": each.context or "",
            "source": str(each.id),
            "translation": str(message.string) if message else "",
            "previous": str(message.previous_id[0]) if message and message.previous_id else "",
            "line": (message and message.lineno) or 0,
        }


def _template(folder: Path) -> Catalog:
    def build() -> Catalog:
        try:
            return build_template(folder.resolve())
        except ValueError as error:
            raise Refusal(422, f"The sentences cannot be counted: {error}") from None

    return _templates.get(state(folder, {}), build)


def _read(path: Path, language: str) -> pofile.PoCatalog:
    try:
        return pofile.read(path, language)
    except ValueError as error:
        raise Refusal(422, f"This translation cannot be read: {error}") from None
