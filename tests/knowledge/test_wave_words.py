"""The English of waves: what is understood, and what is said when something is not."""

import re
from datetime import date, time, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.wave_when import (
    EVERY,
    HOST,
    LAST,
    MONTHS,
    OWN,
    WEEKDAYS,
    Around,
    End,
    Once,
    Weekly,
    When,
    Yearly,
)
from bot.knowledge.wave_words import FARTHEST, FORMS, parse_duration, parse_when

FRIDAY = 4
SUMMER = Weekly(FRIDAY, 1, 6, 8)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("100 days before", When(Around("opening", -100))),
        ("100 Days  before the event", When(Around("opening", -100))),
        ("one hundred days before kick-off", None),
        ("100 days before kick-off", When(Around("opening", -100))),
        ("a week before", When(Around("opening", -7))),
        ("one week before", When(Around("opening", -7))),
        ("two weeks before opening day", When(Around("opening", -14))),
        ("1 day before", When(Around("opening", -1))),
        ("the day before", When(Around("opening", -1))),
        ("the day before at 18:00", When(Around("opening", -1), time(18))),
        ("the week before it starts", When(Around("opening", -7))),
        ("3 days after opening day", When(Around("opening", 3))),
        ("opening day", When(Around("opening"))),
        ("on opening day", When(Around("opening"))),
        ("on the opening day", When(Around("opening"))),
        ("the first day", When(Around("opening"))),
        ("on the day", When(Around("opening"))),
        ("opening day at 09:00 local", When(Around("opening"), time(9))),
        ("opening day at 9:00", When(Around("opening"), time(9))),
        ("opening day at 09:00 localtime", When(Around("opening"), time(9))),
        ("opening day, at 09:00 local time", When(Around("opening"), time(9))),
        ("opening day at 09:00 host", When(Around("opening"), time(9), HOST)),
        ("opening day at 09:00 Host time", When(Around("opening"), time(9), HOST)),
        ("last day", When(Around("closing"))),
        ("on the last day at 20:30", When(Around("closing"), time(20, 30))),
        ("2 days before the last day", When(Around("closing", -2))),
        ("2 days after", When(Around("closing", 2))),
        ("a week after it ends", When(Around("closing", 7))),
        ("the day after the event", When(Around("closing", 1))),
        ("every 18 October", When(Yearly(10, 18))),
        ("each 18 October", When(Yearly(10, 18))),
        ("18 October", When(Yearly(10, 18))),
        ("on 18 October", When(Yearly(10, 18))),
        ("every year on 18 October", When(Yearly(10, 18))),
        ("every 18th of October", When(Yearly(10, 18))),
        ("October 18", When(Yearly(10, 18))),
        ("every 29 Feb", When(Yearly(2, 29))),
        ("from June to August, on the first Friday", When(SUMMER)),
        ("From June to August on the first Friday", When(SUMMER)),
        ("every first Friday from June to August", When(SUMMER)),
        ("the first Friday, from Jun until Aug", When(SUMMER)),
        ("on the 1st Friday between June and August", When(SUMMER)),
        ("on the first Friday of every month", When(Weekly(FRIDAY, 1))),
        ("every first Friday", When(Weekly(FRIDAY, 1))),
        ("the last Sunday of each month at 11:00", When(Weekly(6, LAST), time(11))),
        ("the last Sunday of March", When(Weekly(6, LAST, 3, 3))),
        ("every Friday", When(Weekly(FRIDAY))),
        ("Fridays in June", When(Weekly(FRIDAY, EVERY, 6, 6))),
        ("from November to February, every Monday", When(Weekly(0, EVERY, 11, 2))),
        ("on 2027-06-14", When(Once(date(2027, 6, 14)))),
        ("2027-06-14", When(Once(date(2027, 6, 14)))),
        ("14 June 2027", When(Once(date(2027, 6, 14)))),
        ("June 14, 2027", When(Once(date(2027, 6, 14)))),
        (
            "on 2027-06-14 at 18:00 Europe/Paris",
            When(Once(date(2027, 6, 14)), time(18), "Europe/Paris"),
        ),
        ("3 days before departure", When(Around("departure", -3))),
        ("three days before the departure", When(Around("departure", -3))),
        ("three days before the trip", When(Around("departure", -3))),
        ("a day before they leave", When(Around("departure", -1))),
        ("on departure", When(Around("departure"))),
        ("on arrival", When(Around("arrival"))),
        ("at arrival", When(Around("arrival"))),
        ("on the day of arrival at 18:00", When(Around("arrival"), time(18))),
        ("the day after arrival", When(Around("arrival", 1))),
        ("2 days after the return", When(Around("return", 2))),
        ("2 days after the trip", When(Around("return", 2))),
        ("on return", When(Around("return"))),
    ],
)
def test_phrases_mean_what_they_say(text: str, when: When | None) -> None:
    if when is None:
        with pytest.raises(ValueError, match="not understood"):
            parse_when(text)
    else:
        assert parse_when(text) == when


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("behind", ["", " at 09:00", " at 09:00 host", " at 18:00 Europe/Paris"])
def test_the_forms_that_the_message_names_are_understood(form: str, behind: str) -> None:
    assert parse_when(form + behind).words


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", '"" is not understood. Write it like one of "100 days before", "a week before"'),
        ("soon", "each traveller's clock"),
        ("100 days", "not understood"),
        ("100 days before lunch", "not understood"),
        ("a month before", "not understood"),
        ("every Fryday", "not understood"),
        ("from June to Friday, on the first August", "not understood"),
        ("every 18 October from June to August", "not understood"),
        ("on the first Friday in June in July", "not understood"),
        ("opening day tomorrow", "not understood"),
        ("every 31 June", "no such day: day 31 of month 6"),
        ("on 2027-02-29", "no such day: day 29 of month 2"),
        ("on 2027-13-01", "no such day: day 1 of month 13"),
        ("on 0000-01-01", "no such day"),
        ("731 days before", "Write 730 at most"),
        ("105 weeks after", "735 days are too far away"),
        ("opening day at 9", '"9" is no time. Write it as 09:00'),
        ("opening day at 9am", '"9am" is no time'),
        ("opening day at 25:00", '"25:00" is no time'),
        ("opening day at 09:60", '"09:60" is no time'),
        ("opening day at 09:00 Europe/Pari", 'no time zone "Europe/Pari". Did you mean'),
        ("opening day at 09:00 europe", 'no time zone "europe"'),
        ("opening day at 09:00 Factory", 'no time zone "Factory"'),
        ("opening day at 09:00 Europe", 'no time zone "Europe"'),
        ("opening day at 09:00 ../../etc/passwd", "no time zone"),
        ("opening day at 09:00 /etc/passwd", "no time zone"),
        ("opening day at 09:00 America/New York", 'Did you mean "America/New_York"?'),
    ],
)
def test_what_is_not_understood_is_explained_in_a_line(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)) as refused:
        parse_when(text)
    assert "\n" not in str(refused.value)


