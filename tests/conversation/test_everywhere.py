"""What works everywhere without an editor writing it."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_world import COMMON, Person, flows

from bot.conversation.effects import Count
from bot.conversation.events import Command, Location, Media, Press, Start, Text
from bot.conversation.session import Session


def test_somebody_new_is_told_once_that_this_is_no_emergency_service(person: Person) -> None:
    assert person.writes("Kenya").startswith("HELLO\n\n")
    assert "HELLO" not in person.writes("Thailand")


def test_the_welcome_speaks_for_itself(person: Person) -> None:
    assert person.does(Start()) == "Welcome|Menu?"


def test_words_that_mean_nothing_are_welcomed_at_first_and_admitted_later(person: Person) -> None:
    assert person.writes("xyzzy") == "Welcome|Menu?"
    assert person.writes("xyzzy") == "CHOOSE\n\nMenu?"


@pytest.mark.parametrize("data", ["7:!emergency", "0:!emergency", ":!emergency"])
def test_the_emergency_button_works_on_a_fresh_session_and_stale(person: Person, data: str) -> None:
    assert person.does(Press(data)) == "HELLO\n\nWhere are you?"
    person.does(Start())
    person.presses("🧪 Try")
    assert person.does(Press(data)) == "Where are you?"


def test_the_emergency_is_one_tap_away_and_back_returns(person: Person) -> None:
    person.does(Start())
    person.presses("🧪 Try")
    person.presses("To two")
    assert person.presses("🆘 Emergency") == "Where are you?"
    assert person.presses("◀ Back") == "Two?"


@pytest.mark.parametrize("text", ["🆘", "🆘 emergency", " 🆘 Emergency ", "🆘 Urgence", "danger!"])
def test_the_emergency_can_be_written(person: Person, text: str) -> None:
    person.does(Start())
    assert person.writes(text) == "Where are you?"


def test_danger_beats_an_open_question_unless_it_is_denied(person: Person) -> None:
    person.writes("who can i call")
    assert person.writes("there is DANGER in Kenya") == "Call in Kenya|Be safe"
    person.writes("who can i call")
    assert "Where are you" not in person.writes("no danger")


def test_a_wish_with_a_place_is_answered_at_once(person: Person) -> None:
    person.does(Start())
    assert person.writes("Who can I call in Thailand") == "GOT Thailand|Contacts of Thailand|More?"


def test_a_place_in_an_emergency_leads_to_its_numbers_and_elsewhere_to_contacts(
    person: Person,
) -> None:
    person.writes("danger in Kenya")
    assert person.writes("Thailand") == "Call in Thailand|Be safe"
    assert person.does(Location(-4.0, 39.6)) == "Call in Mombasa, Kenya|Be safe"
    person.writes("☰ Menu")
    assert person.writes("Thailand") == "GOT Thailand|Contacts of Thailand|More?"


def test_an_ambiguous_place_forgets_the_one_before(person: Person) -> None:
    person.writes("danger in Kenya")
    assert person.writes("danger in Georgia") == "WHICH"
    assert "Call in Georgia" in person.presses("🇬🇪 Georgia")


def test_back_walks_the_questions_in_reverse_and_ends_at_the_menu(person: Person) -> None:
    person.does(Start())
    for label in ("🧪 Try", "To two", "To three"):
        person.presses(label)
    seen = [person.presses("◀ Back") for _ in range(2)]
    assert seen == ["Two?", "One?"]
    assert person.presses("◀ Back") == "Menu?"
    assert "◀ Back" not in person.labels
    assert person.does(Command("back")) == "Menu?"


def test_the_menu_leaves_nothing_to_go_back_to(person: Person) -> None:
    person.does(Start())
    person.presses("🧪 Try")
    person.presses("To two")
    assert person.writes("☰ Menu") == "Menu?"
    assert person.session.path == ()


def test_start_begins_anew_whatever_was_open(person: Person) -> None:
    person.does(Start())
    person.presses("🧪 Try")
    assert person.does(Start()) == "Welcome|Menu?"
    assert person.session.path == ()


def test_a_late_button_says_where_the_conversation_is_now(person: Person) -> None:
    person.does(Start())
    late = person.button("🧪 Try")
    person.presses("🧪 Try")
    person.presses("To two")
    assert person.does(Press(late.value)) == "STALE\n\nTwo?"
    assert person.at == "trial/two"
    assert person.presses("To three") == "Three?"


@pytest.mark.parametrize(
    "data",
    ["", ":", "1", "1:", "x:0", "1:99", "1:-1", "1:²", "1:00", "1:" + "9" * 5000, "\x00", "1:!"],
)
def test_garbage_in_a_button_is_a_late_button(person: Person, data: str) -> None:
    person.does(Start())
    assert person.does(Press(data)) == "STALE\n\nMenu?"


def test_a_late_button_after_the_end_shows_the_menu(person: Person) -> None:
    person.does(Start())
    for label in ("🧪 Try", "To two", "To three"):
        late = person.button(label)
        person.presses(label)
    assert person.presses("The end") == "Bye"
    assert person.does(Press(late.value)) == "STALE\n\nMenu?"


def test_two_quick_taps_act_once_and_a_slow_one_is_late(person: Person) -> None:
    person.does(Start())
    tap = Press(person.button("🧪 Try").value)
    assert person.does(tap) == "One?"
    before = person.session
    assert person.does(tap, after=0.3) == ""
    assert person.session == before
    assert person.does(tap, after=30) == "STALE\n\nOne?"


def test_the_emergency_pressed_again_after_a_word_is_answered(person: Person) -> None:
    person.does(Start())
    emergency = Press(person.button("🆘 Emergency").value or "1:!emergency")
    person.does(emergency)
    person.does(Text("Kenya"), after=1)
    assert person.does(emergency, after=1) == "Call in Kenya|Be safe"


def test_a_clock_set_back_swallows_no_tap(person: Person) -> None:
    person.does(Start())
    emergency = Press(person.button("🆘 Emergency").value)
    person.does(emergency)
    assert person.does(emergency, after=-3600) != ""


@pytest.mark.parametrize("typed", ["🧪 Try", "🧪 TRY", "try", "Try!", " try "])
def test_a_text_that_reads_like_a_button_is_a_press(person: Person, typed: str) -> None:
    person.does(Start())
    assert person.writes(typed) == "One?"


def test_media_is_refused_everywhere_and_the_question_stays(person: Person) -> None:
    assert person.does(Media("photo")) == "HELLO\n\nNo pictures please"
    person.does(Start())
    for question in ("Menu?", "One?", "Two?"):
        assert person.does(Media("video")) == f"No pictures please|{question}"
        person.presses({"Menu?": "🧪 Try", "One?": "To two", "Two?": "To three"}[question])
    person.writes("who can i call")
    assert person.does(Media("voice")) == "No pictures please|Where?"


def test_danger_under_a_photo_counts(person: Person) -> None:
    person.does(Start())
    assert person.does(Media("photo", "danger in Kenya")) == (
        "No pictures please|Call in Kenya|Be safe"
    )


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ("hotline-KE", "HELLO\n\nGOT Kenya|Contacts of Kenya|More?"),
        ("hotline_ke", "HELLO\n\nGOT Kenya|Contacts of Kenya|More?"),
        ("KE", "HELLO\n\nGOT Kenya|Contacts of Kenya|More?"),
        ("urgent-TH", "HELLO\n\nCall in Thailand|Be safe"),
        ("hotline", "HELLO\n\nWhere?"),
        ("hotline-ZZ", "HELLO\n\nWhere?"),
        ("hotline-Kenya", "HELLO\n\nWhere?"),
        ("Kenyatta", "Welcome|Menu?"),
        ("ke-ny-a", "HELLO\n\nGOT Kenya|Contacts of Kenya|More?"),
        ("to_KE", "HELLO\n\nGOT Kenya|Contacts of Kenya|More?"),
        ("to_KE__poster-7", "HELLO\n\nGOT Kenya|Contacts of Kenya|More?"),
        ("to_nowhere", "HELLO\n\nWhere?"),
        ("to", "HELLO\n\nWhere?"),
        ("at_gate-c", "HELLO\n\nTwo?"),
        ("__poster", "Welcome|Menu?"),
        ("x" * 64, "Welcome|Menu?"),
        ("---", "Welcome|Menu?"),
        ("\x00\ud800", "Welcome|Menu?"),
    ],
)
def test_a_deep_link_names_a_flow_a_country_or_both(
    person: Person, payload: str, said: str
) -> None:
    assert person.does(Start(payload)) == said


def test_a_link_keeps_its_value_and_is_counted(person: Person) -> None:
    person.does(Start("at_gate-c__poster-7"))
    assert person.session.slots["here_note"] == "gate-c"
    assert person.turn.effects == (Count("link.at.gate-c"), Count("tag.poster-7"))


@pytest.mark.parametrize("payload", ["at_", "at_<b>", "KE__" + "x" * 65, "KE__a b", "___"])
def test_what_no_poster_can_hold_is_not_counted(person: Person, payload: str) -> None:
    person.does(Start(payload))
    assert person.turn.effects == ()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (Command("emergency"), "Where are you?"),
        (Command("hotline", "Kenya"), "GOT Kenya|Contacts of Kenya|More?"),
        (Command("hotline", "xyzzy"), "Where?"),
        (Command("nonsense"), "LOST\n\nMenu?"),
        (Command("", "\x00"), "LOST\n\nMenu?"),
    ],
)
def test_commands(person: Person, command: Command, said: str) -> None:
    person.does(Start())
    assert person.does(command) == said


def test_the_home_keys_come_whenever_the_chat_lacks_them(person: Person) -> None:
    person.does(Start())
    assert [message.keys for message in person.turn.messages] == ["reply", "inline"]
    person.does(Start())
    assert [message.keys for message in person.turn.messages] == ["inline", "inline"]
    person.writes("who can i call")
    assert person.turn.messages[-1].keys == "reply"
    person.writes("☰ Menu")
    assert person.turn.messages[-1].keys == "inline"
    person.does(Start())
    assert person.turn.messages[0].keys == "reply"


def test_a_button_that_leads_to_nobody_any_more_carries_little(tmp_path: Path) -> None:
    person = Person(flows(tmp_path), Session(turn=10**12))
    person.does(Start())
    values = [b.value for m in person.turn.messages for b in m.buttons]
    assert all(len(value.encode()) <= 64 for value in values)


def test_flows_without_their_menu_still_answer(tmp_path: Path) -> None:
    person = Person(flows(tmp_path, {"common": COMMON.replace("start/menu", "start/gone")}))
    assert person.does(Command("back")).endswith("LOST")
    assert "🆘 Emergency" in person.labels
