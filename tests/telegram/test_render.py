from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.conversation.messages import Button, Document, Message
from bot.local.markup import parse_html
from bot.telegram import limits
from bot.telegram.calls import Call, delete_messages, redirect
from bot.telegram.markup import plain, split, units
from bot.telegram.render import calls, shortened

HOME = "https://t.me/example_bot"
FILE = Document("report.txt", "text/plain", b"\xef\xbb\xbfwords\x00")

_text = st.text(st.characters(codec="utf-8", exclude_characters="<>&\0\r\v\t"), max_size=30).map(
    lambda text: text.replace("\n ", "\n")
)
_reference = st.sampled_from(
    ["&lt;", "&amp;", "&#128512;", "&quot;", "\n\n", ". ", " ", "👩‍👧", "。"]
)


def _wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    opened = st.sampled_from(["b", "i", "u", "s", 'a href="https://a.org/?q=1&amp;b=>"', "code"])
    return st.builds(lambda tag, text: f"<{tag}>{text}</{tag.split()[0]}>", opened, inner)


_html = st.recursive(
    st.lists(_text | _reference, max_size=6).map("".join),
    lambda inner: st.lists(inner | _wrapped(inner), max_size=5).map("".join),
    max_leaves=25,
)


def _marked(source: str) -> list[tuple[str, frozenset[str]]]:
    """Each visible character with what it looks like; no white space, which cuts drop."""
    text, entities = parse_html(source)
    wide = text.encode("utf-16-le")
    looks = []
    offset = 0
    for character in text:
        if not character.isspace():
            kinds = frozenset(
                f"{entity['type']}{entity.get('url', '')}"
                for entity in entities
                if entity["offset"] <= offset < entity["offset"] + entity["length"]
            )
            looks.append((character, kinds))
        offset += units(character)
    assert offset == len(wide) // 2
    return looks


@given(_html, st.integers(2, 60))
@example("<b>" + "x" * 100 + "</b>", 10)
@example("<i></i>" + "&amp;" * 30, 7)
def test_parts_are_short_and_together_look_like_the_whole(html: str, limit: int) -> None:
    parts = split(html, limit)
    assert all(units(parse_html(part)[0]) <= limit for part in parts)
    looks = [look for part in parts for look in _marked(part)]
    assert looks == _marked(html)


@given(_html)
def test_plain_text_has_no_tags_and_every_character(html: str) -> None:
    shown, _ = parse_html(re.sub(r"</?a[^>]*(?:>\")?>", "", html))
    assert "".join(shown.split()) in "".join(
        plain(html).replace(" (https://a.org/?q=1&b=>)", "").split()
    )


def test_a_long_text_is_cut_between_paragraphs_before_lines_before_sentences() -> None:
    assert split("aaaa.\nbbbb\n\ncccc cccc dddd", 17) == ("aaaa.\nbbbb", "cccc cccc dddd")
    assert split("One two three. Four five\nsix seven", 27) == (
        "One two three. Four five",
        "six seven",
    )
    assert split("One two three. Four five six", 20) == ("One two three.", "Four five six")
    assert split("One two three four five", 11) == ("One two", "three four", "five")


def test_tags_are_closed_and_opened_again() -> None:
    html = '<b>One two <a href="https://a.org">three four</a></b> five'
    assert split(html, 14) == (
        '<b>One two <a href="https://a.org">three</a></b>',
        '<b><a href="https://a.org">four</a></b> five',
    )


def test_a_family_is_not_torn_apart() -> None:
    assert split("x" * 8 + "👩‍👧" + "y", 11) == ("x" * 8, "👩‍👧y")


def test_length_is_counted_as_telegram_counts() -> None:
    fits = "&amp;" * limits.MESSAGE_UNITS
    assert split(fits) == (fits,)
    assert len(split(fits + "x")) == 2
    assert split("😀" * 2048) == ("😀" * 2048,)
    assert len(split("😀" * 2049)) == 2


def test_plain_keeps_the_address_of_a_link() -> None:
    html = 'Call <b>1 &lt; 2</b> or <a href="https://a.org/?x=1&amp;y=2">write</a>, a < b'
    assert plain(html) == "Call 1 < 2 or write (https://a.org/?x=1&y=2), a < b"
    assert plain('<a href="https://a.org">https://a.org</a>') == "https://a.org"


