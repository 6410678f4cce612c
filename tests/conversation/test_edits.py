"""Flows change while people are in the middle of them: nobody is stuck, no answer is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_world import COMMON, Person, flows

from bot.conversation.events import Command, Event, Location, Media, Press, Start, Text
from bot.conversation.flows import FlowSet

NODES = {
    "name": "{say: Name?, ask: text, save: name, goto: day}",
    "day": "{say: Day?, ask: date, save: day, goto: colour}",
    "colour": "{say: Colour?, choices: [{label: Red, goto: last}, {label: Blue, goto: name}]}",
    "last": '{say: "{name} {day}", goto: more}',
    "more": "{say: More?, choices: [{label: Again, goto: name}]}",
}


def trial(kind: str = "date", **changed: str) -> dict[str, str]:
    """The flow, some nodes changed; those changed to nothing are left out."""
    nodes = {node: text for node, text in {**NODES, **changed}.items() if text}
    slots = "{name: {type: text, keep: chat}, day: {type: KIND, keep: chat}}".replace("KIND", kind)
    lines = "".join(f"  {name}: {text}\n" for name, text in nodes.items())
    return {"trial": f"flow: trial\nstart: {next(iter(nodes))}\nslots: {slots}\nnodes:\n{lines}"}


@pytest.fixture
def person(tmp_path: Path) -> Person:
    """Somebody who answered two questions and is asked the third, by button."""
    person = Person(flows(tmp_path, trial()))
    person.does(Start("trial"))
    person.writes("Ada")
    assert person.writes("2026-11-20") == "Colour?"
    return person


def test_another_wording_is_used_at_once_and_the_buttons_stay(
    person: Person, tmp_path: Path
) -> None:
    red = person.button("Red")
    person.flows = flows(tmp_path, trial(last='{say: "Dear {name}", goto: more}'))
    assert person.does(Press(red.value)) == "Dear Ada|More?"


def test_a_renamed_step_is_the_same_step(person: Person, tmp_path: Path) -> None:
    red = person.button("Red")
    shade = NODES["colour"].replace("{say", "{was: [hue, colour], say", 1)
    day = NODES["day"].replace("goto: colour", "goto: shade")
    person.flows = flows(tmp_path, trial(colour="", day=day, shade=shade))
    assert person.does(Press(red.value)) == "Ada November 20, 2026|More?"
    assert person.presses("◀ Back") == "Colour?"
    assert person.at == "trial/shade"


def test_back_finds_a_step_that_was_renamed_meanwhile(person: Person, tmp_path: Path) -> None:
    when = NODES["day"].replace("{say", "{was: [day], say", 1)
    name = NODES["name"].replace("goto: day", "goto: when")
    person.flows = flows(tmp_path, trial(name=name, day="", when=when))
    person.does(Press("late"))
    assert person.presses("◀ Back") == "Day?"


EVENTS: list[Event] = [
    Press("3:0"),
    Press("3:!back"),
    Press("late"),
    Text("Red"),
    Text("xyzzy"),
    Media("photo"),
]


@pytest.mark.parametrize("event", EVENTS)
def test_a_step_that_is_gone_leads_to_the_last_question_left(
    person: Person, tmp_path: Path, event: Event
) -> None:
    day = NODES["day"].replace("goto: colour", "goto: last")
    person.flows = flows(tmp_path, trial(colour="", day=day))
    said = person.does(event)
    assert said.startswith("MOVED")
    assert person.at in ("trial/day", "trial/name")
    assert person.session.slots["name"] == "Ada"
    assert person.session.slots["day"] == "2026-11-20"
    assert person.labels


@pytest.mark.parametrize("event", EVENTS)
def test_a_step_that_asks_nothing_any_more_counts_as_gone(
    person: Person, tmp_path: Path, event: Event
) -> None:
    person.flows = flows(tmp_path, trial(colour="{say: No colours, goto: more}"))
    assert person.does(event).startswith("MOVED")
    assert person.labels


@pytest.mark.parametrize("event", EVENTS)
def test_a_flow_that_is_gone_leads_to_the_menu_with_a_sentence(
    person: Person, tmp_path: Path, event: Event
) -> None:
    person.flows = flows(tmp_path, {}, "trial")
    said = person.does(event)
    assert said.startswith("MOVED")
    assert said.endswith("Menu?")
    assert person.session.slots["name"] == "Ada"


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Press("3:!emergency"), "Where are you?"),
        (Press("3:!menu"), "Menu?"),
        (Text("danger in Kenya"), "Call in Kenya|Be safe"),
        (Command("hotline", "Kenya"), "GOT Kenya|Contacts of Kenya|More?"),
        (Start(), "Welcome|Menu?"),
        (Location(-4.0, 39.0), "GOT Mombasa, Kenya|Contacts of Mombasa, Kenya|More?"),
    ],
)
def test_who_goes_elsewhere_hears_nothing_of_the_edit(
    person: Person, tmp_path: Path, event: Event, said: str
) -> None:
    person.flows = flows(tmp_path, {}, "trial")
    assert person.does(event).removeprefix("MOVED\n\n") == said


def test_an_answer_of_another_type_is_dropped_and_the_others_kept(
    person: Person, tmp_path: Path
) -> None:
    red = person.button("Red")
    place = NODES["day"].replace("date", "place")
    person.flows = flows(tmp_path, trial(kind="place", day=place))
    assert person.does(Press(red.value)) == "Ada –|More?"
    assert person.session.slots == {"name": "Ada"}


@pytest.mark.parametrize("kind", ["place", "country", "many", "number", "yesno", "date", "when"])
@pytest.mark.parametrize("value", ["x", "", "KEN", [], ["KE"], ["a", "b", "c"], "2026-99-01"])
def test_no_kept_answer_breaks_a_message(tmp_path: Path, kind: str, value: str | list[str]) -> None:
    person = Person(flows(tmp_path, trial(kind)))
    person.does(Start("trial"))
    person.session.slots["day"] = value
    person.session.slots["here"] = value
    person.writes("Ada")
    assert person.does(Start("urgent"))
    assert person.does(Start("trial"))


def test_a_choice_that_is_gone_does_nothing_by_its_old_button(
    person: Person, tmp_path: Path
) -> None:
    red, blue = person.button("Red"), person.button("Blue")
    person.flows = flows(
        tmp_path, trial(colour="{say: Colour?, choices: [{label: Blue, goto: name}]}")
    )
    assert person.does(Press(red.value)) == "STALE\n\nColour?"
    assert person.does(Press(blue.value)).startswith("STALE")  # that turn is over
    assert person.presses("Blue") == "Name?"


def test_a_button_of_a_step_that_is_gone_does_not_act_on_the_one_before(tmp_path: Path) -> None:
    first = "{say: First?, choices: [{label: On, goto: colour}, {label: End, goto: last}]}"
    person = Person(flows(tmp_path, trial(name="", day=first)))
    person.does(Start("trial"))
    person.presses("On")
    red = person.button("Red")  # leads where "End" of the question before does, too
    person.flows = flows(tmp_path, trial(name="", day=first, colour="", last=NODES["last"]))
    assert person.does(Press(red.value)) == "MOVED\n\nFirst?"


def test_a_moved_choice_keeps_its_meaning(person: Person, tmp_path: Path) -> None:
    blue = person.button("Blue")
    turned = "{say: Colour?, choices: [{label: Blau, goto: name}, {label: Red, goto: last}]}"
    person.flows = flows(tmp_path, trial(colour=turned))
    assert person.does(Press(blue.value)) == "Name?"


def test_a_button_of_a_question_that_now_asks_something_else_answers_nothing(
    tmp_path: Path,
) -> None:
    yesno = "{say: Really?, ask: yesno, save: day, goto: colour}"
    person = Person(flows(tmp_path, trial("yesno", day=yesno)))
    person.does(Start("trial"))
    person.writes("Ada")
    yes = person.button("Yes")
    person.flows = flows(tmp_path, trial())
    assert person.does(Press(yes.value)) == "STALE\n\nDay?"
    assert "day" not in person.session.slots


SUB = {
    "sub": """