ENDS: tuple[End, ...] = ("opening", "closing", "departure", "arrival", "return")
OF_THE_MACHINE = {"localtime", "posixrules", "Factory"}
MONTH = st.integers(1, len(MONTHS))
RULES = st.one_of(
    st.builds(Around, st.sampled_from(ENDS), st.integers(-FARTHEST, FARTHEST)),
    st.dates(date(2028, 1, 1), date(2028, 12, 31)).map(lambda day: Yearly(day.month, day.day)),
    st.builds(
        Weekly,
        st.integers(0, len(WEEKDAYS) - 1),
        st.sampled_from((EVERY, 1, 2, 3, 4, LAST)),
        MONTH,
        MONTH,
    ),
    st.builds(Once, st.dates(date(1000, 1, 1))),
)
WHENS = st.builds(
    When,
    RULES,
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from((OWN, HOST, *sorted(available_timezones() - OF_THE_MACHINE))),
)


@given(WHENS)
def test_what_is_written_is_read_back(when: When) -> None:
    assert parse_when(when.words) == when
    assert parse_when(when.words.upper().replace(when.clock.upper(), when.clock)) == when


@given(st.text(max_size=40) | st.text("0123 :,-abdefhorstuwy", max_size=40))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        when = parse_when(text)
    except ValueError:
        return
    assert parse_when(when.words) == when


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("12 hours", timedelta(hours=12)),
        ("an hour", timedelta(hours=1)),
        ("90 Minutes", timedelta(minutes=90)),
        ("2 days", timedelta(days=2)),
        ("one week", timedelta(weeks=1)),
    ],
)
def test_lengths_of_time(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize("text", ["", "12", "12 h", "hours", "-1 hours", "99999 days", "a while"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        parse_duration(text)


def test_a_trip_matches_on_one_of_its_days() -> None:
    day = date(2027, 6, 10)
    for text, matching in (
        ("3 days before departure", ("first", date(2027, 6, 13))),
        ("on arrival", ("first", day)),
        ("2 days after arrival", ("first", date(2027, 6, 8))),
        ("2 days after the return", ("last", date(2027, 6, 8))),
        ("the day before the return", ("last", date(2027, 6, 11))),
        ("3 days before", None),
        ("every 18 October", None),
    ):
        assert parse_when(text).trip_day(day) == matching
