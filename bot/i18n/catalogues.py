"""All translations in memory: one look-up per sentence, English when there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from babel import Locale, UnknownLocaleError

from bot.i18n import pofile
from bot.i18n.negotiate import SOURCE
from bot.i18n.placeholders import placeholder_findings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

Read: TypeAlias = "Callable[[Path, str], pofile.PoCatalog]"
"""Reads the file of a language, as :func:`bot.i18n.pofile.read` does."""

_Texts: TypeAlias = dict[tuple[str | None, str], str]


def catalogue_files(locales: Path, domain: str = "messages") -> dict[str, Path]:
    """Find every ``xx/LC_MESSAGES/<domain>.po`` by language, in alphabetical order.

    Raises :class:`~bot.i18n.pofile.CatalogueError` for a folder that is named after no language.
    """
    found = locales.glob(f"*/LC_MESSAGES/{domain}.po")
    files = {path.parent.parent.name: path for path in found}
    for language, path in files.items():
        try:
            Locale.parse(language)
        except (ValueError, UnknownLocaleError) as error:
            raise pofile.CatalogueError(
                f'{path}: "{language}" is not a language code. Name the folder like fr or pt_BR.'
            ) from error
    return dict(sorted(files.items()))


class Catalogues:
    """Every language that the bot speaks. Never changes; a reload makes a new one."""

    def __init__(self, texts: Mapping[str, _Texts]) -> None:
        """Take the finished translations of each language but English."""
        self._texts = {
            language: {**texts.get(base_language(language), {}), **own}
            for language, own in texts.items()
        }
        self.languages: tuple[str, ...] = (SOURCE, *(code for code in texts if code != SOURCE))

    @classmethod
    def load(cls, locales: Path, read: Read = pofile.read) -> Catalogues:
        """Read all languages below the folder ``locales``; ``read`` may know some files already.

        Raises :class:`~bot.i18n.pofile.CatalogueError` when a file is malformed.
        """
        files = catalogue_files(locales)
        return cls({code: _finished(read(path, code)) for code, path in files.items()})

    def only(self, languages: Collection[str]) -> Catalogues:
        """The same with these languages only, and English."""
        return Catalogues({code: own for code, own in self._texts.items() if code in languages})

    def has(self, language: str, context: str | None, msgid: str) -> bool:
        """Whether ``language`` need not fall back on English for a sentence."""
        return language == SOURCE or (context or None, msgid) in self._texts[language]

    def text(self, locale: str, context: str | None, msgid: str) -> str:
        """Translate ``msgid``, which stands at ``context`` (sentences of the code: None or "").

        What the language lacks is taken from its base language (``pt`` for ``pt_BR``), else it
        stays English.
        """
        texts = self._texts.get(locale)
        if not texts and "_" in locale:
            texts = self._texts.get(base_language(locale))
        return texts.get((context or None, msgid), msgid) if texts else msgid


def base_language(locale: str) -> str:
    """``pt`` for ``pt_BR``."""
    return locale.partition("_")[0]


def language_name(code: str) -> str:
    """Name a language in itself, as its speakers look for it in a list: "Français"."""
    name = Locale.parse(code).get_display_name() or code
    return name[0].upper() + name[1:]


def direction(locale: str) -> Literal["ltr", "rtl"]:
    """Which way the language is written."""
    return "rtl" if Locale.parse(locale).text_direction == "rtl" else "ltr"


def _finished(catalog: pofile.PoCatalog) -> _Texts:
    """Keep what may be shown: no fuzzy entry, and none that would lose a number or break HTML."""
    return {
        (message.context, message.id): message.string
        for message in catalog
        if isinstance(message.id, str)
        and isinstance(message.string, str)
        and message.id
        and message.string
        and not message.fuzzy
        and not placeholder_findings(message.id, message.string)
    }
