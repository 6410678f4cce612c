"""Days named beside a place leave it as it was, and the name of a place is no date."""

from __future__ import annotations

from datetime import date
from itertools import cycle
from pathlib import Path

import pytest

from bot.conversation.span_words import languages
from bot.conversation.spans import read_span
from bot.knowledge.places import Places
from bot.knowledge.places_index import Index

TODAY = date(2026, 11, 25)
CALLED_LIKE_DAYS = {"March", "Marco", "Mai", "Września", "Zima", "6th of October City"}
CASES = [
    line.split("\t")[:2]
    for name in ("places_cases.tsv", "places_unseen.tsv")
    for line in Path(__file__).with_name(name).read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.fixture(scope="module")
def places() -> Places:
    return Places.load()


def test_hardly_a_place_is_called_like_days() -> None:
    index = Index.load()
    names = [*index.typo_words, *(index.name(place, "en") for place in range(30_000))]
    read = {
        name
        for name, language in zip(names, cycle(languages()), strict=False)
        if read_span(name, language, TODAY)
    }
    assert read <= CALLED_LIKE_DAYS


@pytest.mark.parametrize("days", ["{}, 20 June to 3 July", "{} in August", "next week {}"])
def test_days_leave_the_place_as_it_was(places: Places, days: str) -> None:
    for place in ("Fortaleza", "Kenya", "Rio de Janeiro", "Phuket", "Mar del Plata", "Goa"):
        span = read_span(days.format(place), "en", TODAY)
        assert span is not None
        assert span.rest == place
        assert places.find(span.rest) == places.find(place)


def test_what_is_written_about_places_leads_where_it_did(places: Places) -> None:
    for locale, text in CASES:
        span = read_span(text, locale, TODAY)
        if span and span.rest:
            assert places.find(span.rest, locale) == places.find(text, locale), text
