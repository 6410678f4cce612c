"""Processes die, everything around them breaks, and the history shows that nothing was lost.

This is the short form; the long one is ``python -m benchmarks.chaos --kills 1000``.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from shipped_content import CONTENT

from benchmarks.chaos.checker import Checker, Verdict
from benchmarks.chaos.history import read
from benchmarks.chaos.outages import Unsupported
from benchmarks.chaos.scene import play, roll
from benchmarks.chaos.stage import Scene
from benchmarks.delivery_processes import ROOT

FEW = Scene("short", walkers=10, hurried=3, pause=0.5, every=0.5, longest=2.0, forked=True)


async def judged(scene: Scene, folder: Path) -> Verdict:
    """What the checker says of a scene."""
    history = folder / "history.jsonl"
    try:
        await play(scene, folder, history, CONTENT)
    except Unsupported as reason:
        pytest.skip(str(reason))
    return Checker(CONTENT, read(history)).verdict()


@pytest.mark.parametrize(
    "scene",
    [
        replace(FEW, kills=3, breaks=5, of=("redis", "telegram"), seed=9),
        replace(FEW, kills=2, breaks=1, of=("redis",), redis="cluster", seed=9),
        replace(FEW, kills=1, breaks=1, of=("disk",)),
    ],
    ids=["redis and telegram", "cluster", "disk"],
)
async def test_nothing_is_lost_doubled_or_out_of_order(scene: Scene, tmp_path: Path) -> None:
    found = await judged(scene, tmp_path)
    assert found.violations == []
    assert found.kills == scene.kills
    assert found.outages.total() == scene.breaks
    assert found.people == scene.walkers + scene.hurried
    assert found.messages >= found.updates > found.people


async def test_a_rolling_update_fails_no_update(tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    await roll(replace(FEW, seconds=1.0, quiet=1.0), tmp_path, history, CONTENT, ROOT)
    found = Checker(CONTENT, read(history)).verdict()
    assert found.violations == []
    assert found.repeats == 0
    assert {part for part in found.waits if part} == {"before", "during", "after"}


async def test_each_of_three_planted_mistakes_is_found(tmp_path: Path) -> None:
    """See ``faulty_bot.py``: by the number of the chat an answer is lost, doubled or overtaken."""
    faulty = Scene(
        "faulty",
        replicas=1,
        walkers=9,
        hurried=0,
        pause=0.1,
        kills=0,
        seconds=4.0,
        patience=2.0,
        quiet=1.0,
        arguments=("-m", "tests.chaos.faulty_bot"),
    )
    found = await judged(faulty, tmp_path)
    said = [re.match(r"chat (\d+): (.*)", line) for line in found.violations]
    by_chat = [(int(line[1]) % 3, line[2]) for line in said if line]
    for rest, words in ((0, "was lost"), (1, "came twice"), (2, "came out of order")):
        assert any(words in text for number, text in by_chat if number == rest), found.violations
    assert not any("came twice" in text for number, text in by_chat if number == 0)
    assert not any("was lost" in text for number, text in by_chat if number == 1)
