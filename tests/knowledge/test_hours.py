from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.hours import DAYS, OpeningHours, Rule, Span, parse_hours


def test_round_the_clock() -> None:
    assert parse_hours("24/7") == OpeningHours(always=True)


def test_days_and_breaks() -> None:
    hours = parse_hours("Mo,We-Fr 09:00-12:00,13:00-17:30; Sa 10:00-14:00")
    assert hours == OpeningHours(
        rules=(
            Rule(
                (0, 2, 3, 4),
                (Span(time(9), time(12)), Span(time(13), time(17, 30))),
            ),
            Rule((5,), (Span(time(10), time(14)),)),
        )
    )


def test_midnight_ends_the_day() -> None:
    assert parse_hours("Mo-Su 08:00-24:00").rules[0].spans == (Span(time(8), time(0)),)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "needs days and times"),
        ("Mo-Fr", "needs days and times"),
        ("09:00-17:00", "needs days and times"),
        ("Mon-Fri 09:00-17:00", '"Mon-Fri" is not a day'),
        ("Fr-Mo 09:00-17:00", "runs backwards"),
        ("Mo-Fr 9:00-17:00", "not a time span"),
        ("Mo-Fr 09:00-25:00", "not a time span"),
        ("Mo-Fr 09:00-24:30", "not a time span"),
        ("Mo-Fr 09:00-09:00", "is empty"),
        ("Mo-Fr 09:00-12:00; Fr 13:00-15:00", "given twice"),
    ],
)
def test_mistakes_are_named(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as raised:
        parse_hours(text)
    assert text in str(raised.value)


_times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))


@given(
    days=st.lists(st.integers(0, 6), min_size=1, unique=True),
    opens=_times,
    closes=_times,
)
def test_reads_back_what_was_written(days: list[int], opens: time, closes: time) -> None:
    if opens == closes:
        return
    written = f"{','.join(DAYS[day] for day in days)} {opens:%H:%M}-{closes:%H:%M}"
    assert parse_hours(written).rules == (Rule(tuple(days), (Span(opens, closes),)),)
