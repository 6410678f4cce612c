"""What people write first, in ten languages: distress is heard, nobody is alarmed in vain."""

from __future__ import annotations

from itertools import groupby

import pytest
from shipped_content import CONTENT

from benchmarks.triggers import LISTS, Heard, hear

SHARE = 0.95
"""Of the sentences of a language that must reach the flow that answers them."""


@pytest.fixture(scope="module")
def heard() -> list[Heard]:
    content = CONTENT
    return [each for path in LISTS for each in hear(content, path)]


def test_distress_and_danger_are_always_heard(heard: list[Heard]) -> None:
    assert [each for each in heard if each.cry and not each.right] == []


def test_an_ordinary_sentence_raises_no_alarm(heard: list[Heard]) -> None:
    assert [each for each in heard if each.false_alarm] == []


def test_nearly_every_wish_is_understood_in_every_language(heard: list[Heard]) -> None:
    by_language = {
        language: list(own)
        for language, own in groupby(
            sorted(heard, key=lambda each: each.language), lambda each: each.language
        )
    }
    assert len(by_language) == 10
    for language, own in by_language.items():
        assert sum(each.right for each in own) >= SHARE * len(own), language
