"""Walking through flows: from node to node until the person has to say something."""

from __future__ import annotations

import html
import re
from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from bot.conversation.answers import (
    PLACE_TYPES,
    SKIPPED,
    Given,
    Which,
    fits,
    place_value,
    read_place,
    show,
)
from bot.conversation.direction import right_way
from bot.conversation.effects import Erase, Menu
from bot.conversation.limits import DEPTH, STEPS
from bot.conversation.messages import Message
from bot.conversation.options import CHOICE, Labels, Option, arrange
from bot.conversation.review import told
from bot.conversation.session import HISTORY, Frame, Session, SlotValue, Step
from bot.conversation.world import Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.effects import Effect
    from bot.conversation.flows import FlowSet
    from bot.conversation.schema import Arm, Node
    from bot.conversation.world import Found, World

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
UNSET: Final = "unset"
ANY: Final = "set"
NOWHERE: Final = Frame("", "")


class Walk:
    """One turn in the making: where the person is, what was answered, what will be said.

    It is thrown away after the turn; what lasts is the :class:`Session` of :meth:`session`.
    """

    def __init__(self, flows: FlowSet, session: Session, world: World) -> None:
        self.flows = flows
        self.world = world
        self.before = session
        self.locale = session.locale
        self.at = Frame(session.flow, session.node)
        self.stack = list(session.stack)
        self.answers = {
            name: value
            for name, value in {**session.slots, **session.secrets}.items()
            if (slot := flows.slots.get(name)) is None or fits(slot.type, value)
        }
        self.path = list(session.path)
        self.turn = session.turn + 1
        self.offered = session.offered
        self.misses = session.misses
        self.keyed = session.keyed
        self.messages: list[Message] = []
        self.effects: list[Effect] = []
        self.prefix = ""
        self.pending: Found | None = None
        self._pressable: tuple[tuple[Frame, str], list[Option]] | None = None

    @property
    def node(self) -> Node | None:
        """The question that is open, if any."""
        return self.flows.node(self.at) if self.waits(self.at) else None

    def waits(self, at: Frame) -> bool:
        """Whether a question stands there."""
        node = self.flows.node(at)
        return node is not None and node.waits

    @property
    def labels(self) -> Labels:
        """The words on buttons in the person's language."""
        return Labels(self.flows.common, self.locale, self.world)

    def pressable(self, node: Node) -> list[Option]:
        """Everything that can be pressed at the question ``node``, which is the open one."""
        key = (self.at, self.locale)
        if self._pressable is None or self._pressable[0] != key:
            options = self.labels.options(node, self.at, [], stuck=True)
            self._pressable = (key, options)
        return self._pressable[1]

    @property
    def here(self) -> tuple[str, str]:
        """Country and name of the place named last; empty when none was."""
        place = self.answers.get(self.flows.common.here)
        return (place[0], place[1]) if isinstance(place, list) else ("", "")

    def session(self) -> Session:
        """What to remember after this turn."""
        known = self.answers.items()
        sensitive = {name for name in self.answers if self._is_sensitive(name)}
        return replace(
            self.before,
            locale=self.locale,
            flow=self.at.flow,
            node=self.at.node,
            stack=tuple(self.stack),
            slots={name: value for name, value in known if name not in sensitive},
            secrets={name: value for name, value in known if name in sensitive},
            path=tuple(self.path[-HISTORY:]),
            turn=self.turn,
            offered=self.offered,
            misses=self.misses,
            keyed=self.keyed,
            expired=False,
            edition=self.flows.edition,
        )

    def _is_sensitive(self, name: str) -> bool:
        """A slot that an edit took away stays as secret as it was."""
        slot = self.flows.slots.get(name)
        return slot.sensitive if slot else name in self.before.secrets

    # Moving

    def go(self, target: str) -> None:
        """Follow a ``goto``: to a node of this flow, or into another flow for good."""
        self.visit(self.flows.resolve(target, self.at.flow))

    def visit(self, to: Frame) -> None:
        """Enter a node; another flow is entered afresh, with its own answers forgotten."""
        if to.flow != self.at.flow:
            self.stack.clear()
            flow = self.flows.flows.get(to.flow)
            if flow and to.node == flow.start:
                for name, slot in flow.slots.items():
                    if slot.keep == "flow":
                        self.answers.pop(name, None)
        self.enter(to)

    def leave(self) -> None:
        """Note the open question as passed, for *Back*."""
        if self.node is None:
            return
        step = Step(self.at.flow, self.at.node, tuple(self.stack))
        if not self.path or self.path[-1] != step:
            self.path.append(step)

    def back(self) -> None:
        """Return to the question before, as it was then; to the menu when there is none."""
        here = self.at
        while self.path:
            step = self.path.pop()
            to = Frame(step.flow, step.node)
            if to != here and self.waits(to):
                self.stack = list(step.stack)
                self.enter(to)
                return
        self.menu()

    def menu(self) -> None:
        """Show the menu, with nothing left to go back to."""
        self.path.clear()
        self.visit(self.flows.resolve(self.flows.common.menu))

    def enter(self, to: Frame) -> None:
        """Walk from a node to the next question, or to the end."""
        self.at = to
        self.misses = 0
        self.offered = ()
        for _ in range(STEPS):
            node = self.flows.node(self.at)
            if node is None:
                break
            if not (self._settle(node) if node.waits else self._pass(node)):
                return
        self._rescue()

    def _settle(self, node: Node) -> bool:
        """Ask a question, unless a place named before answers it; false when it was asked."""
        kind = node.ask or ""
        if self.pending is not None and kind in PLACE_TYPES:
            answer = read_place(kind, self.pending)
            self.pending = None
            if isinstance(answer, Given):
                self.keep(node, answer.value)
                self.at = self.flows.resolve(node.goto or "", self.at.flow)
                return True
            if isinstance(answer, Which):
                self.ask_which(answer)
                return False
        self.show(node)
        return False

    def _pass(self, node: Node) -> bool:
        """Do what a node does that waits for nobody; false when the conversation rests."""
        if node.kind == "end":
            if node.say:
                self.say(self.text("say", node.say))
            if self.stack:
                self.at = self.stack.pop()
                return True
            self.at = NOWHERE
            return False
        if node.kind == "branch":
            target = next((arm.goto for arm in node.branch if self._takes(arm)), "")
        elif node.kind == "call":
            return self._call(node)
        elif node.kind == "do":
            self._do(node)
            target = node.goto or ""
        else:
            self.say(self.text("say", node.say))
            target = node.goto or ""
        to = self.flows.resolve(target, self.at.flow)
        if to.flow != self.at.flow:
            self.stack.clear()
        self.at = to
        return True

    def _call(self, node: Node) -> bool:
        flow = self.flows.flows.get(node.call or "")
        if flow is None or len(self.stack) >= DEPTH:
            self.at = NOWHERE
            self._rescue()
            return False
        self.stack.append(self.flows.resolve(node.goto or "", self.at.flow))
        self.at = Frame(flow.flow, flow.start)
        return True

    def _do(self, node: Node) -> None:
        action = self.world.actions.get(node.do or "")
        if node.say:
            self.say(self.text("say", node.say))
        if action is None:
            return
        arguments = {
            name: self.answers.get(value) if value in self.flows.slots else value
            for name, value in node.with_.items()
        }
        result = action(
            Request(
                self.locale,
                arguments,
                self.world,
                partial(told, self.flows, self.at.flow, self.answers, self.world),
            )
        )
        for message in result.messages:
            self.add(replace(message, flow=self.at.flow, node=self.at.node))
        for name, value in result.slots.items():
            if value is None:
                self.answers.pop(name, None)
            else:
                self.answers[name] = value
        self.effects += result.effects
        self.locale = result.locale or self.locale
        if any(isinstance(effect, Erase | Menu) for effect in result.effects):
            self.keyed = False  # the keyboard speaks another language, or is gone

    def _takes(self, arm: Arm) -> bool:
        return all(self._holds(name, wanted) for name, wanted in arm.when.items())

    def _holds(self, name: str, wanted: str | list[str]) -> bool:
        value = self.answers.get(name)
        if wanted == UNSET:
            return value is None
        if wanted == ANY:
            return value is not None
        slot = self.flows.slots.get(name)
        if slot and slot.type == "place" and isinstance(value, list):
            value = value[0]
        options = [wanted] if isinstance(wanted, str) else wanted
        return any(one in options for one in value) if isinstance(value, list) else value in options

    def _rescue(self) -> None:
        """A loop, or a node that is not there: nobody is left standing, the menu is shown."""
        self.stack.clear()
        self.pending = None
        self.messages = list(dict.fromkeys(self.messages))
        self.effects = list(dict.fromkeys(self.effects))
        at = self.flows.resolve(self.flows.common.menu)
        self.say(self.common("lost"))
        menu = self.flows.node(at)
        self.at = at if menu and menu.waits else NOWHERE
        if menu and menu.waits:
            self.show(menu)

    # Remembering

    def mention(self, found: Found) -> None:
        """Take note of a place that was named in passing: it answers the next place question."""
        if found.status == "unknown":
            return
        self.pending = found
        self.answers.pop(self.flows.common.here, None)  # which of several is asked, not assumed
        if found.place is not None:
            value = place_value("place", found.place.country, found.place.name)
            self.answers[self.flows.common.here] = value

    def keep(self, node: Node, value: SlotValue) -> None:
        """Save an answer, and confirm a place, since it may have been read from a sentence."""
        if node.save:
            self.answers[node.save] = value
        if node.ask == "place":  # so that the emergency button needs not ask for it again
            self.answers[self.flows.common.here] = value
        self.misses = 0
        if node.ask in PLACE_TYPES:
            place = html.escape(show(node.ask or "", value, self.locale, self.world), quote=False)
            self.say(self.common("got", place=place))

    # Speaking

    def say(self, text: str) -> None:
        """Add a message without buttons."""
        if text:
            self.add(Message(text, flow=self.at.flow, node=self.at.node))

    def add(self, message: Message) -> None:
        """Add a message; the first without buttons brings the home keyboard if it is missing."""
        if self.prefix:
            message = replace(message, text=f"{self.prefix}\n\n{message.text}")
            self.prefix = ""
        message = replace(message, text=right_way(message.text, self.locale))
        if not message.rows and not self.keyed:
            message = replace(message, rows=self.labels.home_keys(), keys="reply")
            self.keyed = True
        self.messages.append(message)

    def show(self, node: Node, text: str = "", *, instead: bool = False) -> None:
        """Ask the question at which the conversation now waits (``text`` in place of its own)."""
        chosen = self.answers.get(node.save or "", [])
        options = self.labels.options(node, self.at, chosen, stuck=self.misses > 1)
        self._ask(text or self.text("say", node.say), options, instead=instead)

    def ask_which(self, answer: Which) -> None:
        """Let the person choose between the places that an answer could be."""
        self._ask(self.common("which"), self.labels.candidates(answer.candidates))

    def _ask(self, text: str, options: Sequence[Option], *, instead: bool = False) -> None:
        common = self.flows.common
        menu = self.flows.resolve(common.menu)
        reply = any(option.kind == "location" for option in options)
        # Three buttons in a row break on a phone; the home keyboard has the menu already.
        ways_out = self.labels.ways_out(
            emergency=not self._leads_to_emergency(options),
            back=self.at != menu,
            menu=self.at != menu and not (reply or self.keyed),
        )
        presses = [o.means for o in (*options, *ways_out) if o.kind == "press"]
        self.offered = tuple(presses)
        self.add(
            Message(
                text,
                arrange(options, ways_out, self.turn),
                "reply" if reply else "inline",
                instead,
                self.at.flow,
                self.at.node,
            )
        )
        if reply:
            self.keyed = False

    def _leads_to_emergency(self, options: Sequence[Option]) -> bool:
        """Whether the emergency button would stand here twice."""
        target = self.flows.common.emergency
        return self.at.flow == self.flows.resolve(target).flow or any(
            option.means == CHOICE + target for option in options
        )

    def text(self, field: str, source: str, **extra: str) -> str:
        """A sentence of this node in the person's language, its placeholders filled in."""
        context = f"{self.at.flow}.{self.at.node}.{field}"
        return self._fill(self.world.translate(self.locale, context, source), extra)

    def common(self, name: str, **extra: str) -> str:
        """A sentence of the engine's own."""
        source = getattr(self.flows.common.texts, name)
        return self._fill(self.world.translate(self.locale, f"common.texts.{name}", source), extra)

    def _fill(self, text: str, extra: dict[str, str]) -> str:
        if "{" not in text:
            return text

        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name in extra:
                return extra[name]
            slot = self.flows.slots.get(name)
            answer = self.answers.get(name)
            if slot is None or answer is None:
                return SKIPPED
            return html.escape(show(slot.type, answer, self.locale, self.world), quote=False)

        return _PLACEHOLDER.sub(value, text)
