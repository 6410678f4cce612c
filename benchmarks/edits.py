"""Flows rewritten under people who are talking: is anybody stuck, is an answer lost?

An editor renames, removes, inserts and reorders steps, changes what slots keep, renames and removes
flows, at random, time and again. Editions with mistakes are refused, as the running bot refuses
them. After each rewriting that is taken up, of everybody who is in the middle of a conversation:

* whoever stood at a step that is still there, under whatever name, stands there;
* no answer is gone whose slot is still there and keeps the same kind;
* the menu and the emergency numbers are one press away;
* some, and at the end all, finish a report: they get to its summary, and then to where to send it.

Run with ``python -m benchmarks.edits``; it exits with 1 when any of that fails.
"""

from __future__ import annotations

import argparse
import collections
import math
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import yaml
from msgspec.structs import replace

from benchmarks.edits_rewriting import Editor, Files, edition, files_of
from bot.check import check
from bot.content import Content, shipped
from bot.conversation.effects import Deliver
from bot.conversation.engine import Turn
from bot.conversation.events import Command, Event, Media, Press, Start, Text
from bot.conversation.flows import FlowSet
from bot.conversation.schema import Node
from bot.conversation.session import Frame, Session, pack, unpack

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = date(2026, 11, 25)
SUMMARY, SENDING = "show_report", "show_where_to_send"
"""Actions that a report has to come to, one after the other."""
STEPS = 120
"""Things that somebody who reports may have to do."""
ANSWERS = {"number": "3", "when": "yesterday", "date": "yesterday", "days": "2026-12-01"}
WRITTEN = ("Kenya", "a man with a girl", "yesterday", "3", "help", "xyzzy", "☰ Menu", "◀ Back")
COMMANDS = ("report", "hotline", "tips", "learn", "back", "privacy", "survey", "settings")


class Outcome(msgspec.Struct):
    """What became of everybody."""

    editions: int = 0
    refused: int = 0
    turns: int = 0
    moved: int = 0
    finished: int = 0
    kept: int = 0
    failures: list[str] = []


