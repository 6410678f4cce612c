"""The shipped content, mutated at random: the checker says what is wrong, or the engine runs."""

from __future__ import annotations

import random
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from shipped_content import CONTENT

from bot.check import check
from bot.content import Content, shipped
from bot.conversation.events import Command, Press, Text
from bot.conversation.flows import load
from bot.conversation.session import Session

NOW = datetime(2026, 11, 25, tzinfo=UTC)
TODAY = date(2026, 11, 25)
FLOWS = sorted(f"flows/{path.name}" for path in shipped().glob("flows/*.yaml"))
DATA = sorted(f"data/{path.name}" for path in shipped().glob("data/*.yaml"))
VALUES = (
    *("goto: nowhere", "goto: start", "goto: urgent/numbers", "ask: number", "ask: place"),
    *("type: many", "save: here", "call: report", "do: erase", "end: true", "branch: []"),
    *("was: [a, a]", "min: .inf", "max: NaN", "say: 1e999", "phone: 0112", "country: NO"),
    *("checked: 12:30", "hours: always", "months: [0, 13]", "id: ''", "web: javascript:alert(1)"),
    *("say: \u202e\u200d\ufeff", "say: \U0001f468\u200d\U0001f469", "say: ''", "choices: {}"),
    *("x: &a [*a]", "x: &a {<<: *a}", "x: !!python/object:os.system ls", "x: !!binary aGk="),
    *(
        "? {a: b}\n  : c",
        "- -",
        "say: |",
        "say: >-\n\t",
        "%YAML 9.9",
        "---",
        "...",
        "\x85",
        "\u2028",
    ),
)


def mutated(text: bytes, chance: random.Random) -> bytes:
    """A file after one mistake that a hand, an editor or a disk can make."""
    lines = text.split(b"\n")
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    line = lines[at]
    indent = line[: len(line) - len(line.lstrip())]
    key, colon, value = line.partition(b":")
    value = chance.choice(VALUES).encode()
    cut = chance.randrange(len(text) + 1)
    edits: tuple[list[bytes] | bytes, ...] = (
        [],  # a line deleted, doubled, renamed, emptied, retargeted, indented otherwise
        [line, line],
        [key + b"_" + colon + line[len(key) + 1 :]],
        [key + colon],
        [key + colon + b" " + lines[other].strip().partition(b": ")[2]],
        [b" " * chance.randrange(9) + line.lstrip()],
        [line, indent + value],
        [line, b"  " + indent + value],
        [key + colon + b" " + b"x" * 300_000],
        [key + colon + b" " + b"[" * 3000],
        lines[: at + 1] + lines[other : other + 20],  # a block pasted elsewhere
        text[:cut],
        text[:cut] + bytes(chance.randrange(256) for _ in range(8)) + text[cut:],
        text.replace(b"\n", b"\r\n"),
        text.replace(b": ", chance.choice((b":", b" : ", b": &a ", b": *a ")), chance.randrange(9)),
        text.decode().encode("utf-16"),
    )
    edit = chance.choice(edits)
    if isinstance(edit, bytes):
        return edit
    lines[at : at + 1] = edit
    return b"\n".join(lines)


def runs(content: Content) -> None:
    """Every flow can be opened, every question answered and left."""
    flows = content.flows
    opened = [content.advance(Session(), Command(name), NOW) for name in flows.flows]
    waiting = [
        Session(flow=flow.flow, node=name, turn=1)
        for flow in flows.flows.values()
        for name, node in flow.nodes.items()
        if node.waits
    ]
    for session in [*(turn.session for turn in opened), *waiting]:
        for event in (Text("Kenya"), Press(f"{session.turn}:0"), Press("0:!menu")):
            turn = content.advance(session, event, NOW)
            assert turn.messages
        help_ = content.advance(session, Press("0:!emergency"), NOW)
        assert help_.session.flow == flows.resolve(flows.common.emergency).flow


def assert_found_or_runs(names: list[str], seed: int) -> None:
    chance = random.Random(seed)
    with TemporaryDirectory() as place:
        folder = Path(place)
        for part in ("flows", "data"):
            shutil.copytree(shipped() / part, folder / part)
        for name in names:
            path = folder / name
            path.write_bytes(mutated(path.read_bytes(), chance))
        errors = [finding for finding in check(folder, TODAY) if finding.is_error]
        for finding in errors:
            assert Path(finding.file).is_relative_to(folder)
            assert finding.line >= 1
            assert finding.message.strip()
        if not errors and any(name in FLOWS for name in names):
            runs(replace(CONTENT, flows=load(folder / "flows")))
        if not errors and any(name in DATA for name in names):
            runs(Content.load(folder, places=CONTENT.places))


@settings(max_examples=6, deadline=None)
@given(names=st.lists(st.sampled_from(FLOWS), min_size=1, max_size=2), seed=st.integers(0, 10**9))
def test_mutated_flows(names: list[str], seed: int) -> None:
    assert_found_or_runs(names, seed)


@settings(max_examples=4, deadline=None)
@given(name=st.sampled_from(DATA), seed=st.integers(0, 10**9))
def test_mutated_data(name: str, seed: int) -> None:
    assert_found_or_runs([name], seed)
