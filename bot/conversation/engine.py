"""``advance``: one event in, a new session and what to say out."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.conversation.answers import (
    DAY_TYPES,
    PLACE_TYPES,
    SKIPPED,
    TEXT_TYPES,
    Given,
    Which,
    named_day,
    place_value,
    read_answer,
    read_place,
)
from bot.conversation.days import are_days
from bot.conversation.events import Command, Event, Location, Media, Press, Push, Start, Text
from bot.conversation.limits import DOUBLE_TAP
from bot.conversation.links import counted
from bot.conversation.messages import Message
from bot.conversation.normal import clean, fold, words
from bot.conversation.options import (
    BACK,
    CHECKED,
    CHOICE,
    EMERGENCY,
    MENU,
    TOGGLE,
    VALUE,
)
from bot.conversation.passing import place_answered, place_named
from bot.conversation.push import LINK, linked, pushed
from bot.conversation.resume import resume
from bot.conversation.session import Frame, Session
from bot.conversation.typed import labels_of, meaning, typed_key
from bot.conversation.walk import NOWHERE, Walk

if TYPE_CHECKING:
    from bot.conversation.effects import Effect
    from bot.conversation.flows import FlowSet
    from bot.conversation.schema import Choice, Link, Node, Trigger
    from bot.conversation.world import Found, World

SHOWN_OF_ANSWER = 60
"""Characters of an unclear answer that are repeated to the person."""


class Turn(Struct, frozen=True):
    """What an event leads to. ``notice`` is a short answer to a press, shown in passing;
    ``answered`` the question that was answered, if one was.
    """

    session: Session
    messages: tuple[Message, ...] = ()
    effects: tuple[Effect, ...] = ()
    notice: str = ""
    answered: Frame | None = None


def advance(flows: FlowSet, session: Session, event: Event, world: World) -> Turn:
    """Take one step of the conversation. Pure: the same arguments give the same turn."""
    if isinstance(event, Push):
        return Turn(session, pushed(flows, session, event, world))
    if isinstance(event, Press) and _is_double_tap(session, event, world):
        return Turn(session)
    walk = Walk(flows, session, world)
    taken = _Turn(walk)
    taken.take(event)
    if not walk.messages:
        walk.menu()
    _introduce(walk)
    after = walk.session()
    if isinstance(event, Press):
        pressed_at = int(world.now.timestamp())
        after = replace(after, pressed=event.data, pressed_at=pressed_at)
    elif session.pressed:  # after anything else, the same press again is a new one
        after = replace(after, pressed="", pressed_at=0)
    return Turn(after, tuple(walk.messages), tuple(walk.effects), answered=taken.answered)


def _is_double_tap(session: Session, event: Press, world: World) -> bool:
    age = world.now.timestamp() - session.pressed_at
    return event.data == session.pressed and 0 <= age < DOUBLE_TAP


def _introduce(walk: Walk) -> None:
    """Say to somebody new that this is no emergency service, unless the welcome says it."""
    if walk.before.turn or not walk.messages:
        return
    first = walk.messages[0]
    if Frame(first.flow, first.node) != walk.flows.resolve("start"):
        text = f"{walk.common('hello')}\n\n{first.text}"
        walk.messages[0] = replace(first, text=text)


class _Turn:
    """What each kind of event means at the place where the person is."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.flows = walk.flows
        self.world = walk.world
        self.answered: Frame | None = None

    def take(self, event: Event) -> None:
        resume(self.walk)
        if isinstance(event, Start):
            self._start(event.payload)
        elif isinstance(event, Command):
            self._command(event)
        elif isinstance(event, Press):
            self._press(event.data)
        elif isinstance(event, Location):
            self._locate(event)
        elif isinstance(event, Text):
            self._text(clean(event.text))
        elif isinstance(event, Media):
            self._media(event)

    # Events

    def _start(self, payload: str) -> None:
        """Open the chat; a deep link names a flow, a country or both (``hotline-KE``), or is of a
        kind that common.yaml describes (``to_TH``). After two underscores comes a tag to count.
        """
        payload, _, tag = payload.partition("__")
        word, _, value = payload.partition("_")
        link = self.flows.common.links.get(word)
        self.walk.effects += counted(f"link.{word}", value if link else "")
        self.walk.effects += counted("tag", tag)
        if link:
            self._open(link, value)
            return
        first, *rest = payload.replace("_", "-").split("-")
        names = (self.flows.flow_today(name) for name in (payload, first))
        flow = next((name for name in names if name in self.flows.flows), "")
        country = next(iter(rest), "") if flow else first
        self.walk.path.clear()
        if len(country) == 2:
            self.walk.mention(self.world.find_place(country.upper(), self.walk.locale))
        self.walk.at = NOWHERE
        if not flow and self.walk.pending:
            self._jump(self.flows.common.place)
        else:
            self._jump(flow or "start")

    def _open(self, link: Link, value: str) -> None:
        walk = self.walk
        walk.path.clear()
        if link.save:
            walk.answers[link.save] = value
        else:
            walk.mention(self.world.find_place(value, walk.locale))
        self._jump(link.goto)

    def _command(self, command: Command) -> None:
        target = self.flows.common.commands.get(command.name, command.name)
        if command.name == "back":
            self.walk.back()
        elif target.partition("/")[0] in self.flows.flows:
            if command.argument:
                self.walk.mention(place_named(self.walk, clean(command.argument)))
            self._jump(target)
        else:
            self._lost()

    def _press(self, data: str) -> None:
        turn, _, button = data.partition(":")
        if data.startswith(LINK):
            self._follow(*linked(self.flows, data))
        elif button in (EMERGENCY, MENU):
            self._global(button)
        elif turn != str(self.walk.before.turn):
            self._stale()
        elif button == BACK:
            self.walk.back()
        else:
            offered = {str(index): means for index, means in enumerate(self.walk.offered)}
            self._pressed(offered.get(button, ""))

    def _follow(self, to: Frame | None, about: str) -> None:
        """Go where the button of a pushed message leads, from wherever the person is."""
        if to is None:
            self._stale()
            return
        if slot := self.flows.flows[to.flow].about:
            self.walk.answers[slot] = about
        self._jump(f"{to.flow}/{to.node}")

    def _pressed(self, means: str) -> None:
        """Act on a button of the present question."""
        walk, node = self.walk, self.walk.node
        choice = self._choice(node, means[len(CHOICE) :]) if means.startswith(CHOICE) else None
        if node is None or not self._is_live(node, means):
            self._stale()
        elif choice is not None:
            self._choose(node, choice)
        elif means.startswith(VALUE):
            self._answered(node, self._value(node, means[len(VALUE) :]))
        elif means.startswith(TOGGLE):
            self._toggle(node, means[len(TOGGLE) :])
        else:
            self._leave_answered()
            walk.go(node.goto or "")

    def _is_live(self, node: Node, means: str) -> bool:
        """Whether a button that was shown still belongs to its question, after an edit too."""
        if node.ask in PLACE_TYPES and means.startswith(VALUE):
            return "|" in means
        if node.ask == "days" and means.startswith(VALUE):  # those of the day it was shown
            return are_days(means[len(VALUE) :].split("/"))
        options = self.walk.pressable(node)
        return bool(means) and any(option.means == means for option in options)

    def _locate(self, event: Location) -> None:
        node = self.walk.node
        if node is not None and node.ask in PLACE_TYPES:
            self._answer(node, event)
            return
        self._show_place(self.world.place_at(event.latitude, event.longitude, self.walk.locale))

    def _show_place(self, found: Found) -> None:
        """Show what there is for a place named out of the blue; in an emergency, its numbers."""
        common = self.flows.common
        urgent = self.walk.at.flow == self._urgent
        self.walk.mention(found)
        self._jump(common.emergency if urgent and self.walk.pending else common.place)

    def _media(self, event: Media) -> None:
        """Refuse it kindly; what is written under it counts as written."""
        walk = self.walk
        at = self.flows.resolve(self.flows.common.media)
        node = self.flows.node(at)
        if node is not None:
            text = walk.world.translate(walk.locale, f"{at.flow}.{at.node}.say", node.say)
            walk.add(Message(text, flow=at.flow, node=at.node))
        caption = clean(event.caption)
        if trigger := self._cry(self.flows.triggers.heard(words(caption))):
            self._triggered(trigger, caption)
        elif walk.node is not None:
            walk.show(walk.node)

    def _text(self, text: str) -> None:
        walk, node = self.walk, self.walk.node
        moved = bool(walk.prefix)  # by an edit: what is written answers another question
        labels = labels_of(walk, None if moved else node)
        text = text.strip().removeprefix(CHECKED)
        if key := typed_key(walk, text):
            self._global(key)
            return
        if means := meaning(fold(text), labels):
            self._pressed(means)
            return
        said = words(text)
        heard = self.flows.triggers.heard(said)
        if trigger := self._cry(heard):
            told = not trigger.whole  # a wish and nothing else
            if node is not None and node.ask in TEXT_TYPES and told and not moved:
                self._answer_silently(node, text)
            self._triggered(trigger, text)
            return
        if means := meaning(said, labels):
            self._pressed(means)
            return
        if node is not None and moved:
            walk.show(node)
            return
        self._understand(text, heard)

    def _understand(self, text: str, heard: list[Trigger]) -> None:
        """Take a text as an answer, else as a wish, else as a place, else as a greeting."""
        walk, node = self.walk, self.walk.node
        question = node.ask if node else None
        welcome = self.flows.resolve("start")
        wishes = [each for each in heard if self.flows.resolve(each.goto) != welcome]
        # To where somebody lives, "who can I call in Kenya" is no answer.
        answers = question is not None and not (wishes and question == "country")
        if node is not None and answers and self._answer(node, Text(text)):
            return
        if wishes:
            self._triggered(wishes[0], text)
            return
        if not question and (found := place_named(walk, text)).status != "unknown":
            self._show_place(found)
        elif heard:
            self._jump("start")
        elif node is not None:
            self._unclear(node, text)
        elif walk.before.turn:
            self._lost()
        else:
            self._jump("start")

    def _cry(self, heard: list[Trigger]) -> Trigger | None:
        """What beats even an open question."""
        return next((trigger for trigger in heard if trigger.wins), None)

    # Meanings

    @property
    def _urgent(self) -> str:
        return self.flows.resolve(self.flows.common.emergency).flow

    def _jump(self, target: str) -> None:
        """Go somewhere from outside the present conversation."""
        walk = self.walk
        walk.leave()
        to = self.flows.resolve(target)
        # Who goes elsewhere need not hear of an edit, and in an emergency of nothing else.
        if not walk.before.expired or to.flow == self._urgent:
            walk.prefix = ""
        walk.at = NOWHERE
        walk.visit(to)

    def _triggered(self, trigger: Trigger, text: str) -> None:
        walk = self.walk
        if not trigger.whole:  # those words name no place, even where one is called so
            cry = trigger.wins  # whoever cries for help plans no trip
            found = self.world.find_place(text, walk.locale) if cry else place_named(walk, text)
            walk.mention(found)
        self._jump(trigger.goto)

    def _global(self, means: str) -> None:
        if means == EMERGENCY:
            self._jump(self.flows.common.emergency)
        elif means == BACK:
            self.walk.back()
        else:
            self._jump(self.flows.common.menu)
            self.walk.path.clear()

    def _stale(self) -> None:
        """Say where the conversation is now, and ask the open question again."""
        walk = self.walk
        walk.prefix = walk.prefix or walk.common("stale")
        if walk.node is not None:
            walk.show(walk.node)
        else:
            walk.menu()

    def _lost(self) -> None:
        walk = self.walk
        if walk.node is not None:
            walk.prefix = walk.common("lost")
            walk.show(walk.node)
            return
        walk.say(walk.common("lost"))
        walk.menu()

    def _answer(self, node: Node, event: Event) -> bool:
        """Read an answer to the open question; false when a text is no answer to it."""
        walk = self.walk
        home = walk.answers.get("home_country", "")
        country = home if isinstance(home, str) else ""
        found = place_answered(walk, node, event)
        if found is None:
            answer = read_answer(node, event, walk.locale, self.world, home=country, here=walk.here)
        else:
            answer = read_place(node.ask or "", found)
        if isinstance(answer, Which):
            walk.ask_which(answer)
        elif isinstance(answer, Given):
            self._answered(node, answer.value)
        elif isinstance(event, Location):
            self._unclear(node, f"📍 {event.latitude:.4g}, {event.longitude:.4g}")
        else:
            return False
        return True

    def _answer_silently(self, node: Node, text: str) -> None:
        """Keep what a witness wrote although it leads elsewhere: nobody should write it twice."""
        walk = self.walk
        answer = read_answer(node, Text(text), walk.locale, self.world, home="", here=walk.here)
        if node.save and isinstance(answer, Given):
            walk.answers[node.save] = answer.value

    def _answered(self, node: Node, value: str | list[str]) -> None:
        walk = self.walk
        self._leave_answered()
        walk.keep(node, value)
        walk.go(node.goto or "")

    def _leave_answered(self) -> None:
        self.answered = self.walk.at
        self.walk.leave()

    def _choose(self, node: Node, choice: Choice) -> None:
        walk = self.walk
        self._leave_answered()
        skipped = choice.value == SKIPPED and node.save in walk.answers
        if node.save and choice.value is not None and not skipped:  # an answer is never lost
            walk.keep(node, choice.value)
        walk.go(choice.goto or node.goto or "")

    def _toggle(self, node: Node, value: str) -> None:
        walk = self.walk
        chosen = walk.answers.get(node.save or "", [])
        known = list(chosen) if isinstance(chosen, list) else [chosen]
        known = [v for v in known if v != value] if value in known else [*known, value]
        if node.save:
            walk.answers[node.save] = known
        walk.show(node, instead=True)

    def _unclear(self, node: Node, text: str) -> None:
        """Ask again in other words; from the second time on with a way round."""
        walk = self.walk
        walk.misses += 1
        said = text.strip()
        if len(said) > SHOWN_OF_ANSWER:
            said = said[:SHOWN_OF_ANSWER].rstrip() + "…"
        said = html.escape(said, quote=False)
        rungs = [rung for rung in node.ladder if rung]
        if rungs:
            rung = min(walk.misses, len(rungs)) - 1
            field = "unclear" if isinstance(node.unclear, str) else f"unclear.{rung}"
            reply = walk.text(field, rungs[rung], answer=said)
        elif node.ask:
            reply = walk.common("unclear", answer=said)
        else:
            question = walk.text("say", node.say)
            reply = f"{walk.common('choose')}\n\n{question}"
        walk.show(node, reply)

    # Looking things up

    def _choice(self, node: Node | None, key: str) -> Choice | None:
        choices = (*node.choices, *node.stuck) if node else ()
        return next((choice for choice in choices if choice.key == key), None)

    def _value(self, node: Node, text: str) -> str | list[str]:
        if node.ask in PLACE_TYPES:
            country, _, name = text.partition("|")
            return place_value(node.ask or "", country, name)
        if node.ask == "days":
            return text.split("/")
        if node.ask in DAY_TYPES:
            return named_day(node.ask or "", text, self.walk.here, self.world)
        return text
