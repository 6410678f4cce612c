"""Everything that comes from outside, as odd as can be: the short form of ``benchmarks.fuzz``.

The inputs are the same in every run. A fault that a long run finds gets a test of its own where the
mended module has its tests.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from benchmarks.fuzzing import TARGETS
from benchmarks.fuzzing.files import BOMBS
from benchmarks.fuzzing.outside import close_all
from benchmarks.fuzzing.target import Target, Violated

EXAMPLES = 30
BESIDE = ("posted updates", "questions", "requests", "studio, reading", "studio, writing")
"""Targets behind a server, all of them in one process."""


@pytest.fixture(scope="module", autouse=True)
def servers() -> Iterator[None]:
    yield
    close_all()


def fuzzed(target: Target, examples: int = EXAMPLES) -> None:
    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(target.inputs)
    def once(value: object) -> None:
        target.check(value)

    once()


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(
            target,
            id=target.name,
            marks=pytest.mark.xdist_group("fuzz") if target.name in BESIDE else (),
        )
        for target in TARGETS
    ],
)
def test_whatever_comes_in_nothing_breaks(target: Target) -> None:
    fuzzed(target)


@pytest.mark.parametrize("bomb", BOMBS, ids=range(len(BOMBS)))
def test_bombs_of_yaml_are_refused_by_every_reader(bomb: bytes) -> None:
    readers = [target for target in TARGETS if bomb in target.seeds]
    assert len(readers) >= 6
    for reader in readers:
        reader.check(bomb)


def test_a_fault_would_be_seen() -> None:
    careless = next(target for target in TARGETS if target.name == "updates")

    def check(bodies: object) -> None:
        if any(b'"text"' in body for body in bodies):  # type: ignore[attr-defined]
            raise Violated("planted")

    with pytest.raises(Violated, match="planted"):
        fuzzed(Target("planted", careless.inputs, check, ()))
