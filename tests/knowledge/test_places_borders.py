from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge.borders import Borders

POINTS = [
    line.split("\t")
    for line in Path(__file__).with_name("places_borders.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.fixture(scope="module")
def borders() -> Borders:
    return Borders.load()


@pytest.mark.parametrize("latitude, longitude, country, place", POINTS, ids=lambda value: value)
def test_points_near_borders(
    borders: Borders, latitude: str, longitude: str, country: str, place: str
) -> None:
    found = borders.countries_at(float(latitude), float(longitude))
    assert ",".join(found) == country, place
