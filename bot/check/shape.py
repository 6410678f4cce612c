"""Keys of a node that do not go together, and buttons that do nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from bot.conversation.schema import KINDS
from bot.conversation.wording import listed

if TYPE_CHECKING:
    from bot.check.draft import Draft
    from bot.conversation.flows import Finding
    from bot.conversation.schema import Choice, Node
    from bot.conversation.session import Frame

_QUESTION: Final = frozenset({"say", "save", "unclear", "stuck", "choices", "goto"})
_ALLOWED: Final = {
    "say": {"say", "goto"},
    "ask": _QUESTION | {"ask", "min", "max"},
    "choices": _QUESTION,
    "branch": {"branch"},
    "call": {"call", "goto"},
    "do": {"do", "with", "say", "goto"},
    "end": {"end", "say"},
}
_ALWAYS: Final = {"was", "note", "push"}
_KNOWN: Final = {kind: keys | _ALWAYS for kind, keys in _ALLOWED.items()}
_WITH_LIMITS: Final = {"text", "number"}
_TO_CHOOSE: Final = {"choice", "many"}
_LEADS: Final = ("goto", "value")
_GIVES: Final = ("url", "copy", "share")


def check_shape(draft: Draft) -> Iterator[Finding]:
    """Look at every node on its own."""
    for at, node in draft.nodes():
        yield from _keys(draft, at, node)
        yield from _answers(draft, at, node)
        yield from _buttons(draft, at, node)
    yield from _former_names(draft)


def _keys(draft: Draft, at: Frame, node: Node) -> Iterator[Finding]:
    written = draft.written(at)
    kinds = [key for key in KINDS if key in written and not (key == "choices" and node.ask)]
    if len(kinds) > 1:
        message = f"A node is one thing: keep one of {listed(kinds)}, give the rest a node each."
        yield draft.in_node(at, (kinds[1],), "E210", message)
        return
    kind = node.kind
    for key in written.keys() - _KNOWN[kind]:
        known = listed(_ALLOWED[kind])
        message = f'"{key}" has no effect in a node of this kind, which knows: {known}. Remove it.'
        yield draft.in_node(at, (key,), "E211", message)
    if (node.waits or kind == "say") and not node.say.strip():
        message = 'There is nothing to send. Add "say: …".'
        yield draft.in_node(at, ("say",), "E218", message)
    for key in {"min", "max"} & written.keys():
        if node.ask and node.ask not in _WITH_LIMITS:
            message = f'"{key}" has no effect on a question for a {node.ask}. Remove it.'
            yield draft.in_node(at, (key,), "E211", message)
    if node.min is not None and node.max is not None and node.min > node.max:
        message = "The smallest answer is larger than the largest: nobody can answer. Swap them."
        yield draft.in_node(at, ("min",), "E216", message)


def _answers(draft: Draft, at: Frame, node: Node) -> Iterator[Finding]:
    if node.ask and not node.save:
        message = 'The answer is lost. Add "save: …" with the slot that keeps it.'
        yield draft.in_node(at, ("ask",), "E212", message)
    if not node.ask and not node.save and any(choice.value for choice in node.choices):
        message = 'The value of the button is lost. Add "save: …" with the slot that keeps it.'
        yield draft.in_node(at, ("choices",), "E212", message)
    if node.ask in _TO_CHOOSE and not any(choice.value for choice in node.choices):
        message = 'There is nothing to choose. Add "choices:" with a label and a value each.'
        yield draft.in_node(at, ("ask",), "E213", message)


def _buttons(draft: Draft, at: Frame, node: Node) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for field, choices in (("choices", node.choices), ("stuck", node.stuck)):
        for index, choice in enumerate(choices):
            yield from _button(draft, at, (field, index), choice)
            if choice.key in seen:
                message = (
                    f'"{seen[choice.key]}" and "{choice.label}" lead to the same.'
                    ' Give one of them an "id: …" of its own.'
                )
                yield draft.in_node(at, (field, index), "E214", message)
            elif choice.key:
                seen[choice.key] = choice.label


def _button(
    draft: Draft, at: Frame, path: Sequence[str | int], choice: Choice
) -> Iterator[Finding]:
    leads = [key for key in _LEADS if getattr(choice, key) is not None]
    gives = [key for key in _GIVES if getattr(choice, key) is not None]
    if not leads and not gives:
        message = f"This button does nothing. Add one of {listed((*_LEADS, *_GIVES))}."
        yield draft.in_node(at, tuple(path), "E215", message)
    if len(gives) > 1 or (gives and leads):
        message = f"This button does several things. Keep one of {listed((*leads, *gives))}."
        yield draft.in_node(at, tuple(path), "E215", message)
    if not choice.label.strip():
        yield draft.in_node(at, (*path, "label"), "E215", "This button has no label. Write one.")
    for key in (*leads, *gives):
        if not getattr(choice, key).strip():
            message = f'"{key}" is empty. Fill it in, or remove it.'
            yield draft.in_node(at, (*path, key), "E215", message)


def _former_names(draft: Draft) -> Iterator[Finding]:
    for flow in draft.flows.values():
        seen: dict[str, str] = {}
        for name, node in flow.nodes.items():
            for index, former in enumerate(node.was):
                path = ("nodes", name, "was", index)
                if former in flow.nodes:
                    message = f'A node "{former}" still exists. Remove it from "was".'
                    yield draft.in_flow(flow.flow, path, "E217", message)
                elif former in seen:
                    message = f'"{former}" is said to be "{seen[former]}" already. Keep one.'
                    yield draft.in_flow(flow.flow, path, "E217", message)
                seen.setdefault(former, name)
