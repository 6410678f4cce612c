"""What a person sees of contacts, for every country, on the data that ships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import get_args

import pytest
from shipped_content import CONTENT

from bot.conversation.messages import Message
from bot.conversation.world import Action, Request, Told
from bot.knowledge.contact_schema import Kind
from bot.local.markup import checked_link, parse_html, utf16_length

COUNTRIES = sorted(CONTENT.hotlines.codes)
LANGUAGES = CONTENT.catalogues.languages
REPORT = (Told("report_what", "What was seen", "A man with a small girl."),)
UNKNOWN = "I have no reliable emergency number here."


class World:
    """The shipped names of countries, on a day."""

    languages: Sequence[str] = LANGUAGES
    actions: Mapping[str, Action] = CONTENT.actions
    find_place = CONTENT.places.find
    place_at = CONTENT.places.at
    country_name = CONTENT.places.country_name
    translate = CONTENT.catalogues.text

    def __init__(self, year: int = 2026) -> None:
        self.now = datetime(year, 11, 25, 12, tzinfo=UTC)


def shown(
    action: str, locale: str = "en", year: int = 2026, **arguments: str | list[str]
) -> tuple[Message, ...]:
    messages = CONTENT.actions[action](
        Request(locale, arguments, World(year), lambda _: REPORT)
    ).messages
    assert messages
    for message in messages:
        text, _ = parse_html(message.text)
        assert text.strip()
        assert utf16_length(text) <= 4096
        for button in message.buttons:
            assert 0 < utf16_length(button.label) <= 64
            if button.kind == "url":
                assert checked_link(button.value)
            else:
                assert (button.kind, len(button.value) <= 256) == ("copy", True)
    return messages


def words(messages: tuple[Message, ...]) -> str:
    return "\n\n".join(parse_html(message.text)[0] for message in messages)


@pytest.mark.parametrize("code", COUNTRIES)
def test_no_country_is_without_an_answer(code: str) -> None:
    for locale in LANGUAGES:
        here = words(shown("show_contacts", locale, country=[code, "Somewhere"], home="DE"))
        assert World().country_name(code, locale) in here
        urgent = words(shown("show_emergency", locale, country=code))
        route = CONTENT.hotlines.route(code)
        for number in route.emergency.numbers.values():
            assert number in here
            assert number in urgent
        if not route.emergency.known:
            assert CONTENT.catalogues.text(locale, None, UNKNOWN) in urgent
        if not route.emergency.known or not route.contacts:
            assert route.fallback[0].name in here
        shown("show_where_to_send", locale, country=code, home="HU", setting="online")
        shown("show_support", locale, country=code, home="FR")
        shown("show_support", locale, home=code)
        shown("show_child_help", locale, country=code)
        shown("show_home", locale, home=code)


@pytest.mark.parametrize("action", ["show_emergency", "show_contacts", "show_home"])
@pytest.mark.parametrize("country", ["", "ZZ", "<b>", ["ZZ", "<Nowhere & co>"]])
def test_a_country_that_is_none_gets_the_way_that_always_exists(
    action: str, country: str | list[str]
) -> None:
    assert shown(action, country=country, home="ZZ")


def test_nothing_known_shows_the_world_list_and_then_the_own_country_first() -> None:
    (everywhere,) = shown("show_fallback")
    home, last = shown("show_fallback", home="DE")
    assert "Germany" in home.text
    assert last == everywhere


def test_online_begins_with_the_hotline_at_home_that_acts_on_images() -> None:
    home, everywhere = shown("show_fallback", home="GB", setting="online")
    assert words((home,)).index("Internet Watch") < words((home,)).index("CEOP")
    assert words((everywhere,)).index("INHOPE") < words((everywhere,)).index("Don't Look Away")
    skipped = shown("show_fallback", home="GB", setting="–")
    assert skipped == shown("show_fallback", home="GB")


def test_each_contact_says_why_it_is_there() -> None:
    kinds = {
        contact.kind for code in COUNTRIES for contact in CONTENT.hotlines.route(code).contacts
    }
    assert kinds == set(get_args(Kind))
    text = words(shown("show_contacts", country="GB"))
    assert "Police: they can investigate" in text
    assert "Takes reports of crimes of all kinds" in text  # Crimestoppers are no police
    assert "Helpline for children: adults may call too" in text
    assert "asks for your name" in text


def test_the_own_language_comes_first() -> None:
    text = words(shown("show_contacts", country="TH"))
    assert "🗣 speaks English, Thai" in text
    assert "🗣 on y parle français" in words(shown("show_contacts", "fr", country="LU"))


def test_without_a_page_no_button_writes_a_mail() -> None:
    text = words(shown("show_where_to_send", country="AT"))
    assert "@interpol.at" in text
    assert "✉️ opens" not in text


def test_a_child_gets_helplines_and_no_police_units() -> None:
    text = words(shown("show_child_help", country="KE"))
    assert "116" in text
    assert "Helpline for children" in text
    assert "Report here" not in text


def test_an_emergency_number_can_be_copied() -> None:
    (message,) = shown("show_emergency", country="KE")
    numbers = set(CONTENT.hotlines.route("KE").emergency.numbers.values())
    assert {button.value for button in message.buttons} <= numbers
    assert message.buttons


def test_home_is_shown_as_dialled_from_abroad() -> None:
    here, home = shown("show_contacts", country="TH", home="FR")
    assert "Thailand" in here.text
    assert "From abroad" in home.text
    assert "+33" in home.text


def test_at_home_there_is_no_second_list() -> None:
    assert "From abroad" not in words(shown("show_contacts", country="DE", home="DE"))


def test_old_contacts_say_how_long_ago_they_were_checked() -> None:
    fresh = words(shown("show_contacts", country="KE"))
    later = words(shown("show_contacts", country="KE", year=2036))
    assert "years ago; it may have changed" in later
    assert later.count("⚠️") > fresh.count("⚠️")


def test_contacts_speak_french() -> None:
    text = words(shown("show_contacts", "fr", country="KE"))
    assert "🇰🇪 Kenya" in text
    assert "Helpline for children" not in text
