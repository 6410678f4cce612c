"""Every kind of node, by what a person sees of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_world import Person, flows

from bot.conversation.effects import Erase, Menu
from bot.conversation.events import Start


def begin(folder: Path, nodes: str, slots: str = "{}", **more: str) -> Person:
    """A person at the start of a flow ``trial`` with these nodes, the first named ``one``."""
    trial = f"flow: trial\nstart: one\nslots: {slots}\nnodes:\n{nodes}"
    return Person(flows(folder, {"trial": trial, **more}))


def test_say_goes_on_until_somebody_has_to_answer(tmp_path: Path) -> None:
    person = begin(
        tmp_path,
        """
  one: {say: First, goto: two}
  two: {say: Second, goto: three}
  three: {say: Third?, choices: [{label: Yes please, goto: one}]}
""",
    )
    assert person.does(Start("trial")) == "HELLO\n\nFirst|Second|Third?"
    assert person.at == "trial/three"


def test_choices_lead_where_their_buttons_say_and_links_are_no_presses(tmp_path: Path) -> None:
    person = begin(
        tmp_path,
        """
  one:
    say: Which?
    save: colour
    choices:
      - {label: Red, value: red, goto: red}
      - {label: Blue, value: blue}
      - {label: Page, url: "https://example.org/"}
      - {label: Number, copy: "116"}
      - {label: Tell, share: Look}
    goto: other
  red: {say: "It is {colour}", goto: one}
  other: {say: "Not red but {colour}", goto: one}
""",
        "{colour: {type: choice}}",
    )
    person.does(Start("trial"))
    kinds = {
        button.label: (button.kind, button.value) for button in person.turn.messages[0].buttons
    }
    assert kinds["Page"] == ("url", "https://example.org/")
    assert kinds["Number"] == ("copy", "116")
    assert kinds["Tell"] == ("share", "Look")
    assert person.presses("Red") == "It is red|Which?"
    assert person.presses("Blue") == "Not red but blue|Which?"


def test_many_choices_are_ticked_one_by_one_until_done(tmp_path: Path) -> None:
    person = begin(
        tmp_path,
        """
  one:
    say: What did you see?
    ask: many
    save: seen
    choices: [{label: A man, value: man}, {label: A car, value: car}, {label: A bus, value: bus}]
    goto: two
  two: {say: "Seen: {seen}", goto: one}
""",
        "{seen: {type: many}}",
    )
    person.does(Start("trial"))
    person.presses("A man")
    assert person.turn.messages[0].instead
    assert "✓ A man" in person.labels
    person.presses("A car")
    person.presses("✓ A man")
    assert "A man" in person.labels
    person.writes("a bus")
    assert person.presses("Done").startswith("Seen: car, bus|")


def test_the_first_arm_that_holds_is_taken(tmp_path: Path) -> None:
    person = begin(
        tmp_path,
        """
  one: {say: Where?, ask: place, save: spot, goto: fork}
  fork:
    branch:
      - {when: {spot: [TH, FR]}, goto: near}
      - {when: {spot: KE, other: unset}, goto: kenya}
      - {when: {spot: set}, goto: far}
      - {goto: one}
  near: {say: Near, goto: one}
  kenya: {say: Kenya it is, goto: one}
  far: {say: Far, goto: one}
""",
        "{spot: {type: place}, other: {type: text}}",
    )
    person.does(Start("trial"))
    assert "Near" in person.writes("Thailand")
    assert "Kenya it is" in person.writes("Kenya")
    assert "Far" in person.writes("United States")


CALLS = {
    "sub": """
flow: sub
start: ask
slots: {when: {type: text}}
nodes:
  ask: {say: When?, ask: text, save: when, goto: finish}
  finish: {say: Thanks, end: true}
"""
}
CALLING = """
  one: {say: Ready?, choices: [{label: Go, goto: two}]}
  two: {call: sub, goto: three}
  three: {say: "Then: {when}", choices: [{label: Again, goto: two}]}
