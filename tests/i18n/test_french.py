"""The French that is shipped: complete, true to the English, and all that a French person reads."""

from __future__ import annotations

import ast
import re
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from shipped_content import CONTENT

import bot
from bot.content import Content, shipped
from bot.conversation.engine import Turn
from bot.conversation.events import Command, Event, Media, Press, Start, Text
from bot.conversation.messages import Message
from bot.conversation.session import Session
from bot.i18n import pofile
from bot.i18n.progress import progress
from bot.i18n.template import build_template

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
CATALOGUE = shipped() / "locales" / "fr" / "LC_MESSAGES" / "messages.po"
FLOWS = ("urgent", "child", "report", "hotline", "tips", "events", "learn", "privacy", "settings")
BUTTON_CONTEXT = re.compile(r"\.(choices|stuck|buttons)\.")
UNWELCOME = ("tourisme sexuel", "prostitution enfantine", "prostitué", "pornograph")


@cache
def content() -> Content:
    return CONTENT


@cache
def catalogue() -> pofile.PoCatalog:
    return pofile.read(CATALOGUE, "fr")


def translations() -> Iterator[tuple[str, str, str]]:
    """Context, English, French."""
    for message in catalogue():
        if message.id:
            yield message.context or "", str(message.id), str(message.string)


def say(session: Session, event: Event) -> Turn:
    return content().advance(session, event, NOW)


def test_every_sentence_of_today_is_translated() -> None:
    found = progress("fr", catalogue(), build_template(shipped()))
    assert (found.missing, found.fuzzy, found.flaws) == (0, 0, ())
    assert found.total == found.translated > 200