flow: sub
start: ask
nodes:
  ask: {say: Sub?, ask: text, goto: out}
  out: {end: true}
"""
}


def test_a_called_flow_that_is_gone_ends_at_a_question(tmp_path: Path) -> None:
    calling = trial(colour="{call: sub, goto: more}")
    person = Person(flows(tmp_path, calling | SUB))
    person.does(Start("trial"))
    person.writes("Ada")
    assert person.writes("today") == "Sub?"
    person.flows = flows(tmp_path, trial())
    assert person.writes("anything") == "MOVED\n\nDay?"


def test_a_caller_that_is_gone_ends_at_the_menu(tmp_path: Path) -> None:
    calling = trial(colour="{call: sub, goto: more}")
    person = Person(flows(tmp_path, calling | SUB))
    person.does(Start("trial"))
    person.writes("Ada")
    person.writes("today")
    person.flows = flows(tmp_path, SUB, "trial")
    assert person.writes("anything").endswith("Menu?")


def moved(folder: Path, renamed: str, *gone: str, **files: str) -> FlowSet:
    """The flows of :func:`flows`, with a list of former names in ``common.yaml``."""
    return flows(folder, files | {"common": f"{COMMON}renamed: {renamed}\n"}, *gone)


def other(*nodes: str) -> str:
    """Some nodes of the trial in another flow."""
    lines = "".join(f"  {node}: {NODES[node]}\n" for node in nodes)
    slots = "{name: {type: text, keep: chat}, day: {type: date, keep: chat}}"
    return f"flow: other\nstart: {nodes[0]}\nslots: {slots}\nnodes:\n{lines}"


def test_a_renamed_flow_is_the_same_flow(person: Person, tmp_path: Path) -> None:
    red = person.button("Red")
    person.flows = moved(tmp_path, "{trial: other}", "trial", other=other(*NODES))
    assert person.does(Press(red.value)) == "Ada November 20, 2026|More?"
    assert person.presses("◀ Back") == "Colour?"
    assert person.at == "other/colour"
    assert person.does(Start("trial")) == "Name?"  # posters live longer than names


def test_a_step_that_moved_to_another_flow_is_the_same_step(person: Person, tmp_path: Path) -> None:
    red = person.button("Red")
    files = {
        **trial(colour="", day=NODES["day"].replace("goto: colour", "goto: other/shade")),
        "other": other("colour", "last", "more", "name", "day").replace("colour", "shade"),
    }
    person.flows = moved(tmp_path, "{trial/colour: other/shade}", **files)
    assert person.does(Press(red.value)) == "Ada November 20, 2026|More?"
    assert person.at == "other/more"


def test_a_step_that_a_renamed_flow_lost_leads_to_the_last_question_left(
    person: Person, tmp_path: Path
) -> None:
    files = {"other": other("name", "day", "last", "more").replace("goto: colour", "goto: last")}
    person.flows = moved(tmp_path, "{trial: other}", "trial", **files)
    assert person.writes("Red") == "MOVED\n\nDay?"
    assert person.session.slots["name"] == "Ada"


def test_a_called_flow_returns_to_the_last_question_when_what_followed_is_gone(
    tmp_path: Path,
) -> None:
    calling = trial(colour="{call: sub, goto: last}")
    person = Person(flows(tmp_path, calling | SUB))
    person.does(Start("trial"))
    person.writes("Ada")
    assert person.writes("today") == "Sub?"
    person.flows = flows(tmp_path, trial(colour="{call: sub, goto: more}", last="") | SUB)
    assert person.writes("anything") == "Day?"
    assert person.session.slots["name"] == "Ada"


def test_renames_in_a_circle_end_at_the_menu(person: Person, tmp_path: Path) -> None:
    renamed = "{trial: other, other: trial}"
    person.flows = moved(tmp_path, renamed, "trial")
    assert person.writes("Red").endswith("Menu?")


def test_a_session_says_by_which_edition_it_went(person: Person, tmp_path: Path) -> None:
    assert person.session.edition == person.flows.edition
    assert len(person.session.edition) == 4
    person.flows = flows(tmp_path, trial(last='{say: "Dear {name}", goto: more}'))
    assert person.session.edition != person.flows.edition
    person.presses("Red")
    assert person.session.edition == person.flows.edition