"""


def test_a_call_returns_to_where_it_came_from(tmp_path: Path) -> None:
    person = begin(tmp_path, CALLING, **CALLS)
    person.does(Start("trial"))
    assert person.presses("Go") == "When?"
    assert person.at == "sub/ask"
    assert person.writes("at noon") == "Thanks|Then: at noon"


def test_back_goes_into_a_call_and_out_of_it_again(tmp_path: Path) -> None:
    person = begin(tmp_path, CALLING, **CALLS)
    person.does(Start("trial"))
    person.presses("Go")
    person.writes("at noon")
    assert person.presses("◀ Back") == "When?"
    assert person.writes("at two") == "Thanks|Then: at two"
    person.presses("◀ Back")
    assert person.presses("◀ Back") == "Ready?"
    assert person.presses("◀ Back") == "Menu?"


def test_an_action_is_given_slots_and_words_and_its_answers_are_kept(tmp_path: Path) -> None:
    person = begin(
        tmp_path,
        """
  one: {say: Name?, ask: text, save: name, goto: two}
  two: {do: note, with: {who: name, how: kindly, missing: noted}, goto: three}
  three: {branch: [{when: {noted: "yes"}, goto: four}, {goto: one}]}
  four: {say: Good, end: true}
""",
        "{name: {type: text}, noted: {type: text}}",
    )
    person.does(Start("trial"))
    assert person.writes("Ada") == "NOTED how=kindly, missing=None, who=Ada|Good"


def test_a_language_is_one_tap_away_from_its_list(tmp_path: Path) -> None:
    person = begin(
        tmp_path,
        """
  one: {say: Which language?, ask: language, save: language, goto: two}
  two: {do: set_language, with: {language: language}, goto: start/menu}
""",
        "{language: {type: language}}",
    )
    person.does(Start("trial"))
    assert {"English", "Français"} <= set(person.labels)
    assert person.presses("Français") == "Que faire ?"
    assert person.turn.effects == (Menu("fr"),)
    assert person.session.locale == "fr"
    # The keys that still show the former language work until the new ones come.
    assert person.writes("🆘 Emergency") == "Where are you?"


def test_erasing_is_an_effect_and_brings_the_keys_again(tmp_path: Path) -> None:
    person = begin(
        tmp_path,
        """
  one: {say: Sure?, choices: [{label: Erase, goto: two}]}
  two: {do: erase, goto: three}
  three: {say: Gone, end: true}
""",
    )
    person.does(Start())
    person.does(Start("trial"))
    assert person.presses("Erase") == "Gone"
    assert person.turn.effects == (Erase(),)
    assert "🆘 Emergency" in person.labels


def test_an_end_without_words_shows_the_menu_instead_of_silence(tmp_path: Path) -> None:
    person = begin(
        tmp_path, "  one: {say: Go?, choices: [{label: Go, goto: two}]}\n  two: {end: true}\n"
    )
    person.does(Start("trial"))
    assert person.presses("Go") == "Menu?"


@pytest.mark.parametrize(
    "nodes",
    [
        "  one: {say: Round, goto: two}\n  two: {say: And round, goto: one}\n",
        "  one: {branch: [{goto: one}]}\n",
        "  one: {do: erase, goto: one}\n",
        "  one: {call: trial, goto: one}\n",
        "  one: {call: nobody, goto: one}\n",
        "  one: {say: Off, goto: nowhere}\n",
        "  one: {branch: [{when: {here: ZZ}, goto: one}]}\n",
    ],
)
def test_a_loop_or_a_way_to_nowhere_ends_at_the_menu(tmp_path: Path, nodes: str) -> None:
    person = begin(tmp_path, nodes)
    said = person.does(Start("trial"))
    assert said.endswith("LOST|Menu?")
    assert len(person.turn.messages) <= 5
    assert len(person.turn.effects) <= 1
    assert "🆘 Emergency" in person.labels
    assert (person.at, person.session.stack) == ("start/menu", ())


def test_calls_within_calls_end_at_the_menu_before_they_fill_the_memory(tmp_path: Path) -> None:
    person = begin(
        tmp_path,
        """
  one: {say: Deeper?, choices: [{label: Deeper, goto: two}]}
  two: {call: trial, goto: one}
""",
    )
    person.does(Start("trial"))
    said = [person.presses("Deeper") for _ in range(10)]
    assert said == ["Deeper?"] * 10
    assert len(person.session.stack) == 10
    assert person.presses("Deeper") == "LOST|Menu?"
    assert person.session.stack == ()