class Person:
    """Somebody who presses and writes whatever comes to mind."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = NOW
        self.session = Session()
        self.last = Turn(self.session)
        self.old = ["0:0"]

    def tries(self, content: Content, session: Session, event: Event) -> Turn:
        """What would be said; it is not remembered."""
        self.now += timedelta(seconds=20)
        return content.advance(session, event, self.now)

    def does_something(self, content: Content) -> None:
        """Press, write, or send something, and remember where that leads."""
        buttons = [b for m in self.last.messages for b in m.buttons if b.kind == "press"]
        dice = self.chance.random()
        event: Event
        if buttons and dice < 0.75:
            button = self.chance.choice(buttons)
            event = Press(button.value) if button.value else Text(button.label)
        elif dice < 0.8:
            event = Press(self.chance.choice(self.old))
        elif dice < 0.92:
            event = Text(self.chance.choice(WRITTEN))
        elif dice < 0.94:
            event = Media("photo")
        elif dice < 0.97 or not self.session.turn:
            event = Start(self.chance.choice(("", "report", "hotline-KE", "to_TH")))
        else:
            event = Command(self.chance.choice(COMMANDS))
        turn = self.tries(content, self.session, event)
        if turn.messages:
            self.last = turn
            self.old = [*self.old[-20:], *(b.value for b in buttons if b.value)]
        self.session = unpack(*pack(turn.session))


def distances(flows: FlowSet, goal: str) -> dict[Frame, int]:
    """How many steps it is at least from each step to an action."""
    leads: dict[Frame, list[Frame]] = collections.defaultdict(list)
    goals = []
    for flow in flows.flows.values():
        for name, node in flow.nodes.items():
            at = Frame(flow.flow, name)
            ways = [node.goto, *(c.goto for c in node.choices), *(a.goto for a in node.branch)]
            for target in [*ways, node.call]:
                if target:
                    leads[flows.resolve(target, flow.flow)].append(at)
            if node.do == goal:
                goals.append(at)
    far = dict.fromkeys(goals, 0)
    queue = collections.deque(goals)
    while queue:
        at = queue.popleft()
        for before in leads[at]:
            if before not in far:
                far[before] = far[at] + 1
                queue.append(before)
    return far


def finishes(content: Content, person: Person) -> bool:
    """Whether a person gets from where they are to the end of a report."""
    turn = person.tries(content, person.session, Command("report"))
    for goal in (SUMMARY, SENDING):
        reached = _reaches(content, person, turn, goal)
        if reached is None:
            return False
        turn = reached
    return True


def _reaches(content: Content, person: Person, turn: Turn, goal: str) -> Turn | None:
    """The turn in which an action is reached, by the shortest way that was not tried before."""
    flows = content.flows
    far = distances(flows, goal)
    tried: collections.Counter[tuple[Frame, str]] = collections.Counter()
    for _ in range(STEPS):
        shown = [flows.node(Frame(message.flow, message.node)) for message in turn.messages]
        sent = goal == SENDING and any(isinstance(effect, Deliver) for effect in turn.effects)
        if sent or any(node is not None and node.do == goal for node in shown):
            return turn
        at = Frame(turn.session.flow, turn.session.node)
        node = flows.node(at)
        ways = _ways(flows, turn.session, at, node) if node else {}
        if not ways:
            return None
        key = min(ways, key=lambda way: far.get(ways[way][1], math.inf) + 5 * tried[at, way])
        tried[at, key] += 1
        turn = person.tries(content, turn.session, ways[key][0])
    return None


def _ways(
    flows: FlowSet, session: Session, at: Frame, node: Node
) -> dict[str, tuple[Event, Frame]]:
    """What can be done at a question, and where it leads."""
    ways: dict[str, tuple[Event, Frame]] = {}
    for choice in node.choices:
        target = choice.goto or node.goto
        if choice.is_press and target and f"c:{choice.key}" in session.offered:
            number = session.offered.index(f"c:{choice.key}")
            ways[choice.key] = Press(f"{session.turn}:{number}"), flows.resolve(target, at.flow)
    if node.ask and node.goto:
        written = "Kenya" if node.ask in ("place", "country") else ANSWERS.get(node.ask, "a word")
        ways[""] = Text(written), flows.resolve(node.goto, at.flow)
    return ways


def look_at(content: Content, person: Person, before: FlowSet, outcome: Outcome) -> None:
    """Note everything that is not as it should be for a person after an edit."""
    flows, session = content.flows, person.session

    def fail(what: str) -> None:
        outcome.failures.append(f"{what} at {session.flow}/{session.node}")

    turn = person.tries(content, session, Press("0:stale"))
    after = turn.session
    if not turn.messages or not turn.messages[-1].buttons:
        fail("nothing to press")
    here, there = flows.today(Frame(session.flow, session.node)), Frame(after.flow, after.node)
    node = flows.node(here)
    if node is not None and node.waits and here != there:
        fail(f"moved to {there.flow}/{there.node}")
    outcome.moved += here != there
    answers, kept = session.slots | session.secrets, after.slots | after.secrets
    for name, value in answers.items():
        old, new = before.slots.get(name), flows.slots.get(name)
        if old is not None and new is not None and old.type == new.type:
            outcome.kept += 1
            if kept.get(name) != value:
                fail(f"{name} is lost")
    menu = person.tries(content, session, Press(f"{session.turn}:!menu")).session
    if Frame(menu.flow, menu.node) != flows.resolve(flows.common.menu):
        fail("no menu")
    help_ = person.tries(content, session, Press(f"{session.turn}:!emergency"))
    if help_.session.flow != flows.resolve(flows.common.emergency).flow:
        fail("no emergency")


def run(
    content: Content,
    *,
    people: int,
    rewrites: int,
    finishing: int,
    accepts: Callable[[Files], bool] = lambda _files: True,
    seed: int = 1,
) -> Outcome:
    """Rewrite so often under so many people, ``finishing`` of whom report each time."""
    chance = random.Random(seed)
    editor = Editor(files_of(shipped() / "flows"), chance)
    crowd = [Person(seed * 10**6 + number) for number in range(people)]
    outcome = Outcome()
    for person in crowd:
        for _ in range(chance.randrange(12)):
            person.does_something(content)
    while outcome.editions < rewrites:
        files = editor.rewrite()
        flows = edition(files)
        report = flows.resolve("report")
        possible = all(report in distances(flows, goal) for goal in (SUMMARY, SENDING))
        if not possible or not accepts(files):
            outcome.refused += 1
            continue
        editor.files, before = files, content.flows
        content = replace(content, flows=flows)
        outcome.editions += 1
        last = outcome.editions == rewrites
        who = crowd if last else chance.sample(crowd, finishing)
        for person in crowd:
            look_at(content, person, before, outcome)
        for person in who:
            if finishes(content, person):
                outcome.finished += 1
            else:
                outcome.failures.append(
                    f"no report from {person.session.flow}/{person.session.node}"
                )
        for person in crowd:
            for _ in range(chance.randint(1, 3)):
                person.does_something(content)
                outcome.turns += 1
    return outcome


class Checker:
    """Says of files whether the running bot would take them up."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        shutil.copytree(shipped() / "data", folder / "data")

    def accepts(self, files: Files) -> bool:
        """Whether ``dontlookaway check`` finds no error."""
        flows = self._folder / "flows"
        shutil.rmtree(flows, ignore_errors=True)
        flows.mkdir()
        for name, data in files.items():
            written = yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True)
            (flows / name).write_text(written, "utf-8")
        return not any(finding.is_error for finding in check(self._folder, TODAY))


def main() -> int:
    """Rewrite, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--rewrites", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(
            Content.load(shipped()),
            people=options.people,
            rewrites=options.rewrites,
            finishing=options.people // 25,
            accepts=Checker(Path(folder)).accepts,
            seed=options.seed,
        )
    print(f"{outcome.editions} editions taken up, {outcome.refused} refused")
    print(f"{options.people} people, {outcome.turns:,} turns; {outcome.moved:,} times moved on")
    print(f"{outcome.kept:,} answers looked for, {outcome.finished:,} reports finished")
    print(f"{len(outcome.failures)} failures, {time.perf_counter() - started:.0f} s")
    for failure, times in collections.Counter(outcome.failures).most_common(20):
        print(f"  {times} × {failure}")
    return bool(outcome.failures)


if __name__ == "__main__":
    sys.exit(main())