def test_every_sentence_marked_in_the_code_is_translated() -> None:
    """Babel overlooks a mark inside an f-string."""
    marked = set()
    for path in Path(bot.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(ast.Name("N_"), [ast.Constant(sentence)]):
                    marked.add(sentence)
    assert len(marked) > 30
    assert marked - {english for context, english, _ in translations() if not context} == set()


def test_nobody_is_told_that_a_native_speaker_has_read_it() -> None:
    assert catalogue().reviewed is False
    assert "not been reviewed by a native speaker yet" in CATALOGUE.read_text("utf-8")
    assert '"X-Reviewed: no\\n"' in CATALOGUE.read_text("utf-8")


def test_words_that_blame_the_child_are_avoided() -> None:
    for _, _, french in translations():
        assert not any(word in french.lower() for word in UNWELCOME), french


def test_the_child_is_spoken_to_as_a_child_and_the_traveller_as_an_adult() -> None:
    for context, _, french in translations():
        words = set(re.findall(r"\w+", french.lower()))
        if context.startswith("child."):
            assert not words & {"vous", "votre", "vos"}, french
        elif not context.startswith("learn_online."):  # for parents, and for the young
            assert not words & {"tu", "toi", "ton", "ta", "tes"}, french


def test_what_the_engine_says_anywhere_suits_child_and_traveller() -> None:
    for context, _, french in translations():
        if context.startswith("common."):
            words = set(re.findall(r"\w+", french.lower()))
            assert not words & {"vous", "votre", "vos", "tu", "ton", "ta", "tes"}, french


def test_typography_is_french() -> None:
    for _, _, french in translations():
        assert "'" not in french, french
        assert '"' not in french, french
        assert not re.search(r"[^\u00a0\d][:;!?»]", french), french  # a digit: 12:00
        assert not re.search(r"«[^\u00a0]", french), french


def test_buttons_fit_on_a_phone() -> None:
    labels = [french for context, _, french in translations() if BUTTON_CONTEXT.search(context)]
    assert len(labels) > 40
    assert [label for label in labels if len(label) > 30] == []


def plain(text: str) -> str:
    return re.sub(r"<[^>]*>", "", text)


@cache
def english_parts() -> tuple[frozenset[str], frozenset[str]]:
    """Whole lines and labels, and the pieces of sentences between their placeholders."""
    french = {plain(line) for _, _, text in translations() for line in text.split("\n")}
    lines = {plain(line) for _, text, _ in translations() for line in text.split("\n")} - french
    pieces = {piece.strip() for line in lines for piece in re.split(r"\{\w+\}", line)}
    return frozenset(lines - {""}), frozenset(piece for piece in pieces if len(piece) >= 12)


@cache
def contact_names() -> frozenset[str]:
    hotlines = content().hotlines
    routes = [hotlines.route(code, None) for code in hotlines.codes]
    contacts = [contact for route in routes for contact in (*route.contacts, *route.fallback)]
    responsible = [each for r in routes if r.responsible for each in r.responsible.contacts]
    return frozenset(contact.name for contact in (*contacts, *responsible))


def english_in(messages: Iterable[Message]) -> list[str]:
    """What of the English source can be read in messages; names of contacts are names."""
    lines, pieces = english_parts()
    found = []
    for message in messages:
        for line in plain(message.text).replace("&amp;", "&").split("\n"):
            if line in lines:
                found.append(line)
            elif line not in contact_names():
                found += [line for piece in pieces if piece in line]
        found += [each.label for each in message.buttons if each.label in lines]
    return found


def test_english_would_be_noticed() -> None:
    turn = say(Session(locale="en"), Start())
    assert len(english_in(turn.messages)) > 5
    turn = say(Session(locale="en", turn=1), Command("hotline", "KE"))
    assert "Police: they can investigate" in english_in(turn.messages)


def everything_that_can_be_met() -> Iterator[tuple[Message, ...]]:
    """Walk all buttons, and answers good and bad, from every flow; each step once."""
    fresh = Session(locale="fr")
    events: list[Event] = [Start(), Media("photo"), *(Command(flow) for flow in (*FLOWS, "help"))]
    waiting = deque((fresh, event) for event in events)
    met: set[tuple[object, ...]] = set()
    while waiting:
        session, event = waiting.popleft()
        turn = say(session, event)
        if turn.session.locale != "fr":
            continue  # the language was changed
        yield turn.messages
        steps = tuple((message.flow, message.node) for message in turn.messages)
        state = (steps, min(turn.session.misses, 2))
        if state in met:
            continue
        met.add(state)
        answers = (Text("qzxv"), Text("Kenya"), Text("Géorgie"), Text("Français"))
        presses = {
            Press(button.value)
            for message in turn.messages
            for button in message.buttons
            if button.kind == "press" and ":" in button.value
        }
        waiting.extend((turn.session, each) for each in (*answers, *presses))


def test_nothing_english_is_met_in_the_conversations() -> None:
    met: set[tuple[str, str]] = set()
    for messages in everything_that_can_be_met():
        met |= {(message.flow, message.node) for message in messages}
        meant = [message for message in messages if message.node != "translate"]  # for a hotline
        assert english_in(meant) == []
    assert {flow for flow, _ in met} >= {"start", "help", *FLOWS}
    assert len(met) > 25


def test_the_contacts_of_every_country_are_told_in_french() -> None:
    for code in sorted(content().hotlines.codes):
        for home in ("FR", "BE"):
            chat = Session(locale="fr", slots={"home_country": home}, turn=1)
            turn = say(chat, Command("hotline", code))
            assert english_in(turn.messages) == [], code


@pytest.mark.parametrize(
    ("country", "told"),
    [
        ("TH", "Police touristique\u00a0: <b>1155</b>"),
        ("DE", "seulement pour\u00a0: Rhénanie-du-Nord-Westphalie"),
        ("DE", "lun.–ven. 08:00–16:00"),
        ("BE", "français, néerlandais, anglais"),
        ("KE", "🕐 jour et nuit · gratuit"),
        ("CN", "Dernière confirmation il y a 13 ans\u00a0; cela a pu changer."),
    ],
)
def test_what_to_know_before_a_call_is_told_in_french(country: str, told: str) -> None:
    turn = say(Session(locale="fr", turn=1), Command("hotline", country))
    assert told in "\n".join(message.text for message in turn.messages)


def test_the_examples_given_to_a_french_person_work() -> None:
    for sentence in ("qui appeler au Kenya", "Kenya", "Thaïlande", "Brésil", "France"):
        assert any(f"«\u00a0{sentence}\u00a0»" in french for _, _, french in translations())
        turn = say(Session(locale="fr", turn=1), Text(sentence))
        assert "contacts" in {message.node for message in turn.messages}, sentence


def test_french_says_that_it_speaks_french() -> None:
    turn = say(Session(locale="en", turn=1), Command("language"))
    chosen = next(b for m in turn.messages for b in m.buttons if b.label == "Français")
    turn = say(turn.session, Press(chosen.value))
    assert "✅ Je parle français maintenant." in {message.text for message in turn.messages}
    assert turn.session.locale == "fr"
