"""Ways through the conversation: dead ends, loops, places that cannot be reached or left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from bot.check.routes import Routes, reach
from bot.check.slots import PLACEHOLDER
from bot.conversation.flows import COMMON
from bot.conversation.walk import ANY, NOWHERE, UNSET

if TYPE_CHECKING:
    from bot.check.draft import Draft
    from bot.conversation.flows import Finding
    from bot.conversation.schema import Arm, Node
    from bot.conversation.session import Frame

SHOW_EMERGENCY: Final = "show_emergency"
_GO_ON: Final = {"say", "do", "call"}


def check_ways(draft: Draft) -> Iterator[Finding]:
    """Walk every way, once all files can be read."""
    for at, node in draft.nodes():
        yield from _dead_ends(draft, at, node)
        yield from _arms(draft, at, node)
    if not draft.whole:
        return
    routes = Routes(draft)
    yield from _unreachable(draft, routes)
    yield from _loops(draft, routes)
    yield from _recursion(draft)
    yield from _unanswered(draft, routes)
    yield from _emergency(draft, routes)
    yield from _common(draft, routes)


def _dead_ends(draft: Draft, at: Frame, node: Node) -> Iterator[Finding]:
    if node.goto:
        return
    if node.kind in _GO_ON:
        message = (
            'This is a dead end. Say where it goes on ("goto: …") or that it ends ("end: true").'
        )
        yield draft.in_node(at, (), "E402", message)
    elif node.ask and (node.ask != "choice" or not node.choices):
        message = 'Nothing comes after the answer. Say where it goes on ("goto: …").'
        yield draft.in_node(at, ("ask",), "E402", message)
    elif node.waits:
        for field, choices in (("choices", node.choices), ("stuck", node.stuck)):
            for index, choice in enumerate(choices):
                if choice.value and not choice.goto:
                    message = 'Nothing comes after this button. Say where it goes on ("goto: …").'
                    yield draft.in_node(at, (field, index), "E402", message)


def _arms(draft: Draft, at: Frame, node: Node) -> Iterator[Finding]:
    if not node.branch:
        return
    if node.branch[-1].when:
        message = 'Who fits none of these is lost. Add a last "- {goto: …}" without "when".'
        yield draft.in_node(at, ("branch",), "E405", message)
    for index, arm in enumerate(node.branch):
        for earlier, other in enumerate(node.branch[:index]):
            if _covers(other, arm):
                line = draft.in_node(at, ("branch", earlier), "", "").line
                message = f"This is never taken: line {line} takes all these. Move or remove it."
                yield draft.in_node(at, ("branch", index), "E406", message)
                break


def _covers(first: Arm, second: Arm) -> bool:
    """Whether everything that fits the second arm fits the first one."""
    for name, wanted in first.when.items():
        narrower = second.when.get(name)
        if narrower is None or (narrower == UNSET) != (wanted == UNSET):
            return False
        if wanted not in (ANY, UNSET):
            values = {wanted} if isinstance(wanted, str) else set(wanted)
            if narrower == ANY:
                return False
            if not values.issuperset({narrower} if isinstance(narrower, str) else narrower):
                return False
    return True


def _unreachable(draft: Draft, routes: Routes) -> Iterator[Finding]:
    starts = routes.starts()
    for at in routes.nodes.keys() - starts - reach(starts, routes.all_ways):
        message = f'Nothing leads to "{at.node}". Lead there with a "goto", or remove it.'
        yield draft.in_node(at, (), "E401", message)


def _loops(draft: Draft, routes: Routes) -> Iterator[Finding]:
    after = {at: reach([at], routes.silent) for at in routes.nodes if at in routes.silent}
    seen: set[Frame] = set()
    for at, behind in after.items():
        if at not in behind or at in seen:
            continue
        loop = [to for to in after if to in behind and at in after[to]]
        seen.update(loop)
        message = (
            f"Nobody is asked anything in this loop: {', '.join(to.node for to in loop)}."
            " Lead out of it, or ask something."
        )
        yield draft.in_node(at, (), "E403", message)


def _recursion(draft: Draft) -> Iterator[Finding]:
    calls: dict[str, set[str]] = {}
    for at, node in draft.nodes():
        if node.call:
            calls.setdefault(at.flow, set()).add(node.call)
    for at, node in draft.nodes():
        if not node.call:
            continue
        found, waiting = {node.call}, [node.call]
        while waiting:
            more = calls.get(waiting.pop(), set()) - found
            found |= more
            waiting += more
        if at.flow in found:
            message = (
                f'"{node.call}" calls "{at.flow}" again, without end.'
                f' Use "goto: {node.call}" if nobody needs to come back.'
            )
            yield draft.in_node(at, ("call",), "E404", message)


def _unanswered(draft: Draft, routes: Routes) -> Iterator[Finding]:
    """Placeholders of an answer that nobody was asked for on the way."""
    asked: dict[str, set[Frame]] = {}
    for at, node in routes.nodes.items():
        if node.save:
            asked.setdefault(node.save, set()).add(at)
    answered = {name: reach(where, routes.all_ways) for name, where in asked.items()}
    for at, node in routes.nodes.items():
        for name in PLACEHOLDER.findall(node.say):
            slot = draft.slots.get(name)
            if slot and slot.keep == "flow" and at not in answered.get(name, {at}):
                message = f"Nobody has been asked for {{{name}}} on the way here. Ask before."
                yield draft.in_node(at, ("say",), "W314", message)


def _emergency(draft: Draft, routes: Routes) -> Iterator[Finding]:
    """The emergency button stands everywhere but in its own flow: there, every way must lead on."""
    start = draft.resolve(draft.loaded.common.emergency) if draft.loaded.common else None
    if start not in routes.nodes:
        return
    numbers = {at for at, node in routes.nodes.items() if node.do == SHOW_EMERGENCY}
    if start not in numbers and not numbers & reach([start], routes.all_ways):
        message = f'This never leads to the emergency numbers ("do: {SHOW_EMERGENCY}").'
        yield draft.in_file(COMMON, ("emergency",), "E407", message)
        return
    for at in {start} | reach([start], routes.all_ways):
        inside = at.flow == start.flow and routes.nodes[at].waits
        if inside and not numbers & reach([at], routes.all_ways):
            message = (
                f"From here nothing leads to the emergency numbers, and there is no emergency"
                f' button in this flow. Add a button that leads to "do: {SHOW_EMERGENCY}".'
            )
            yield draft.in_node(at, (), "E407", message)


def _common(draft: Draft, routes: Routes) -> Iterator[Finding]:
    if draft.loaded.common is None:
        return
    menu = routes.nodes.get(draft.resolve(draft.loaded.common.menu) or NOWHERE)
    if menu is not None and not menu.choices:
        message = 'The menu must be a node with "choices".'
        yield draft.in_file(COMMON, ("menu",), "E408", message)
    media = routes.nodes.get(draft.resolve(draft.loaded.common.media) or NOWHERE)
    if media is not None and not media.say:
        message = 'This must be a node with "say": it answers whoever sends a picture.'
        yield draft.in_file(COMMON, ("media",), "E408", message)
