"""Babel extractors: the translatable sentences of flows, contacts and events.

Every sentence of a flow gets the place where it stands as gettext context, so that a word that
occurs twice can be translated in two ways, and a reworded sentence keeps its former translation
as a proposal:

- ``report.title`` the title of the flow *report*
- ``report.where.say`` the text of its node *where*
- ``report.where.unclear`` what it says to an answer it does not understand; in a list
  ``report.where.unclear.0`` is the first
- ``report.urgency.choices.call_now`` the label of a button, by the button's key
  (:attr:`bot.conversation.schema.Choice.key`); ``report.where.stuck.help`` likewise
- ``report.urgency.choices.call_now.share`` the words that a button passes on
- ``report.slots.report_what`` what a summary calls an answer
- ``common.buttons.back``, ``common.texts.stale`` what the engine itself says
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Any, Final, TypeAlias

from babel.messages.extract import extract_python

from bot.conversation import source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

Extracted: TypeAlias = "tuple[int, str, tuple[str, str], list[str]]"
"""Line (from 1), gettext function, (context, sentence), comments for translators."""

_Found: TypeAlias = "tuple[source.Path, str, Iterable[str]]"
"""Path in the file, context, notes of the editor."""

NODE_FIELDS: Final = ("say", "unclear")
CHOICE_LISTS: Final = ("choices", "stuck")
CHOICE_KEYS: Final = ("id", "value", "goto", "url", "copy", "share")
COMMON_FIELDS: Final = ("buttons", "texts")
HOTLINE_FIELDS: Final = ("advice", "hours_note", "only_in")
HOTLINE_CONTEXT: Final = "hotlines"
EVENT_CONTEXT: Final = "events"
TIP_CONTEXT: Final = "tips"
FACT_CONTEXT: Final = "facts"


def extract_flow(
    fileobj: IO[bytes],
    keywords: Mapping[str, Any],  # noqa: ARG001, the signature is Babel's
    comment_tags: Collection[str],
    options: Mapping[str, Any],  # noqa: ARG001
) -> Iterator[Extracted]:
    """Yield what a flow file says; nothing for files without sentences, such as triggers.

    What does not have the shape of a flow is passed over: naming mistakes is the work of
    ``dontlookaway check``. Raises :class:`ValueError` when the file is no YAML.
    """
    file = _File(fileobj, comment_tags)
    for path, context, notes in _found(file.data):
        yield from file.sentences(path, context, notes)


def flow_sentences(data: Any) -> Iterator[tuple[str, str]]:
    """Context and text of all that the data of a flow file says, read already."""
    for path, context, _ in _found(_mapping(data)):
        value: Any = data
        for key in path:
            value = value[key]
        if isinstance(value, str) and value:
            yield context, value
        for index, text in enumerate(value if isinstance(value, list) else ()):
            if isinstance(text, str) and text:
                yield f"{context}.{index}", text


def extract_hotlines(
    fileobj: IO[bytes],
    keywords: Mapping[str, Any],  # noqa: ARG001, the signature is Babel's
    comment_tags: Collection[str],
    options: Mapping[str, Any],  # noqa: ARG001
) -> Iterator[Extracted]:
    """Yield the advice, the notes on opening hours and the regions served of all contacts.

    They share one context: many contacts give the same advice, which is translated once.
    Raises :class:`ValueError` when the file is no YAML.
    """
    file = _File(fileobj, comment_tags)
    for path in file.paths():
        if path and path[-1] in HOTLINE_FIELDS:
            yield from file.sentences(path, HOTLINE_CONTEXT)


def extract_events(
    fileobj: IO[bytes],
    keywords: Mapping[str, Any],  # noqa: ARG001
    comment_tags: Collection[str],
    options: Mapping[str, Any],  # noqa: ARG001
) -> Iterator[Extracted]:
    """Yield the names of all events and awareness days; what has no days is shown to nobody.

    Raises :class:`ValueError` when the file is no YAML.
    """
    file = _File(fileobj, comment_tags)
    return file.listed(("events", "days"), "name", EVENT_CONTEXT)


def extract_facts(
    fileobj: IO[bytes],
    keywords: Mapping[str, Any],  # noqa: ARG001
    comment_tags: Collection[str],
    options: Mapping[str, Any],  # noqa: ARG001
) -> Iterator[Extracted]:
    """Yield the facts of the day. Raises :class:`ValueError` when the file is no YAML."""
    return _File(fileobj, comment_tags).listed(("facts",), "text", FACT_CONTEXT)


def extract_tips(
    fileobj: IO[bytes],
    keywords: Mapping[str, Any],  # noqa: ARG001
    comment_tags: Collection[str],
    options: Mapping[str, Any],  # noqa: ARG001
) -> Iterator[Extracted]:
    """Yield the tips for travellers. Raises :class:`ValueError` when the file is no YAML."""
    return _File(fileobj, comment_tags).listed(("tips",), "text", TIP_CONTEXT)


def extract_code(
    fileobj: IO[bytes],
    keywords: Mapping[str, Any],
    comment_tags: Collection[str],
    options: Any,
) -> Iterable[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    """Yield the sentences of a Python file; most have none, and reading Python takes long."""
    text = fileobj.read()
    marks = [keyword.encode() for keyword in keywords]
    if not any(mark in text for mark in marks):  # far quicker than to look for whole words
        return ()
    if not re.search(rb"\b(?:%s)\s*\(" % b"|".join(marks), text):
        return ()
    fileobj.seek(0)
    return extract_python(fileobj, keywords, comment_tags, options)


class _File:
    """A YAML file with what stands where in it, and the comments meant for translators."""

    def __init__(self, fileobj: IO[bytes], comment_tags: Collection[str]) -> None:
        text = fileobj.read().decode()
        self._source = source.read(str(getattr(fileobj, "name", "flow")), text)
        self._lines = text.splitlines()
        self._tags = tuple(comment_tags)
        if self._source.data is None and self._source.faults:
            fault = self._source.faults[0]
            raise ValueError(f"{self._source.name}:{fault.where.line}: {fault.message}")
        self.data: dict[str, Any] = _mapping(self._source.data)

    def paths(self) -> Iterable[source.Path]:
        """All paths in the order in which they stand in the file."""
        return sorted(self._source.ranges, key=lambda path: self._source.ranges[path].line)

    def listed(self, names: Collection[str], field: str, context: str) -> Iterator[Extracted]:
        """Yield ``field`` of every entry of the lists ``names``."""
        for path in self.paths():
            if path and path[0] in names and path[2:] == (field,):
                yield from self.sentences(path, context)

    def sentences(
        self, path: source.Path, context: str, notes: Iterable[str] = ()
    ) -> Iterator[Extracted]:
        """Yield the text at ``path``, or each text of a list there, with its comments."""
        value: Any = self._source.data
        for key in path:
            value = value[key]
        if isinstance(value, list):
            for index in range(len(value)):
                yield from self.sentences((*path, index), f"{context}.{index}", notes)
        elif isinstance(value, str) and value:
            line = self._source.range(path).line
            yield line, "pgettext", (context, value), [*notes, *self._comment_above(line)]

    def _comment_above(self, line: int) -> list[str]:
        """Give the comment that ends right above ``line``, from its first tag on."""
        found: list[str] = []
        for above in reversed(self._lines[: line - 1]):
            if not above.lstrip().startswith("#"):
                break
            found.insert(0, above.lstrip().lstrip("#").strip())
        for at, comment in enumerate(found):
            if self._tags and comment.startswith(self._tags):
                return found[at:]
        return []


def _found(data: dict[str, Any]) -> Iterator[_Found]:
    return _flow(data) if isinstance(data.get("flow"), str) else _common(data)


def _flow(data: dict[str, Any]) -> Iterator[_Found]:
    flow = data["flow"]
    if "title" in data:
        yield ("title",), f"{flow}.title", _notes(data)
    for name, slot in _mapping(data.get("slots")).items():
        if "label" in _mapping(slot):
            yield ("slots", name, "label"), f"{flow}.slots.{name}", _notes(slot)
    for name, node in _mapping(data.get("nodes")).items():
        above = _notes(node)
        for path, context, notes in _node(_mapping(node)):
            yield ("nodes", name, *path), f"{flow}.{name}.{context}", [*above, *notes]


def _node(node: dict[str, Any]) -> Iterator[_Found]:
    for field in NODE_FIELDS:
        if field in node:
            yield (field,), field, ()
    for field in CHOICE_LISTS:
        choices = node.get(field)
        for index, choice in enumerate(choices if isinstance(choices, list) else ()):
            parts = _mapping(choice)
            key = next((parts[name] for name in CHOICE_KEYS if parts.get(name)), "")
            if "label" in parts:
                yield (field, index, "label"), f"{field}.{key}", _notes(choice)
            if "share" in parts:
                yield (field, index, "share"), f"{field}.{key}.share", _notes(choice)


def _common(data: dict[str, Any]) -> Iterator[_Found]:
    for field in COMMON_FIELDS:
        for name in _mapping(data.get(field)):
            yield (field, name), f"common.{field}.{name}", ()


def _notes(part: Any) -> list[str]:
    note = _mapping(part).get("note")
    return note.splitlines() if isinstance(note, str) else []


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
