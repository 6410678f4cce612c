import pytest

from bot.delivery.turns import APART, PAUSE, Turns


class Clock:
    """A clock that stands still until it is moved."""

    now = 1000.0

    def __call__(self):
        return self.now


def test_a_partner_has_so_many_at_a_time_and_each_its_own():
    turns = Turns(2)
    assert [turns.begin("north") for _ in range(3)] == [True, True, False]
    assert turns.begin("south")
    assert turns.end("north") is None
    assert [turns.begin("north") for _ in range(2)] == [True, False]


def test_whoever_ends_calls_back_the_first_that_was_put_back():
    turns = Turns(1, Clock())
    assert turns.begin("north")
    for name in ("a", "b"):
        turns.put_back("north", name)
    assert turns.begin("south")
    assert turns.end("south") is None
    assert turns.end("north") == "a"
    assert turns.begin("north")
    assert turns.end("north") == "b"
    assert turns.begin("north")
    assert turns.end("north") is None


def test_many_come_back_by_themselves_one_after_the_other():
    clock = Clock()
    turns = Turns(1, clock)
    assert turns.begin("north")
    delays = [turns.put_back("north", name) for name in "abc"]
    assert delays == pytest.approx([PAUSE, PAUSE + APART, PAUSE + 2 * APART])
    clock.now += PAUSE + 1.5 * APART
    assert turns.end("north") == "c"  # the others have come back by now
