import re

import pytest

from bot.reports.reference import ALPHABET, new_reference, parse_reference


def test_references_look_the_same_and_differ():
    made = {new_reference() for _ in range(500)}
    assert len(made) > 490
    assert all(re.fullmatch(r"[2-9A-Z]{3}-[2-9A-Z]{3}", one) for one in made)
    assert not set("01OILU") & set(ALPHABET)


@pytest.mark.parametrize("typed", ["K7M-4QX", "k7m4qx", " k7m 4qx ", "K7M - 4QX"])
def test_a_reference_is_understood_as_typed(typed):
    assert parse_reference(typed) == "K7M-4QX"


@pytest.mark.parametrize("typed", ["", "K7M-4Q", "K7M-4QXX", "K0M-4QX", "KÄM-4QX"])
def test_anything_else_is_no_reference(typed):
    assert parse_reference(typed) is None
