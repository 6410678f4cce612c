"""What there is to translate, and carrying translations over to a new state of it."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

import bot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from babel.messages.catalog import Message

    from bot.i18n.pofile import PoCatalog

CONTENT_METHODS: Final = (
    ("flows/*.yaml", "bot.i18n.extract:extract_flow"),
    ("data/hotlines.yaml", "bot.i18n.extract:extract_hotlines"),
)
CODE_METHODS: Final = (("bot/**.py", "python"),)
KEYWORDS: Final = {"N_": None, "pgettext": ((1, "c"), 2)}
COMMENT_TAG: Final = "translators:"

_HEADER: Final = """\
# "Don't look away": what the bot says.
# Translate msgstr. Keep {placeholders} and <b>tags</b> as they are; msgctxt says where a sentence
# stands. Entries marked fuzzy are shown in English until someone confirms them.
#"""


def build_template(content: Path) -> Catalog:
    """Gather all sentences of the folder ``content`` (flows, contacts) and of the code.

    Raises :class:`ValueError` with file and line when a file is no YAML.
    """
    code = Path(bot.__file__).parent
    template = Catalog(
        project="dontlookaway", version="latest", header_comment=_HEADER, fuzzy=False
    )
    found = chain(
        _extract(content, CONTENT_METHODS, ("flows", "data")),
        _extract(code.parent, CODE_METHODS, (code.name,)),
    )
    for filename, line, sentence, comments, context in found:
        template.add(
            sentence, locations=[(filename, line)], auto_comments=comments, context=context
        )
    return template


def _extract(
    root: Path, methods: Iterable[tuple[str, str]], folders: tuple[str, ...]
) -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    return extract_from_dir(
        root,
        method_map=methods,
        keywords=KEYWORDS,
        comment_tags=(COMMENT_TAG,),
        strip_comment_tags=True,
        directory_filter=lambda folder: Path(folder).relative_to(root).parts[0] in folders,
    )


def merge(catalog: PoCatalog, template: Catalog) -> None:
    """Bring ``catalog`` up to date with ``template``, in place.

    A sentence that changed keeps its former translation, marked fuzzy, with the former sentence
    beside it: Babel finds it by likeness; where the new wording is too different, the place where
    it stands finds it. A sentence that comes back gets its translation back. What is gone for
    good stays at the end of the file as obsolete.
    """
    former = {_key(message): message.previous_id for message in catalog if message.previous_id}
    catalog.update(template)
    occupied = Counter(message.context for message in template)
    gone = {
        message.context: message
        for message in catalog.obsolete.values()
        if message.context and message.string and occupied[message.context] == 1
    }
    for message in catalog:
        if message.fuzzy and not message.previous_id:
            message.previous_id = former.get(_key(message), [])
        if message.id and not message.string:
            _recover(message, catalog, gone)


def _recover(message: Message, catalog: PoCatalog, gone: dict[str, Message]) -> None:
    known = catalog.obsolete.pop(_key(message), None)
    if known is not None and known.string:
        message.string, message.flags = known.string, known.flags
        return
    known = gone.get(message.context or "")
    if known is not None:
        message.string, message.previous_id = known.string, [str(known.id)]
        message.flags.add("fuzzy")
        catalog.obsolete.pop(_key(known), None)


def _key(message: Message) -> tuple[str, str] | str:
    return (str(message.id), message.context) if message.context else str(message.id)
