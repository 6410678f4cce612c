"""Whatever changes in a chat that asked for messages, what they are shaped by changes with it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.conversation.effects import Erase, Follow, Menu, Subscribe, Unsubscribe
from bot.conversation.engine import Turn
from bot.conversation.profile import Profile, Trip
from bot.conversation.session import Session, SlotValue
from bot.conversation.subscription import followed, profile_of, restored, topics_on

SLOTS: dict[str, SlotValue] = {
    "home_country": "BE",
    "tips_audience": "family",
    "own_place": ["BR", "Fortaleza"],
    "own_days": ["2027-06-20", "2027-07-03"],
    "reminders": ["all", "trip"],
}
BEFORE = Session(locale="fr", slots=SLOTS)
TRIP = Trip("BR", "Fortaleza", "2027-06-20", "2027-07-03")
PROFILE = Profile("fr", "BE", "family", TRIP)


def changed(**slots: SlotValue | None) -> Session:
    """The session afterwards; None takes an answer away."""
    kept = {name: value for name, value in {**SLOTS, **slots}.items() if value is not None}
    return replace(BEFORE, slots=kept)


def test_the_answers_of_a_chat_are_its_profile() -> None:
    assert profile_of(BEFORE) == PROFILE
    assert profile_of(Session()) == Profile()
    assert profile_of(changed(own_days=None)).trip == Trip("BR", "Fortaleza")
    # What an older version or a changed flow left behind is no answer.
    odd = Session(slots={"home_country": ["BE"], "own_place": "BR", "own_days": ["soon", "later"]})
    assert profile_of(odd) == Profile()
    assert topics_on(Session(slots={"reminders": "all"})) == []


@pytest.mark.parametrize(
    ("after", "profile"),
    [
        (replace(BEFORE, locale="ar"), replace(PROFILE, locale="ar")),
        (changed(home_country="FR"), replace(PROFILE, home="FR")),
        (changed(tips_audience="hotel"), replace(PROFILE, audience="hotel")),
        (
            changed(own_days=["2027-06-20", "2027-07-13"]),
            replace(PROFILE, trip=replace(TRIP, last="2027-07-13")),
        ),
    ],
)
def test_a_changed_answer_is_followed(after: Session, profile: Profile) -> None:
    turn = followed(BEFORE, Turn(after, effects=(Menu("ar"),)))
    assert turn.effects == (Menu("ar"), Follow(profile))
    assert turn.session == after


def test_nothing_follows_from_nothing_and_for_nobody() -> None:
    same = Turn(replace(BEFORE, turn=7))
    assert followed(BEFORE, same) == same
    unasked = Turn(replace(changed(reminders=None), locale="ar"))
    assert followed(changed(reminders=None), unasked) == unasked


def test_who_begins_to_get_messages_gets_them_by_their_answers() -> None:
    wanted = Turn(BEFORE, effects=(Subscribe("trip", 1), Subscribe("all", 1)))
    effects = followed(changed(reminders=None), wanted).effects
    assert effects == (Subscribe("trip", 1, 0, PROFILE), Subscribe("all", 1, 0, PROFILE))


@pytest.mark.parametrize("gone", [{"own_place": None, "own_days": None}, {"own_days": None}])
def test_a_trip_that_is_not_remembered_is_no_reason_to_write(gone: dict[str, None]) -> None:
    turn = followed(BEFORE, Turn(changed(**gone)))
    assert topics_on(turn.session) == ["all"]
    assert turn.effects[0] == Unsubscribe("trip")
    assert isinstance(turn.effects[1], Follow)
    alone = followed(changed(reminders=["trip"]), Turn(changed(reminders=["trip"], **gone)))
    assert "reminders" not in alone.session.slots
    assert alone.effects == (Unsubscribe("trip"),)


def test_erasing_is_left_alone() -> None:
    turn = Turn(changed(own_place=None), effects=(Erase(),))
    assert followed(BEFORE, turn) == turn


def test_a_restored_session_says_what_was_kept() -> None:
    session = restored(Session(locale="en", turn=3), PROFILE, ["all", "trip"])
    assert session == replace(BEFORE, turn=3)
    assert restored(Session(), Profile("de"), ["days"]) == Session(
        locale="de", slots={"reminders": ["days"]}
    )
