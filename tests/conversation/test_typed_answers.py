"""Typed answers: what is understood, and what happens when it is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_world import Person, flows

from bot.conversation.events import Location, Start

NODES = """
flow: trial
start: one
slots: {got: {type: %(kind)s}}
nodes:
  one: {say: Well?, ask: %(kind)s, save: got, goto: two%(more)s}
  two: {say: "<{got}>", goto: three}
  three: {say: Next?, choices: [{label: Again, goto: one}]}
"""


def asked(folder: Path, kind: str, more: str = "") -> Person:
    person = Person(flows(folder, {"trial": NODES % {"kind": kind, "more": more}}))
    person.does(Start("trial"))
    return person


@pytest.mark.parametrize(
    ("kind", "more", "typed", "kept", "shown"),
    [
        (
            "text",
            "",
            "  a <b>man</b> & {got}  ",
            "a <b>man</b> & {got}",
            "a &lt;b&gt;man&lt;/b&gt;",
        ),
        ("text", "", "شاهدت رجلاً في الفندق", "شاهدت رجلاً في الفندق", "شاهدت"),
        ("text", "", "👩‍👧 🚐\nsecond line", "👩‍👧 🚐\nsecond line", "👩‍👧"),
        ("text", "", "a\x00b\x1b[0m \ud83d c", "ab[0m  c", "ab[0m  c"),
        ("text", "", "y" * 4096, "y" * 4096, "yyy"),
        ("text", ", max: 10", "0123456789abc", "0123456789", "0123456789"),
        ("number", "", "about 12 of them", "12", "12"),
        ("number", "", "1,500", "1500", "1,500"),
        ("number", "", "1.234.567", "1234567", "1,234,567"),
        ("number", "", "2,5", "2.5", "2.5"),
        ("number", "", "٣", "3", "3"),
        ("number", ", min: 1, max: 17", "16", "16", "16"),
        ("date", "", "2026-11-20", "2026-11-20", "November 20, 2026"),
        ("date", "", "TODAY", "2026-11-25", "November 25, 2026"),
        ("date", "", "yesterday", "2026-11-24", "November 24, 2026"),
        ("yesno", "", "yes", "yes", "yes"),
        ("yesno", "", "NO!", "no", "no"),
        ("phone", "", "+33 6 12 34 56 78", "+33612345678", "+33612345678"),
        ("email", "", "write to ada@example.org.", "ada@example.org", "ada@example.org"),
        ("country", "", "Kenya", "KE", "Kenya"),
        ("place", "", "Kenya", ["KE", "Kenya"], "Kenya"),
        ("place", "", "<i>Pattaya & co</i>", ["TH", "<i>Pattaya & co</i>"], "&lt;i&gt;Pattaya"),
    ],
)
def test_an_answer_is_kept_plainly_and_shown_escaped(  # noqa: PLR0917
    tmp_path: Path, kind: str, more: str, typed: str, kept: object, shown: str
) -> None:
    person = asked(tmp_path, kind, more)
    said = person.writes(typed)
    assert person.session.slots["got"] == kept
    assert "<" + shown in said
    assert "<b>man" not in said
    assert "<i>" not in said


@pytest.mark.parametrize(
    ("kind", "more", "typed"),
    [
        ("number", "", "many"),
        ("number", ", min: 1, max: 17", "18"),
        ("number", "", "9" * 4000),
        ("number", "", "9" * 400),
        ("date", "", "some day"),
        ("date", "", "1 2 99999999999999999999"),
        ("date", "", "0001-01-01"),
        ("date", "", "31.02.2026"),
        ("yesno", "", "perhaps"),
        ("phone", "", "12"),
        ("phone", "", "call me"),
        ("email", "", "ada@home"),
        ("place", "", "xyzzy"),
        ("country", "", "   "),
        ("text", ", min: 3", "ab"),
        ("language", "", "Klingon"),
    ],
)
def test_what_is_no_answer_is_asked_again_and_nothing_kept(
    tmp_path: Path, kind: str, more: str, typed: str
) -> None:
    person = asked(tmp_path, kind, more)
    said = person.writes(typed)
    assert said.startswith("UNCLEAR")
    assert len(said) < 100
    assert "got" not in person.session.slots
    assert person.at == "trial/one"


LADDER = (
    ", unclear: ['What is \"{answer}\"?', For example Kenya.],"
    " stuck: [{label: 🌍 No idea, goto: three}]"
)


def test_the_second_miss_gives_an_example_and_a_way_round(tmp_path: Path) -> None:
    person = asked(tmp_path, "place", LADDER)
    assert person.writes("<b>xyzzy</b>") == 'What is "&lt;b&gt;xyzzy&lt;/b&gt;"?'
    assert "🌍 No idea" not in person.labels
    assert person.writes("xyzzy again") == "For example Kenya."
    assert "🌍 No idea" in person.labels
    assert person.writes("still xyzzy") == "For example Kenya."
    assert person.presses("🌍 No idea") == "Next?"


def test_the_way_round_is_open_to_those_who_write_it_before_it_is_shown(tmp_path: Path) -> None:
    person = asked(tmp_path, "place", LADDER)
    assert person.writes("no idea") == "Next?"


def test_an_answer_after_misses_starts_the_count_anew(tmp_path: Path) -> None:
    person = asked(tmp_path, "place", LADDER)
    person.writes("xyzzy")
    person.writes("xyzzy")
    person.writes("Kenya")
    person.presses("Again")
    person.writes("xyzzy")
    assert "🌍 No idea" not in person.labels


def test_the_next_question_starts_its_own_count(tmp_path: Path) -> None:
    person = asked(tmp_path, "place", LADDER)
    person.writes("xyzzy")
    person.writes("xyzzy")
    person.presses("🌍 No idea")
    person.presses("Again")
    person.writes("xyzzy")
    assert "🌍 No idea" not in person.labels


def test_words_instead_of_a_press_are_refused_with_the_question(tmp_path: Path) -> None:
    person = asked(tmp_path, "text")
    person.writes("fine")
    said = person.writes("xyzzy")
    assert said == "CHOOSE\n\nNext?"
    assert "Again" in person.labels


def test_an_ambiguous_place_is_asked_with_buttons(tmp_path: Path) -> None:
    person = asked(tmp_path, "place")
    assert person.writes("Georgia") == "WHICH"
    assert {"🇬🇪 Georgia", "🇺🇸 Georgia, United States"} <= set(person.labels)
    assert "got" not in person.session.slots
    assert "GOT Georgia, United States" in person.presses("🇺🇸 Georgia, United States")
    assert person.session.slots["got"] == ["US", "Georgia"]


def test_an_ambiguous_place_typed_again_is_not_guessed(tmp_path: Path) -> None:
    person = asked(tmp_path, "place")
    person.writes("Georgia")
    assert person.writes("georgia") == "WHICH"
    assert "got" not in person.session.slots
    assert "GOT Georgia, United States" in person.writes("georgia, united states")


def test_a_wish_is_no_answer_to_the_question_where_somebody_lives(tmp_path: Path) -> None:
    person = asked(tmp_path, "country")
    assert "Contacts of Kenya" in person.writes("who can i call in Kenya")
    assert "got" not in person.session.slots


def test_another_place_may_be_named_when_asked_which(tmp_path: Path) -> None:
    person = asked(tmp_path, "country")
    person.writes("Georgia")
    assert "GOT Kenya" in person.writes("Kenya")


def test_a_shared_location_answers_a_place_question_only(tmp_path: Path) -> None:
    person = asked(tmp_path / "place", "place")
    assert "GOT Mombasa, Kenya" in person.does(Location(-4.05, 39.66))
    person = asked(tmp_path / "sea", "place")
    assert person.does(Location(0.0, 0.0)) == 'UNCLEAR "📍 0, 0"'
    person = asked(tmp_path / "number", "number")
    assert "Contacts of Mombasa, Kenya" in person.does(Location(-4.05, 39.66))


def test_the_location_key_is_offered_and_the_home_keys_come_back_after_it(tmp_path: Path) -> None:
    person = asked(tmp_path, "place")
    assert person.turn.messages[-1].keys == "reply"
    assert [b.kind for b in person.turn.messages[-1].buttons if b.label == "📍 Location"] == [
        "location"
    ]
    assert {"🆘 Emergency", "◀ Back"} <= set(person.labels)
    person.writes("Kenya")
    first, *_ = person.turn.messages
    assert first.keys == "reply"
    assert [button.label for button in first.buttons] == ["🆘 Emergency", "☰ Menu", "📍 Location"]


SECRET = """
flow: trial
start: one
slots: {words: {type: text, sensitive: true}, open: {type: text}}
nodes:
  one: {say: What?, ask: text, save: words, goto: two}
  two: {say: And?, ask: text, save: open, goto: three}
  three: {say: "{words} {open}", end: true}
