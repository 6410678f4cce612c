"""An editor who rewrites the flows at random: what is saved is another edition of them."""

from __future__ import annotations

import copy
import functools
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from bot.conversation.flows import COMMON, TRIGGERS, FlowSet, Loaded, compile_flows
from bot.conversation.schema import CommonFile, Flow, TriggerFile
from bot.conversation.source import Source, read
from bot.conversation.triggers import Triggers

Files = dict[str, Any]
"""What stands in each file."""
FIXED = ("start", "urgent", "child", "report", "hotline", "tips", "events", "learn", "privacy")
FIXED += ("settings", "help", "followup", "report_form")
"""Flows that links, commands and the program name, and the one without which no report is made."""
RETYPED = {"text": "when", "when": "text", "number": "text"}


def files_of(folder: Path) -> Files:
    """What stands in the files of a folder."""
    return {path.name: read(path.name, path.read_text("utf-8")).data for path in folder.glob("*")}


def edition(files: Files) -> FlowSet:
    """The flows that stand in files."""
    flows = {
        name: msgspec.convert(data, Flow, strict=False)
        for name, data in files.items()
        if name not in (COMMON, TRIGGERS)
    }
    common = msgspec.convert(files[COMMON], CommonFile, strict=False)
    sources = {name: Source(name, data, {}, []) for name, data in files.items()}
    loaded = Loaded(sources, {f.flow: f for f in flows.values()}, {}, common, None, [])
    triggers = _triggers(msgspec.json.encode(files[TRIGGERS]))  # costly, and edited rarely
    return replace(compile_flows(loaded, common, TriggerFile({})), triggers=triggers)


@functools.lru_cache(4)
def _triggers(data: bytes) -> Triggers:
    return Triggers(msgspec.json.decode(data, type=TriggerFile, strict=False).triggers)


