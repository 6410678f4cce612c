"""Facts of the day: one for each day, each in its turn, none without year and source."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipped_content import CONTENT

from bot.content import shipped
from bot.conversation.events import Command, Press
from bot.conversation.session import Session
from bot.knowledge.facts import Facts
from bot.local.markup import parse_html

FACTS = CONTENT.facts
FACT = """\
facts:
  - id: a-law
    text: There is a law of 2019.
    year: 2019
    source: https://www.example.org/law
    checked: 2026-11-01
"""


@given(st.dates(max_value=date(9000, 1, 1)))
def test_each_fact_comes_once_before_the_first_comes_again(first: date) -> None:
    days = [first + timedelta(days=number) for number in range(len(FACTS) + 1)]
    facts = [FACTS.of_day(day) for day in days]
    assert set(facts[:-1]) == set(FACTS)
    assert facts[-1] == facts[0]


def test_it_is_the_same_after_a_reload() -> None:
    day = date(2027, 6, 20)
    again = Facts.load(shipped() / "data" / "facts.yaml")
    assert again.of_day(day) == FACTS.of_day(day)


def test_no_file_means_no_facts(tmp_path: Path) -> None:
    facts = Facts.load(tmp_path / "facts.yaml")
    assert len(facts) == 0
    assert facts.of_day(date(2027, 6, 20)) is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("year: 2019", "year: 2018", "facts.yaml:3:5: The year 2018 must stand in the text"),
        ("year: 2019", "year: soon", "facts.yaml:4:5: "),
        ("source: https://www.example.org/law\n", "source: a book\n", "facts.yaml:5:5: "),
        ("  - id", " - - id", "facts.yaml"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(FACT.replace(old, new), "utf-8")
    with pytest.raises(ValueError, match=r"facts\.yaml") as caught:
        Facts.load(path)
    assert said in str(caught.value)


def test_numbers_that_research_advises_against_are_not_told() -> None:
    told = " ".join(fact.text.casefold() for fact in FACTS)
    assert "surge" not in told
    for contested in (
        "million children a year",
        "1.8 million",
        "1.2 million",
        "100,000",
        "250,000",
    ):
        assert contested not in told


def test_lessons_tell_the_fact_of_the_day_with_its_source() -> None:
    now = datetime(2027, 6, 20, 12, tzinfo=UTC)
    fact = FACTS.of_day(now.date())
    assert fact is not None
    turn = CONTENT.advance(Session(), Command("learn"), now)
    button = next(b for b in turn.messages[-1].buttons if "fact" in b.label)
    turn = CONTENT.advance(turn.session, Press(button.value), now + timedelta(minutes=1))
    text, entities = parse_html(turn.messages[0].text)
    assert fact.text in text
    assert str(fact.year) in text.rpartition("\n")[2]
    assert fact.source in str(entities)
