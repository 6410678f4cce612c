from __future__ import annotations

import pytest

from bot.actions.hours import spoken_hours
from bot.knowledge.hours import parse_hours


@pytest.mark.parametrize(
    ("written", "locale", "spoken"),
    [
        ("24/7", "en", "day and night"),
        ("Mo-Fr 09:00-17:00", "fr", "lun.–ven. 09:00–17:00"),
        ("Mo-Fr 09:00-17:00", "de", "Mo.–Fr. 09:00–17:00"),
        ("Mo,We 09:00-17:00", "fr", "lun., mer. 09:00–17:00"),
        ("Mo-Su 08:00-20:00", "fr", "08:00–20:00"),
        (
            "Mo-Fr 09:00-12:00,14:00-17:00; Sa 10:00-14:00",
            "fr",
            "lun.–ven. 09:00–12:00 + 14:00–17:00, sam. 10:00–14:00",
        ),
    ],
)
def test_hours_are_spoken_in_the_language(written: str, locale: str, spoken: str) -> None:
    hours = parse_hours(written)
    assert spoken_hours(hours, locale, "day and night") == spoken
