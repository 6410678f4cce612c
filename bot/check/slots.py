"""Slots and placeholders: names that nobody declared, and answers of another type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from babel import Locale

from bot.conversation.flows import COMMON
from bot.conversation.walk import ANY, UNSET
from bot.conversation.wording import did_you_mean, listed

if TYPE_CHECKING:
    from bot.check.draft import Draft
    from bot.conversation.flows import Finding
    from bot.conversation.schema import Node, Slot
    from bot.conversation.session import Frame

PLACEHOLDER: Final = re.compile(r"\{([^{}\n]{0,40})\}")
COUNTRIES: Final = frozenset(
    code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()
)


def check_slots(draft: Draft) -> Iterator[Finding]:
    """Look up every name of a slot, where it is declared, filled and read."""
    if draft.unread:
        return
    yield from _declared_alike(draft)
    yield from _placeholders(draft)
    for at, node in draft.nodes():
        yield from _saved(draft, at, node)
        yield from _compared(draft, at, node)
    if draft.loaded.common and draft.loaded.common.here not in draft.slot_names:
        message = _unknown(draft, draft.loaded.common.here)
        yield draft.in_file(COMMON, ("here",), "E304", message)
    yield from _named_days(draft)
    for word, link in draft.loaded.common.links.items() if draft.loaded.common else ():
        if link.save and link.save not in draft.slot_names:
            message = _unknown(draft, link.save)
            yield draft.in_file(COMMON, ("links", word, "save"), "E304", message)
    yield from _idle(draft)


def _named_days(draft: Draft) -> Iterator[Finding]:
    """The slot for days that were named in passing."""
    name = draft.loaded.common.days if draft.loaded.common else None
    if name is None:
        return
    slot = draft.slots.get(name)
    if slot is None:
        yield draft.in_file(COMMON, ("days",), "E304", _unknown(draft, name))
    elif slot.type != "days":
        message = f'The days of a trip belong here, but the slot "{name}" keeps a {slot.type}.'
        message += ' Declare it with "type: days".'
        yield draft.in_file(COMMON, ("days",), "E310", message)


def _declared_alike(draft: Draft) -> Iterator[Finding]:
    first: dict[str, tuple[str, Slot]] = {}
    for flow in draft.flows.values():
        for name, slot in flow.slots.items():
            other, known = first.setdefault(name, (flow.flow, slot))
            if (slot.type, slot.sensitive, slot.keep) != (known.type, known.sensitive, known.keep):
                message = (
                    f'The flow "{other}" declares "{name}" otherwise. A slot is one thing'
                    " everywhere: use the same type, keep and sensitive, or another name."
                )
                yield draft.in_flow(flow.flow, ("slots", name), "E309", message)


def _placeholders(draft: Draft) -> Iterator[Finding]:
    for sentence in draft.sentences:
        for name in PLACEHOLDER.findall(sentence.text):
            known = draft.slot_names | sentence.fills
            if sentence.use != "text":
                message = f"Nothing is filled in here, {{{name}}} would be shown as it is."
            elif name not in known:
                message = f"There is nothing to fill in for {{{name}}}.{did_you_mean(name, known)}"
            else:
                continue
            yield draft.in_file(sentence.file, sentence.path, "E305", message)


def _saved(draft: Draft, at: Frame, node: Node) -> Iterator[Finding]:
    if not node.save:
        return
    if node.save not in draft.slot_names:
        yield draft.in_node(at, ("save",), "E304", _unknown(draft, node.save))
    slot = draft.slots.get(node.save)
    if slot and node.ask and slot.type != node.ask:
        message = (
            f'This asks for a {node.ask}, but the slot "{node.save}" keeps a {slot.type}.'
            " Make them the same."
        )
        yield draft.in_node(at, ("save",), "E310", message)


def _compared(draft: Draft, at: Frame, node: Node) -> Iterator[Finding]:
    for index, arm in enumerate(node.branch):
        for name, wanted in arm.when.items():
            path = ("branch", index, "when", name)
            if name not in draft.slot_names:
                yield draft.in_node(at, path, "E304", _unknown(draft, name))
                continue
            possible = possible_values(draft, name)
            values = [wanted] if isinstance(wanted, str) else wanted
            for value in values:
                if value in {ANY, UNSET} and isinstance(wanted, str):
                    continue
                if possible and value not in possible:
                    known = {*possible, ANY, UNSET}
                    message = f'"{name}" is never "{value}".{did_you_mean(value, known)}'
                    if possible is COUNTRIES:
                        message += " Write the two letters of a country, such as KE."
                    else:
                        message += f" It can be: {listed(known)}."
                    yield draft.in_node(at, path, "E311", message)


def possible_values(draft: Draft, name: str) -> frozenset[str] | set[str]:
    """All values that a slot can have; empty when they cannot be told."""
    slot = draft.slots.get(name)
    if slot is None:
        return set()
    if slot.type in {"place", "country"}:
        return COUNTRIES
    if slot.type == "yesno":
        return {"yes", "no"}
    if slot.type in {"choice", "many"}:
        return {
            choice.value
            for _, node in draft.nodes()
            if node.save == name
            for choice in (*node.choices, *node.stuck)
            if choice.value
        }
    return set()


def _idle(draft: Draft) -> Iterator[Finding]:
    if not draft.whole:
        return
    filled = {node.save for _, node in draft.nodes() if node.save}
    filled |= {name for name, slot in draft.slots.items() if slot.given}
    if draft.loaded.common:
        filled |= {draft.loaded.common.here, draft.loaded.common.days or ""}
    read = {name for _, node in draft.nodes() for arm in node.branch for name in arm.when}
    read |= {value for _, node in draft.nodes() for value in node.with_.values()}
    for sentence in draft.sentences:
        read.update(PLACEHOLDER.findall(sentence.text))
    for flow in draft.flows.values():
        for name in flow.slots:
            if name not in filled | read:
                message = f'Nobody uses the slot "{name}". Remove it.'
                yield draft.in_flow(flow.flow, ("slots", name), "W312", message)
            elif name not in filled:
                message = f'The slot "{name}" is read, yet no question fills it ("save: {name}").'
                message += ' If the program does, say "given: true".'
                yield draft.in_flow(flow.flow, ("slots", name), "W313", message)


def _unknown(draft: Draft, name: str) -> str:
    guess = did_you_mean(name, draft.slot_names)
    return f'There is no slot "{name}".{guess} Slots are declared under "slots:" of a flow.'