class Editor:
    """Changes a copy of the files, a few edits at a time, and now and then starts over."""

    def __init__(self, files: Files, chance: random.Random) -> None:
        self.first = files
        self.files = files
        self.chance = chance
        self.made = 0
        self.edits: tuple[Callable[[], bool], ...] = (
            self.rename,
            self.rename_without_a_word,
            self.remove,
            self.retype,
            self.vanish,
            self.rename_flow,
            self.insert,
            self.reorder,
        )

    def rewrite(self) -> Files:
        """The files after a few more edits; they are not taken over until :attr:`files` is set."""
        kept = self.first if self.chance.random() < 0.15 else self.files
        self.files, before = copy.deepcopy(kept), self.files
        done = 0
        while done < self.chance.randint(1, 4):
            done += self.chance.choice(self.edits)()
        self.files, rewritten = before, self.files
        return rewritten

    # Edits: each says whether it found something to do.

    def rename(self) -> bool:
        """Rename a step, and write down its former name."""
        flow, name = self._any_node()
        new = self._renamed(flow, name)
        node = flow["nodes"][new]
        node["was"] = [*node.get("was", []), name]
        return True

    def rename_without_a_word(self) -> bool:
        """Rename a step and forget about those who stand there."""
        self._renamed(*self._any_node())
        return True

    def remove(self) -> bool:
        """Remove a question; whatever led there leads to what followed."""
        flow, name = self._any_node(waits=True)
        node = flow["nodes"][name]
        onward = node.get("goto") or next(
            (c["goto"] for c in node.get("choices", []) if "goto" in c), ""
        )
        local = onward in flow["nodes"]
        if not onward or onward == name or (flow["start"] == name and not local):
            return False
        far = f"{flow['flow']}/{onward}" if local else onward
        del flow["nodes"][name]
        for other in flow["nodes"].values():
            if arms := other.get("branch"):
                kept = [arm for arm in arms[:-1] if arm["goto"] != name]
                other["branch"] = [*kept, arms[-1]]
        self._retarget(flow["flow"], name, onward, far)
        return True

    def retype(self) -> bool:
        """Let a slot keep another kind of answer, and its questions ask for that."""
        flow = self._any_flow()
        names = [n for n, slot in flow.get("slots", {}).items() if slot["type"] in RETYPED]
        if not names:
            return False
        name = self.chance.choice(names)
        kind = RETYPED[flow["slots"][name]["type"]]
        for each in self._flows():
            if name in each.get("slots", {}):
                each["slots"][name]["type"] = kind
            for node in each["nodes"].values():
                if node.get("save") == name and "ask" in node:
                    node["ask"] = kind
        return True

    def vanish(self) -> bool:
        """Remove a whole flow; whatever led there leads to the menu."""
        flow = self._any_flow()
        name = flow["flow"]
        if name in FIXED or any(
            node.get("call") == name for each in self._flows() for node in each["nodes"].values()
        ):
            return False
        for file, data in list(self.files.items()):
            if data is flow:
                del self.files[file]
        for holder, key, _ in self._targets():
            if holder[key].partition("/")[0] == name:
                holder[key] = "start/menu"
        return True

    def rename_flow(self) -> bool:
        """Rename a flow, and write that down in common.yaml."""
        flow = self._any_flow()
        old = flow["flow"]
        if old in FIXED[:-1]:
            return False
        new = f"{old}_{self._number()}"
        for holder, key, at in self._targets():
            first, slash, node = holder[key].partition("/")
            if first == old and (slash or old not in at.get("nodes", {})):
                holder[key] = f"{new}{slash}{node}"
        for each in self._flows():
            for node in each["nodes"].values():
                if node.get("call") == old:
                    node["call"] = new
        flow["flow"] = new
        self.files[COMMON].setdefault("renamed", {})[old] = new
        return True

    def insert(self) -> bool:
        """Put a new question before a step."""
        flow, name = self._any_node(waits=True)
        new = f"new_{self._number()}"
        self._retarget(flow["flow"], name, new, f"{flow['flow']}/{new}")
        choices = [{"label": "Go on", "goto": name}]
        flow["nodes"][new] = {"say": "One thing more.", "choices": choices}
        return True

    def reorder(self) -> bool:
        """Turn the buttons of a question round and say it in other words."""
        flow, name = self._any_node(waits=True)
        node = flow["nodes"][name]
        node["choices"] = node.get("choices", [])[::-1]
        node["say"] = f"Now: {node['say']}"
        return True

    # What there is

    def _number(self) -> int:
        self.made += 1
        return self.made

    def _flows(self) -> list[dict[str, Any]]:
        return [data for name, data in self.files.items() if name not in (COMMON, TRIGGERS)]

    def _any_flow(self) -> dict[str, Any]:
        return self.chance.choice(self._flows())

    def _any_node(self, *, waits: bool = False) -> tuple[dict[str, Any], str]:
        """A step of any flow; every second time of the report."""
        flows = [
            each
            for each in self._flows()
            if any("ask" in n or "choices" in n for n in each["nodes"].values())
        ]
        report = [each for each in flows if each["flow"].startswith("report_form")]
        flow = self.chance.choice(report if self.chance.random() < 0.5 else flows)
        names = [
            n for n, node in flow["nodes"].items() if not waits or {"ask", "choices"} & {*node}
        ]
        return flow, self.chance.choice(names)

    def _targets(self) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
        """Every place that names a step: what holds it, under which key, in which file."""
        for data in self.files.values():
            for node in data.get("nodes", {}).values():
                holders = [node, *node.get("choices", []), *node.get("stuck", [])]
                for holder in [*holders, *node.get("branch", [])]:
                    if "goto" in holder:
                        yield holder, "goto", data
            for holder in [*data.get("triggers", {}).values(), *data.get("links", {}).values()]:
                yield holder, "goto", data
        common = self.files[COMMON]
        for held in (common.get("commands", {}), common.get("renamed", {})):
            yield from ((held, key, common) for key in held)
        yield from ((common, key, common) for key in ("emergency", "menu", "place", "media"))

    def _retarget(self, flow: str, name: str, here: str, elsewhere: str) -> None:
        """Lead from a step to another one, called ``here`` in its flow and so ``elsewhere``."""
        for holder, key, at in self._targets():
            if holder[key] == f"{flow}/{name}":
                holder[key] = elsewhere
            elif at.get("flow") == flow and holder[key] == name:
                holder[key] = here
        for data in self._flows():
            if data["flow"] == flow and data["start"] == name:
                data["start"] = here

    def _renamed(self, flow: dict[str, Any], name: str) -> str:
        new = f"{name[:30]}_{self._number()}"
        flow["nodes"] = {new if n == name else n: node for n, node in flow["nodes"].items()}
        self._retarget(flow["flow"], name, new, f"{flow['flow']}/{new}")
        return new