"""


def test_a_sensitive_answer_is_among_the_secrets_only(tmp_path: Path) -> None:
    person = Person(flows(tmp_path, {"trial": SECRET}))
    person.does(Start("trial"))
    person.writes("a man with a red hat")
    assert person.writes("plain") == "a man with a red hat plain"
    assert person.session.secrets == {"words": "a man with a red hat"}
    assert person.session.slots == {"open": "plain"}


def test_a_secret_stays_one_when_its_slot_is_taken_away(tmp_path: Path) -> None:
    person = Person(flows(tmp_path, {"trial": SECRET}))
    person.does(Start("trial"))
    person.writes("a man with a red hat")
    person.flows = flows(tmp_path, {}, "trial")
    person.does(Start())
    assert person.session.secrets == {"words": "a man with a red hat"}
    assert "words" not in person.session.slots


def test_when_is_read_by_the_clock_of_the_place_named_last(tmp_path: Path) -> None:
    person = asked(tmp_path, "when")
    person.does(Start("hotline-KE"))
    person.does(Start("trial"))
    said = person.writes("today <b> at 1 pm")  # it is three there, and noon in London
    assert "<today &lt;b&gt; at 1 pm (Wednesday, November 25, 2026, 1:00" in said
    assert "Kenya Time)>" in said
    kept = ["today <b> at 1 pm", "2026-11-25T13:00+03:00", "Africa/Nairobi", "time", "", ""]
    assert person.session.slots["got"] == kept


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("an hour ago", "an hour ago (Wednesday, November 25, 2026, ≈ 11:00"),
        (
            "last night",
            "last night (≈ Tuesday, November 24, 2026, 8:00",
        ),  # or a day sooner or later
        ("12 August", "12 August (Wednesday, August 12, 2026)"),
        ("in August", "in August (August 2026)"),
        ("last week", "last week (Nov 16\u2009–\u200922, 2026)"),
        ("some day", "some day>"),
    ],
)
def test_where_no_place_is_known_only_what_depends_on_it_is_inexact(
    tmp_path: Path, typed: str, shown: str
) -> None:
    assert f"<{shown}" in asked(tmp_path, "when").writes(typed)


@pytest.mark.parametrize(("label", "day"), [("Today", 25), ("Yesterday", 24)])
def test_a_day_can_be_pressed(tmp_path: Path, label: str, day: int) -> None:
    person = asked(tmp_path, "when")
    person.does(Start("hotline-KE"))
    person.does(Start("trial"))
    assert f"day, November {day}, 2026>" in person.presses(label)


def test_a_cry_for_help_in_a_when_keeps_what_was_written(tmp_path: Path) -> None:
    person = asked(tmp_path, "when")
    assert "Where are you?" in person.writes("danger, five minutes ago")
    assert person.session.slots["got"][0] == "danger, five minutes ago"
