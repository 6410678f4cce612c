"""Which days people mean when they say when a trip is."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from babel import localedata
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.days import are_days, days_value, near_days, read_days, show_days
from bot.conversation.span_words import languages, tokens_of, vocabulary
from bot.conversation.spans import LONGEST, read_span

TODAY = date(2026, 11, 25)


def table() -> list[tuple[date, str, str, str]]:
    rows, today = [], TODAY
    path = Path(__file__).with_name("span_phrases.tsv")
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("@"):
            today = date.fromisoformat(line[2:].split("\t")[0])
        elif not line.startswith("#"):
            locale, phrase, meaning = line.split("\t")
            rows.append((today, locale, phrase, meaning))
    return rows


TABLE = table()


@pytest.mark.parametrize(
    ("today", "locale", "phrase", "meaning"),
    TABLE,
    ids=[f"{today}-{locale}-{phrase}" for today, locale, phrase, _ in TABLE],
)
def test_a_phrase_means_the_days_a_person_means(
    today: date, locale: str, phrase: str, meaning: str
) -> None:
    days, _, rest = meaning.partition(" | ")
    span = read_span(phrase, locale, today)
    assert (f"{span.first} {span.last}" if span else "-") == days
    assert (span.rest if span else "") == rest


# Words that mean something, in an order that need not.
PIECES = sorted(
    {word for *_, phrase, _ in TABLE for word in phrase.split()}
    | {word for language in languages() for ph in vocabulary(language).phrases for word in ph}
)
texts = st.text(max_size=400) | st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)
todays = st.dates(date(2000, 1, 1), date(2190, 1, 1))
spoken = st.sampled_from([*languages(), "xx", "", "pt-BR"])


@given(texts, spoken, todays)
def test_whatever_is_written_is_a_trip_ahead_or_not_read(
    text: str, locale: str, today: date
) -> None:
    span = read_span(text, locale, today)
    if span is not None:
        assert span.first <= span.last
        assert span.last >= today
        assert span.first <= today + timedelta(days=1830)
        assert span.last - span.first <= timedelta(days=365)
        assert are_days(days_value(span.first, span.last))
        assert len(span.rest) < len(text)


@given(todays, st.integers(0, 300), st.integers(0, 60), spoken)
def test_days_written_out_are_read_in_any_language(
    today: date, ahead: int, length: int, locale: str
) -> None:
    first = today + timedelta(days=ahead)
    last = first + timedelta(days=length)
    span = read_span(f"Goa, {first} - {last}", locale, today)
    assert span is not None
    assert (span.first, span.last, span.rest) == (first, last, "Goa")


@given(
    todays,
    st.integers(0, 300),
    st.integers(1, 60),
    st.sampled_from(localedata.locale_identifiers()),
)
def test_days_are_shown_in_every_language(
    today: date, ahead: int, length: int, locale: str
) -> None:
    first = today + timedelta(days=ahead)
    assert show_days(days_value(first, first + timedelta(days=length)), locale)
    assert all(label and are_days(value) for label, value in near_days(locale, today))


def test_a_whole_month_and_a_single_day_are_shown_by_name() -> None:
    assert show_days(["2027-08-01", "2027-08-31"], "fr") == "août 2027"
    assert show_days(["2027-08-03", "2027-08-03"], "de") == "3. August 2027"
    assert show_days(["2027-06-20", "2027-07-03"], "en") == "Jun 20\u2009–\u2009Jul 3, 2027"


@pytest.mark.parametrize(
    "value", ["2027-06-20", [], ["2027-06-20"], ["2027-06-20", "x"], ["2027-06-20", "2027-06-19"]]
)
def test_what_is_no_days_is_refused(value: str | list[str]) -> None:
    assert not are_days(value)


def test_a_long_story_is_not_read() -> None:
    assert read_days("in August " + "x" * LONGEST, "en", TODAY) is None


def test_every_word_of_a_language_is_found() -> None:
    for language in languages():
        known = vocabulary(language)
        for phrase, means in known.phrases.items():
            words = known.words(tokens_of(" ".join(phrase)))
            assert [word.means for word in words] == [means]