def test_every_kind_of_inline_button() -> None:
    message = Message(
        "Hello",
        (
            (Button("Go", "press", "1:2"), Button("Site", "url", "https://a.org")),
            (Button("Copy", "copy", "+254 116"), Button("Tell", "share", "Look & act")),
            (Button("Here", "location"),),
        ),
    )
    (call,) = calls(message, 5, home=HOME)
    assert call == Call(
        "sendMessage",
        {
            "chat_id": 5,
            "text": "Hello",
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "reply_markup": {
                "inline_keyboard": [
                    [
                        {"text": "Go", "callback_data": "1:2"},
                        {"text": "Site", "url": "https://a.org"},
                    ],
                    [
                        {"text": "Copy", "copy_text": {"text": "+254 116"}},
                        {
                            "text": "Tell",
                            "url": "https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fexample_bot"
                            "&text=Look%20%26%20act",
                        },
                    ],
                ]
            },
        },
    )


def test_a_reply_keyboard_has_locations_and_labels() -> None:
    rows = ((Button("📍 Here", "location"),), (Button("Emergency", "press", "x"),))
    (call,) = calls(Message("Where?", rows, keys="reply"), 5, home=HOME)
    assert call.params["reply_markup"] == {
        "keyboard": [[{"text": "📍 Here", "request_location": True}], [{"text": "Emergency"}]],
        "resize_keyboard": True,
        "is_persistent": True,
    }
    (call,) = calls(Message("Bye", keys="reply"), 5, home=HOME)
    assert call.params["reply_markup"] == {"remove_keyboard": True}


def test_buttons_stand_under_the_last_part() -> None:
    message = Message("word " * 2000, ((Button("Go", "press", "1"),),))
    first, second, third = calls(message, 5, home=HOME)
    assert "reply_markup" not in first.params
    assert "reply_markup" not in second.params
    assert third.params["reply_markup"]["inline_keyboard"]


def test_a_message_instead_of_the_pressed_one_edits_it() -> None:
    message = Message("Now this", instead=True)
    (call,) = calls(message, 5, home=HOME, pressed=9)
    assert (call.method, call.params["message_id"]) == ("editMessageText", 9)
    (call,) = calls(message, 5, home=HOME)
    assert call.method == "sendMessage"
    too_long = msgspec.structs.replace(message, text="word " * 1000)
    assert {call.method for call in calls(too_long, 5, home=HOME, pressed=9)} == {"sendMessage"}


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("x" * 64, "x" * 64),
        ("x" * 65, "x" * 63 + "…"),
        ("word " * 20, "word " * 11 + "word word…"[5:]),
        ("The national child protection and family support centre, Nairobi", None),
    ],
)
def test_long_labels_end_with_a_whole_word(label: str, shown: str | None) -> None:
    assert len(shortened(label)) <= limits.BUTTON_LABEL
    assert shortened(label) == (label if shown is None else shown)


def test_calls_survive_storage() -> None:
    stored = (redirect(1, "Write to me", "Open", HOME), *delete_messages(1, [7]))
    packed = msgspec.msgpack.encode(stored)
    assert msgspec.msgpack.decode(packed, type=tuple[Call, ...]) == stored


def test_deletions_go_in_hundreds() -> None:
    assert [len(call.params["message_ids"]) for call in delete_messages(1, range(250))] == [
        100,
        100,
        50,
    ]


def test_a_document_carries_its_text_and_its_buttons() -> None:
    message = Message("<b>Yours</b>", ((Button("Go", "press", "1"),),), instead=True, document=FILE)
    (call,) = calls(message, 5, home=HOME, pressed=9)
    assert call == Call(
        "sendDocument",
        {
            "chat_id": 5,
            "document": ["report.txt", "text/plain", FILE.content],
            "caption": "<b>Yours</b>",
            "parse_mode": "HTML",
            "reply_markup": {"inline_keyboard": [[{"text": "Go", "callback_data": "1"}]]},
        },
    )
    (bare,) = calls(Message("", document=FILE), 5, home=HOME)
    assert bare.params.keys() == {"chat_id", "document"}


def test_a_text_too_long_for_a_caption_goes_before_the_document() -> None:
    fits = "😀" * 511 + "<b>&amp;x</b>"  # 1,024 units as Telegram counts
    (call,) = calls(Message(fits, document=FILE), 5, home=HOME)
    assert call.params["caption"] == fits
    rows = ((Button("Go", "press", "1"),),)
    first, second = calls(Message(fits + "y", rows, document=FILE), 5, home=HOME)
    assert (first.method, first.params["text"]) == ("sendMessage", fits + "y")
    assert "reply_markup" not in first.params
    assert second.method == "sendDocument"
    assert "caption" not in second.params
    assert "reply_markup" in second.params


def test_a_document_survives_storage() -> None:
    stored = calls(Message("Yours", document=FILE), 5, home=HOME)
    packed = msgspec.msgpack.encode(stored)
    assert msgspec.msgpack.decode(packed, type=tuple[Call, ...]) == stored
