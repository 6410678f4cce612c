"""What people mean when they say when something happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from babel import localedata
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import moment_words
from bot.conversation.moments import LONGEST, Moment, read_moment
from bot.conversation.when import is_when, read_when, show_when

PARIS = ZoneInfo("Europe/Paris")
NIGHT = datetime(2026, 11, 25, 23, 40, tzinfo=PARIS)


def table() -> list[tuple[datetime, str, str, str]]:
    rows, now = [], NIGHT
    path = Path(__file__).with_name("moment_phrases.tsv")
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("@"):
            zone, clock, _ = line[2:].split("\t")
            now = datetime.fromisoformat(clock).replace(tzinfo=ZoneInfo(zone))
        elif not line.startswith("#"):
            locale, phrase, meaning = line.split("\t")
            rows.append((now, locale, phrase, meaning))
    return rows


TABLE = table()


def written(moment: Moment | None) -> str:
    """A moment as it stands in the table."""
    if moment is None:
        return "-"
    times = [moment.start, moment.end] if moment.end else [moment.start]
    said = [moment.precision, *(time.isoformat(" ", "minutes") for time in times)]
    return " ".join([*said, "~"] if moment.about else said)


@pytest.mark.parametrize(
    ("now", "locale", "phrase", "meaning"),
    TABLE,
    ids=[f"{now:%Y-%m-%d %H:%M}-{locale}-{phrase}" for now, locale, phrase, _ in TABLE],
)
def test_a_phrase_means_what_a_person_means(
    now: datetime, locale: str, phrase: str, meaning: str
) -> None:
    assert written(read_moment(phrase, locale, now)) == meaning


# Words that mean something, in an order that need not.
PIECES = sorted(
    {word for *_, phrase, _ in TABLE for word in phrase.split()} | {"vor", "29", "24:00"}
)
texts = st.text(max_size=400) | st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)
ZONES = [
    *map(ZoneInfo, ("Pacific/Auckland", "Europe/Paris", "America/Fortaleza", "Pacific/Apia")),
    UTC,
]
clocks = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from(ZONES))
LOCALES = sorted(localedata.locale_identifiers())


@given(texts, clocks, st.sampled_from(["en", "fr", "de", "xx", ""]))
def test_whatever_is_written_is_read_as_past_or_not_at_all(
    text: str, now: datetime, locale: str
) -> None:
    moment = read_moment(text, locale, now)
    if moment is not None:
        assert moment.start <= now
        assert moment.end is None or moment.start <= moment.end <= now + timedelta(days=1, hours=1)


@given(texts, clocks, st.sampled_from(LOCALES), st.sampled_from([None, *ZONES]))
def test_the_words_are_kept_and_shown_in_every_language(
    words: str, now: datetime, locale: str, zone: ZoneInfo | None
) -> None:
    kept = read_when(words, locale, now, zone)
    assert is_when(kept)
    assert (kept if isinstance(kept, str) else kept[0]) == words
    assert show_when(kept, locale).startswith(words)


@given(st.text(max_size=12) | st.lists(st.text(max_size=12) | st.dates().map(str), max_size=7))
def test_what_an_older_version_kept_is_refused_or_shown(value: str | list[str]) -> None:
    if is_when(value):
        assert isinstance(show_when(value, "fr"), str)


@pytest.mark.parametrize("phrase", ["yesterday", "an hour ago", "at 22:30", "12/12/2025"])
def test_a_long_story_is_kept_and_not_read(phrase: str) -> None:
    story = f"{phrase}, " * (4096 // len(phrase))
    assert len(story) > LONGEST
    assert read_moment(story, "en", NIGHT) is None
    assert read_when(story, "en", NIGHT, PARIS) == story


def test_every_phrase_stands_once_in_its_language_and_is_found() -> None:
    path = Path(moment_words.__file__).with_name("moments.yaml")
    groups = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    for language, meanings in groups.items():
        said = [
            p
            for some in meanings.values()
            for one in some
            for p in ([one] * isinstance(one, str) or one)
        ]
        plain = [moment_words.plain_words(phrase) for phrase in said]
        assert sorted(plain) == sorted(set(plain))
        known = moment_words.vocabulary("en" if language == "any" else language).phrases
        assert set(plain) <= known.keys()
