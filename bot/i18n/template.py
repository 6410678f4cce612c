"""What there is to translate, and carrying translations over to a new state of it."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from msgspec import Struct
from rapidfuzz import fuzz, process

import bot

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from babel.messages.catalog import Message

    from bot.i18n.pofile import PoCatalog

DATA_METHODS: Final = (
    ("data/hotlines.yaml", "bot.i18n.extract:extract_hotlines"),
    ("data/events.yaml", "bot.i18n.extract:extract_events"),
    ("data/tips.yaml", "bot.i18n.extract:extract_tips"),
    ("data/facts.yaml", "bot.i18n.extract:extract_facts"),
)
CONTENT_METHODS: Final = (("flows/*.yaml", "bot.i18n.extract:extract_flow"), *DATA_METHODS)
CODE_METHODS: Final = (("bot/**.py", "python"),)
_CODE: Final = "bot.i18n.extract:extract_code"
"""As Babel's ``python``, but at once done with a file that has no sentences."""

PAGE_METHODS: Final = (("bot/web/studio/page/*.js", "javascript"),)

KEYWORDS: Final = {"N_": None, "pgettext": ((1, "c"), 2)}
PAGE_KEYWORDS: Final = {"say": None, "sayWith": None, "sayMany": (1, 2)}
COMMENT_TAG: Final = "translators:"

_Key: TypeAlias = "tuple[str | tuple[str, ...], str | None]"
"""English sentence, or its singular and plural; context."""

_ALIKE: Final = 70
"""Likeness in percent from which a translation is worth proposing for another sentence."""

_HEADER: Final = """\
# "Don't look away": {what}.
# Translate msgstr. Keep {{placeholders}} and <b>tags</b> as they are; msgctxt says where a sentence
# stands. Entries marked fuzzy are shown in English until someone confirms them.
#"""


class Domain(Struct, frozen=True):
    """What has a gettext file of its own in each language, ``xx/LC_MESSAGES/<name>.po``.

    ``what`` it is, in words for its first line; the files of the ``content`` and of the ``code`` in
    which its sentences stand, each with Babel's extractor; the functions that mark them in code.
    """

    name: str
    what: str
    content: Collection[tuple[str, str]]
    code: Collection[tuple[str, str]]
    keywords: Mapping[str, Any]


MESSAGES: Final = Domain(
    "messages",
    "what the bot says",
    CONTENT_METHODS,
    [(files, _CODE) for files, _ in CODE_METHODS],
    KEYWORDS,
)
STUDIO: Final = Domain(
    "studio", "what the page says on which staff work", (), PAGE_METHODS, PAGE_KEYWORDS
)
DOMAINS: Final = (MESSAGES, STUDIO)


def build_template(
    content: Path,
    domain: Domain = MESSAGES,
    *,
    methods: Collection[tuple[str, str]] | None = None,
) -> Catalog:
    """Gather all sentences of a ``domain`` in the folder ``content`` and in the code.

    ``methods`` are other files of the folder to look at than those of the domain.
    Raises :class:`ValueError` with file and line when a file is no YAML.
    """
    code = Path(bot.__file__).parent
    template = Catalog(
        domain=domain.name,
        project="dontlookaway",
        version="latest",
        header_comment=_HEADER.format(what=domain.what),
        fuzzy=False,
    )
    methods = domain.content if methods is None else methods
    found = chain(
        _extract(content, methods, ("flows", "data"), domain) if methods else (),
        _extract(code.parent, domain.code, (code.name,), domain),
    )
    for filename, line, sentence, comments, context in found:
        template.add(
            sentence, locations=[(filename, line)], auto_comments=comments, context=context
        )
    return template


def _extract(
    root: Path, methods: Collection[tuple[str, str]], folders: tuple[str, ...], domain: Domain
) -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    root = root.absolute()  # Babel's folders are, and are compared with it
    return extract_from_dir(
        root,
        method_map=methods,
        keywords=domain.keywords,
        comment_tags=(COMMENT_TAG,),
        strip_comment_tags=True,
        directory_filter=lambda folder: Path(folder).relative_to(root).parts[0] in folders,
    )


def merge(catalog: PoCatalog, template: Catalog) -> None:
    """Bring ``catalog`` up to date with ``template``, in place.

    A sentence that changed keeps its former translation, marked fuzzy, with the former sentence
    beside it: that of the same place, else of the most similar sentence. A sentence that comes
    back gets its translation back. What is gone stays at the end of the file as obsolete.

    Babel's own fuzzy matching knows no places, and takes a minute for 400 new sentences.
    """
    former = {
        _key(message): message
        for message in chain(catalog.obsolete.values(), catalog)
        if message.id and message.string
    }
    catalog.update(template, no_fuzzy_matching=True)
    sentences_at = Counter(message.context for message in template)
    by_place = {
        message.context: key
        for key, message in former.items()
        if message.context and sentences_at[message.context] == 1 and catalog.get(*key) is None
    }
    texts = {key: key[0] for key in former if isinstance(key[0], str)}
    revived: set[_Key] = set()
    for message in catalog:
        if not message.id:
            continue
        key = _key(message)
        if key in former:
            _keep(message, former[key])
        elif place := by_place.get(message.context or ""):
            key = place
            _propose(message, former[key])
        elif isinstance(key[0], tuple):
            continue  # a count: nothing else has the forms that it needs
        elif similar := process.extractOne(key[0], texts, scorer=fuzz.ratio, score_cutoff=_ALIKE):
            key = similar[2]
            _propose(message, former[key])
        revived.add(key)
    for name, message in list(catalog.obsolete.items()):
        if _key(message) in revived:
            del catalog.obsolete[name]


def _keep(message: Message, known: Message) -> None:
    message.string, message.previous_id = known.string, known.previous_id
    message.flags |= known.flags


def _propose(message: Message, known: Message) -> None:
    """Offer a translation of something else; the sentence that it was made for is kept with it."""
    message.string, message.previous_id = known.string, known.previous_id or [str(known.id)]
    message.flags.add("fuzzy")


def _key(message: Message) -> _Key:
    sentence = message.id
    return sentence if isinstance(sentence, str) else tuple(sentence), message.context
