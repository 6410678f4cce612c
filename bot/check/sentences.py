"""Everything that people read in the flows, with what may be filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from bot.conversation.flows import COMMON

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.conversation.schema import Choice, CommonFile, Node
    from bot.conversation.source import Path

_FILLED_BY_ENGINE: Final = {"unclear": frozenset({"answer"}), "got": frozenset({"place"})}
"""What the engine fills in besides slots, by the name of the sentence in common.yaml."""


class Sentence(Struct, frozen=True):
    """One text that people read.

    ``use`` is *text* for a message, *label* for a button, *share* for words to pass on; ``fills``
    are the placeholders it may have besides slots. Only a message has any filled in.
    """

    file: str
    path: Path
    text: str
    use: Literal["text", "label", "share"]
    fills: frozenset[str] = frozenset()


def sentences_of(
    nodes: Iterable[tuple[str, str, Node]], common: CommonFile | None
) -> Iterator[Sentence]:
    """All that stand in nodes, each with its file and name, and in what conversations share."""
    for file, name, node in nodes:
        yield from _node(file, ("nodes", name), node)
    if common:
        for name in common.buttons.__struct_fields__:
            text = getattr(common.buttons, name)
            yield Sentence(COMMON, ("buttons", name), text, "label")
        for name in common.texts.__struct_fields__:
            text = getattr(common.texts, name)
            fills = _FILLED_BY_ENGINE.get(name, frozenset())
            yield Sentence(COMMON, ("texts", name), text, "text", fills)


def use_of(context: str) -> Literal["text", "label", "share", ""]:
    """What a translated sentence is for, by its gettext context; empty when nobody reads HTML."""
    flow, *rest = context.split(".")
    if flow == "common":
        return "label" if rest[:1] == ["buttons"] else "text"
    field = rest[1] if len(rest) > 1 else ""
    if field in {"choices", "stuck"}:
        return "share" if rest[-1] == "share" else "label"
    return "text" if field in {"say", "unclear"} else ""


def _node(file: str, path: Path, node: Node) -> Iterator[Sentence]:
    if node.say:
        yield Sentence(file, (*path, "say"), node.say, "text")
    for index, rung in enumerate(node.ladder):
        where = ("unclear",) if isinstance(node.unclear, str) else ("unclear", index)
        if rung:
            yield Sentence(file, (*path, *where), rung, "text", _FILLED_BY_ENGINE["unclear"])
    for field, choices in (("choices", node.choices), ("stuck", node.stuck)):
        for index, choice in enumerate(choices):
            yield from _choice(file, (*path, field, index), choice)


def _choice(file: str, path: Path, choice: Choice) -> Iterator[Sentence]:
    yield Sentence(file, (*path, "label"), choice.label, "label")
    if choice.share:
        yield Sentence(file, (*path, "share"), choice.share, "share")
