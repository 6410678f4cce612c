"""Somebody to talk to, on the data that ships."""

from __future__ import annotations

from datetime import UTC, datetime

from shipped_content import CONTENT

from bot.content import _World
from bot.conversation.session import SlotValue
from bot.conversation.world import Request

WORLD = _World(CONTENT, datetime(2026, 11, 25, 12, tzinfo=UTC))
OTHERS = "Others can listen too"
NO_LINE = "I know of no reliable line for witnesses there."
FOR_CHILDREN = "I know of no line made for witnesses there."
SHORT = "A short number works only inside its country."


def support(**arguments: SlotValue | None) -> str:
    action = CONTENT.actions["show_support"]
    (message,) = action(Request("en", arguments, WORLD, lambda _: ())).messages
    assert OTHERS in message.text
    return message.text


def test_a_line_for_witnesses_as_dialled_from_where_they_are() -> None:
    at_home = support(home="FR", country=["FR", "Lyon"])
    assert "📞 116 006" in at_home
    assert SHORT not in at_home
    abroad = support(home="FR", country=["TH", "Phuket"])
    assert "📞 +33 1 80 52 33 76" in abroad
    assert "116 006\n" not in abroad.replace("France Victimes 116 006", "")


def test_a_number_that_does_not_work_from_there_says_so() -> None:
    assert SHORT in support(home="DE", country="TH")
    assert SHORT not in support(home="DE", country="DE")


def test_home_comes_first_then_where_it_happened() -> None:
    text = support(home="GB", country="FR")
    assert text.index("Victim Support") < text.index("France Victimes")


def test_a_helpline_for_children_is_called_that() -> None:
    text = support(home="IN", country="KE")
    assert FOR_CHILDREN in text
    assert "1098" in text
    assert "116" not in text  # its source does not say that adults may call


def test_where_none_is_known_it_says_so() -> None:
    for arguments in ({}, {"country": "TH"}, {"home": "ZZ", "country": "AQ"}):
        text = support(**arguments)
        assert NO_LINE in text
        assert "📞" not in text


def test_only_lines_whose_source_says_so_are_offered() -> None:
    for code in CONTENT.hotlines.codes:
        text = support(home=code, country=code)
        for contact in CONTENT.hotlines.country(code).contacts:
            if f"<b>{contact.name}" in text:
                assert contact.kind == "victim_support" or contact.adults


def test_the_line_in_the_own_language_comes_first() -> None:
    action = CONTENT.actions["show_support"]
    (message,) = action(Request("fr", {"home": "BE"}, WORLD, lambda _: ())).messages
    assert message.text.index("107") < message.text.index("106")
    assert "on y parle français" in message.text
