"""Telegram's HTML: what it accepts, and how exactly it refuses the rest."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local.autolink import trimmed, with_found_entities
from bot.local.errors import BotApiError
from bot.local.markup import parse_html, utf16_length


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("ab <foo>", 'Unsupported start tag "foo" at byte offset 3'),
        ("é <foo>", 'Unsupported start tag "foo" at byte offset 3'),
        ("🏟 🏟&lt;<abac", "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;<i   =aba>", 'Empty attribute name in the tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba>", 'Can\'t find end tag corresponding to start tag "i"'),
        ("🏟 🏟&lt;<i    aba  =  ", 'Unclosed start tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba  =  190azAz-.,", "Unexpected end of name token at byte offset 27"),
        ('🏟 🏟&lt;<i    aba  =  "&lt;&gt;&quot;>', "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;</", "Unexpected end tag at byte offset 13"),
        ("🏟 🏟&lt;<i>a</i   ", "Unclosed end tag at byte offset 17"),
        (
            "🏟 🏟&lt;<i>a</em   >",
            'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"',
        ),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_mistakes_are_named_as_telegram_names_them(source: str, complaint: str) -> None:
    with pytest.raises(BotApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {complaint}"


def test_entities_count_in_utf16_and_nest_in_order() -> None:
    text, entities = parse_html("🏟 <b>bold <i>both</i></b> &lt;&#233;&amp;amp;")
    assert text == "🏟 bold both <é&amp;"
    assert entities == [
        {"type": "bold", "offset": 3, "length": 9},
        {"type": "italic", "offset": 8, "length": 4},
    ]


def test_links_languages_and_quotations() -> None:
    text, entities = parse_html(
        '<a href="https://a.org/?x=1&amp;y">a</a><a href="tel:112">b</a>'
        '<pre><code class="language-py">c</code></pre><blockquote expandable>d</blockquote>'
    )
    assert text == "abcd"
    assert entities == [
        {"type": "text_link", "offset": 0, "length": 1, "url": "https://a.org/?x=1&y"},
        {"type": "pre", "offset": 2, "length": 1, "language": "py"},
        {"type": "expandable_blockquote", "offset": 3, "length": 1},
    ]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_text_comes_back_unchanged(words: str) -> None:
    assert parse_html(f"<b>{html.escape(words)}</b>")[0] == words


@given(st.text(alphabet='<>/b i="&;apre🏟 ', max_size=30))
def test_any_source_is_parsed_or_refused(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except BotApiError as refused:
        assert refused.description.startswith("Bad Request: can't parse entities: ")
        return
    for entity in entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= utf16_length(text)


def test_numbers_commands_and_addresses_are_found_outside_code() -> None:
    text = "/start +33 1 40 97 11 99, me@a.org www.a.org/x. (see a.org) 116 111 +1 202 555 0100"
    found = with_found_entities(text, [{"type": "code", "offset": 68, "length": 15}])
    assert [(e["type"], text[e["offset"] : e["offset"] + e["length"]]) for e in found] == [
        ("bot_command", "/start"),
        ("phone_number", "+33 1 40 97 11 99"),
        ("email", "me@a.org"),
        ("url", "www.a.org/x"),
        ("url", "a.org"),
        ("code", "+1 202 555 0100"),
    ]


def test_white_space_at_the_ends_goes_and_entities_move_along() -> None:
    assert trimmed("  ab \n", [{"type": "bold", "offset": 1, "length": 5}]) == (
        "ab",
        [{"type": "bold", "offset": 0, "length": 2}],
    )
