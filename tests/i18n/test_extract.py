from io import BytesIO

import pytest

from bot.conversation.schema import Choice
from bot.i18n.extract import (
    CHOICE_KEYS,
    extract_events,
    extract_facts,
    extract_flow,
    extract_hotlines,
    extract_tips,
)

FLOW = """\
flow: report
# translators: shown in the menu
title: Report
start: urgency
nodes:
  urgency:
    note: The most important question of all.
    # a remark for editors
    say: >
      Is a child in danger
      right now?
    choices:
      - {label: "Yes, right now", goto: call_now}
      # translators: keep it short,
      # the button is narrow
      - {label: "No", id: no, goto: where}
      - {label: Tell a friend, id: pass_on, share: This bot helps.}
  where:
    say: Where?
    ask: place
    save: incident_place
    unclear:
      - I don't know "{answer}".
      - Try a bigger town.
    stuck:
      - {label: Skip, goto: end}
  end:
    say: NO
    end: true
"""


def extract(text: str, extractor=extract_flow) -> list[tuple]:
    return list(extractor(BytesIO(text.encode()), (), ("translators:",), {}))


def test_every_sentence_of_a_flow_is_found_where_it_stands() -> None:
    assert [(line, *sentence) for line, _, sentence, _ in extract(FLOW)] == [
        (3, "report.title", "Report"),
        (9, "report.urgency.say", "Is a child in danger right now?\n"),
        (13, "report.urgency.choices.call_now", "Yes, right now"),
        (16, "report.urgency.choices.no", "No"),
        (17, "report.urgency.choices.pass_on", "Tell a friend"),
        (17, "report.urgency.choices.pass_on.share", "This bot helps."),
        (19, "report.where.say", "Where?"),
        (23, "report.where.unclear.0", 'I don\'t know "{answer}".'),
        (24, "report.where.unclear.1", "Try a bigger town."),
        (26, "report.where.stuck.end", "Skip"),
        (28, "report.end.say", "NO"),
    ]


def test_translators_see_notes_and_their_comments() -> None:
    comments = {context: comments for _, _, (context, _), comments in extract(FLOW)}
    note = "The most important question of all."
    assert comments["report.title"] == ["translators: shown in the menu"]
    assert comments["report.urgency.say"] == [note]
    assert comments["report.urgency.choices.no"] == [
        note,
        "translators: keep it short,",
        "the button is narrow",
    ]
    assert comments["report.where.say"] == []


@pytest.mark.parametrize(
    "choice",
    [
        {"id": "a", "goto": "b"},
        {"value": "a", "goto": "b"},
        {"goto": "a"},
        {"url": "https://a.org"},
        {"copy": "a"},
        {"share": "a"},
    ],
)
def test_a_choice_has_the_key_that_the_engine_looks_it_up_by(choice: dict[str, str]) -> None:
    fields = "".join(f", {name}: {value!r}" for name, value in choice.items())
    text = f"flow: f\nnodes: {{n: {{choices: [{{label: x{fields}}}]}}}}"
    key = Choice(label="x", **choice).key
    assert [s[0] for _, _, s, _ in extract(text) if s[1] == "x"] == [f"f.n.choices.{key}"]
    assert set(CHOICE_KEYS) <= set(Choice.__struct_fields__)


def test_what_the_engine_says_is_found() -> None:
    text = "emergency: urgent/now\nbuttons:\n  back: Back\ntexts: {stale: Too late.}\n"
    assert [(line, *sentence) for line, _, sentence, _ in extract(text)] == [
        (3, "common.buttons.back", "Back"),
        (4, "common.texts.stale", "Too late."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "triggers: {danger: {goto: urgent/now, phrases: {en: [help]}}}",
        "- flow\n- nodes",
        "flow: f\nnodes: [a, b]",
        "flow: f\nnodes: {a: text, b: {choices: text, say: {x: y}}, c: {choices: [text]}}",
    ],
)
def test_files_without_sentences_are_passed_over(text: str) -> None:
    assert extract(text) == []


def test_broken_yaml_is_named_with_its_line() -> None:
    with pytest.raises(ValueError, match=":2: This is not valid YAML"):
        extract("flow: f\n\tstart: a")


def test_advice_about_contacts_is_found_at_any_depth() -> None:
    text = """\
- country: TH
  contacts:
    - name: Police
      advice: Ask for the tourist police.
      # translators: local time
      hours_note: Office hours only.
      note: for staff
- country: KE
  contacts:
    - {advice: Ask for the tourist police.}
"""
    found = extract(text, extract_hotlines)
    assert [(line, *sentence) for line, _, sentence, _ in found] == [
        (4, "hotlines", "Ask for the tourist police."),
        (6, "hotlines", "Office hours only."),
        (10, "hotlines", "Ask for the tourist police."),
    ]
    assert found[1][3] == ["translators: local time"]


def test_events_and_awareness_days_are_found_by_name() -> None:
    text = """\
events:
  - id: cup
    # translators: football
    name: The Cup
    hosts: [{country: KE, cities: [Nairobi]}]
    note: for editors
  - {id: nameless, hosts: [{name: no event}]}
days:
  - {id: day, name: Our Day, month: 1, day: 2}
undated:
  - {name: The Games, when: "2029"}
"""
    found = extract(text, extract_events)
    assert [(line, *sentence) for line, _, sentence, _ in found] == [
        (4, "events", "The Cup"),
        (9, "events", "Our Day"),
    ]
    assert found[0][3] == ["translators: football"]


def test_facts_are_found_by_their_text() -> None:
    text = """\
facts:
  # translators: a figure of the United Nations
  - {id: boys, text: "In 2022, many were boys.", year: 2022}
  - {id: wordless, note: {text: not a fact}}
"""
    found = extract(text, extract_facts)
    assert [(line, *sentence) for line, _, sentence, _ in found] == [
        (3, "facts", "In 2022, many were boys.")
    ]
    assert found[0][3] == ["translators: a figure of the United Nations"]


def test_tips_are_found_by_their_text() -> None:
    text = """\
tips:
  # translators: a mark of quality
  - {id: logo, text: Look for the logo., source: project}
  - {id: nothing}
facts:
  - {id: other, text: Not a tip.}
"""
    ((line, function, sentence, comments),) = extract(text, extract_tips)
    assert (line, function, sentence) == (3, "pgettext", ("tips", "Look for the logo."))
    assert comments == ["translators: a mark of quality"]
