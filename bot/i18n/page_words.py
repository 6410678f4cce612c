"""A catalogue as a page in the browser wants it: English sentence to translation, as JSON."""

from __future__ import annotations

import gettext
from typing import TYPE_CHECKING, Final, TypeAlias

from babel import Locale

from bot.i18n import pofile
from bot.i18n.placeholders import message_findings, translations
from bot.i18n.progress import is_translated

if TYPE_CHECKING:
    from pathlib import Path

PageWords: TypeAlias = "dict[str, str | dict[str, str]]"
"""A count has a form for each of the plural categories that ``Intl.PluralRules`` knows."""

_SAMPLES: Final = (*range(1000), 1_000_000)
"""Numbers among which every plural category of every language is."""


def page_words(path: Path, language: str) -> PageWords:
    """What may be shown of a catalogue: no fuzzy entry, and none that would lose a number.

    Raises :class:`~bot.i18n.pofile.CatalogueError`, :class:`OSError`.
    """
    catalog = pofile.read(path, language)
    try:
        form_of = gettext.c2py(catalog.plural_expr)
        category_of = Locale.parse(language).plural_form
        forms = {category_of(number): form_of(number) for number in reversed(_SAMPLES)}
    except (ValueError, ArithmeticError):
        forms = {}
    if not forms or max(forms.values()) >= catalog.num_plurals:
        raise pofile.CatalogueError(f"{path}: Plural-Forms do not fit together.")
    words: PageWords = {}
    for message in catalog:
        if not message.id or not is_translated(message) or message.fuzzy:
            continue
        if message_findings(message):
            continue
        said = translations(message)
        if isinstance(message.id, str):
            words[message.id] = said[0]
        elif max(forms.values()) < len(said):
            words[message.id[0]] = {category: said[form] for category, form in forms.items()}
    return words
