"""How often what people write reaches the flow that answers it, by language.

Usage: python -m benchmarks.triggers [LIST.tsv ...]

A list has a line for each sentence: language, flow (or flow/node), sentence; "-" as the flow for a
sentence that must lead neither to ``child`` nor to ``urgent``. Without an argument, the lists of
the tests are taken.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bot.content import Content, shipped
from bot.conversation.events import Text
from bot.conversation.session import Session

TESTS = Path(__file__).parent.parent / "tests/content"
LISTS = (TESTS / "free_text_sentences.tsv", TESTS / "free_text_held_out.tsv")
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CRIES = ("child", "urgent")
"""Flows for distress and danger: never missed, never reached by an ordinary sentence."""


class Heard(NamedTuple):
    """A sentence, the flow that should answer it, and the flow and node that did."""

    language: str
    expected: str
    sentence: str
    flow: str
    node: str

    @property
    def cry(self) -> bool:
        return self.expected in CRIES

    @property
    def neutral(self) -> bool:
        return self.expected == "-"

    @property
    def false_alarm(self) -> bool:
        return self.flow in CRIES and not self.cry

    @property
    def right(self) -> bool:
        if self.neutral:
            return not self.false_alarm
        return self.expected in (self.flow, f"{self.flow}/{self.node}")


def hear(content: Content, path: Path) -> list[Heard]:
    """Say each sentence of a list to a bot that has not met this person yet."""
    heard = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        language, expected, sentence = line.split("\t")
        first = content.advance(Session(), Text(sentence), NOW).messages[0]
        heard.append(Heard(language, expected, sentence, first.flow, first.node))
    return heard


def score(heard: Iterable[Heard]) -> str:
    """How many are right, of how many."""
    right = [each.right for each in heard]
    return f"{sum(right)}/{len(right)}"


def main() -> None:
    content = Content.load(shipped())
    for path in [Path(name) for name in sys.argv[1:]] or LISTS:
        heard = hear(content, path)
        print(f"{path.name}\nlanguage  all      distress, danger  neutral  false alarms")
        for language in (*dict.fromkeys(each.language for each in heard), "all"):
            own = [each for each in heard if language in (each.language, "all")]
            cries = score(each for each in own if each.cry)
            neutral = score(each for each in own if each.neutral)
            alarms = sum(each.false_alarm for each in own)
            print(f"{language:9} {score(own):8} {cries:17} {neutral:8} {alarms}")
        for each in heard:
            if not each.right:
                print(f"  {each.expected} expected, {each.flow}/{each.node}: {each.sentence}")
        print()


if __name__ == "__main__":
    main()
