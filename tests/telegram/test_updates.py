from __future__ import annotations

from typing import Any

import msgspec
import pytest
import telegram
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.events import Command, Event, Location, Media, Press, Start, Text
from bot.telegram.updates import (
    NOT_SERVED,
    SERVED,
    Blocked,
    Ignored,
    Incoming,
    Inline,
    Redirect,
    Unblocked,
    read,
)

PRIVATE = {"id": 5, "type": "private", "first_name": "A"}
GROUP = {"id": -7, "type": "supergroup", "title": "Trip"}
PERSON = {"id": 5, "is_bot": False, "first_name": "A", "language_code": "pt-br"}


def message(chat: dict[str, Any] = PRIVATE, **content: Any) -> dict[str, Any]:
    return {
        "update_id": 1,
        "message": {
            "message_id": 2,
            "date": 1_700_000_000,
            "chat": chat,
            "from": PERSON,
            **content,
        },
    }


def event(**content: Any) -> Event | None:
    incoming = read(message(**content))
    return incoming.event if isinstance(incoming, Incoming) else None


@pytest.mark.parametrize("as_json", [True, False])
def test_a_text(as_json: bool) -> None:
    update = message(text="Hello")
    expected = Incoming(1, 5, Text("Hello"), user_language="pt-br", message_id=2)
    assert read(msgspec.json.encode(update) if as_json else update, username="bot") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start", Start()),
        ("/start tips-BR", Start("tips-BR")),
        ("/START@any_bot  x y ", Start("x y")),
        ("/Help", Command("help")),
        ("/hotline@any_bot Kenya, now\nplease", Command("hotline", "Kenya, now\nplease")),
        ("/", Text("/")),
        ("/ help", Text("/ help")),
        ("/aide-moi", Text("/aide-moi")),
        ("see /help", Text("see /help")),
        ("", Text("")),
    ],
)
def test_commands_are_told_from_texts(text: str, expected: Event) -> None:
    assert event(text=text) == expected


def test_a_location_and_a_venue_are_places() -> None:
    place = {"latitude": -1.28, "longitude": 37}
    assert event(location=place) == Location(-1.28, 37.0)
    assert event(location={**place, "live_period": 900}) == Location(-1.28, 37.0)
    assert event(venue={"title": "Hotel", "location": place}, location=place) == Location(-1.28, 37)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("photo", {"photo": [{"file_id": "x"}]}),
        ("animation", {"animation": {"file_id": "x"}, "document": {"file_id": "x"}}),
        ("document", {"document": {"file_id": "x"}}),
        ("video", {"video": {"file_id": "x"}}),
        ("video_note", {"video_note": {}}),
        ("voice", {"voice": {}}),
        ("audio", {"audio": {}}),
        ("contact", {"contact": {"phone_number": "1"}}),
        ("sticker", {"sticker": {}}),
        ("poll", {"poll": {}}),
        ("dice", {"dice": {"value": 3}}),
        ("story", {"story": {}}),
        ("checklist", {"checklist": {}}),
        ("live_photo", {"live_photo": {}}),
    ],
)
def test_media_keep_their_kind_and_caption_only(kind: str, content: dict[str, Any]) -> None:
    assert event(caption="Look", **content) == Media(kind, "Look")


def test_photos_sent_together_share_an_album() -> None:
    incoming = read(message(photo=[{}], media_group_id="99"))
    assert isinstance(incoming, Incoming)
    assert incoming.album == "99"


def test_a_rich_message_is_its_words() -> None:
    bold = ["a child ", {"type": "bold", "text": "in danger"}]
    item = {"label": "1", "blocks": [{"type": "paragraph", "text": "now"}]}
    blocks = [{"type": "paragraph", "text": bold}, {"type": "list", "items": [item]}]
    assert event(rich_message={"blocks": blocks}) == Text("a child  in danger now")


def test_service_messages_and_bots_are_ignored() -> None:
    assert read(message(pinned_message={"message_id": 1})) == Ignored(1, "service message")
    assert read(message(migrate_to_chat_id=-9)) == Ignored(1, "service message")
    robot = message(text="Hi")
    robot["message"]["from"] = {**PERSON, "is_bot": True}
    assert read(robot) == Ignored(1, "written by a bot")


def test_in_a_group_only_a_command_to_the_bot_is_answered() -> None:
    assert read(message(GROUP, text="/start@Our_Bot x"), username="our_bot") == Redirect(
        1, -7, "pt-br"
    )
    for text in ("/start", "/start@other_bot", "Hello @our_bot", "Hello"):
        assert read(message(GROUP, text=text), username="our_bot") == Ignored(1, "group")
    assert read(message(GROUP, new_chat_members=[PERSON])) == Ignored(1, "group")
    assert read(message(GROUP, photo=[{}])) == Ignored(1, "group")


def pressed(**fields: Any) -> dict[str, Any]:
    return {"update_id": 1, "callback_query": {"id": "77", "from": PERSON, **fields}}


def test_presses() -> None:
    shown = {"message_id": 3, "date": 1_700_000_000, "chat": PRIVATE, "text": "Where?"}
    incoming = Incoming(
        1, 5, Press("4:1"), user_language="pt-br", message_id=3, callback_query_id="77"
    )
    assert read(pressed(message=shown, data="4:1")) == incoming
    no_longer_accessible = {"message_id": 3, "date": 0, "chat": PRIVATE}
    assert read(pressed(message=no_longer_accessible, data="4:1")) == msgspec.structs.replace(
        incoming, message_id=None
    )
    assert read(pressed(message=shown)) == msgspec.structs.replace(incoming, event=Press(""))
    elsewhere = Ignored(1, "button outside a private chat")
    assert read(pressed(message={**shown, "chat": GROUP}, data="x")) == elsewhere
    assert read(pressed(inline_message_id="1", data="x")) == elsewhere


def test_blocking_and_unblocking() -> None:
    def change(status: str, chat: dict[str, Any] = PRIVATE) -> dict[str, Any]:
        member = {"old_chat_member": {}, "new_chat_member": {"status": status}}
        return {"update_id": 1, "my_chat_member": {"chat": chat, "from": PERSON, **member}}

    assert read(change("kicked")) == Blocked(1, 5)
    assert read(change("member")) == Unblocked(1, 5)
    assert read(change("member", GROUP)) == Ignored(1, "group membership")


def test_an_inline_query() -> None:
    query = {"id": "8", "from": PERSON, "query": "Kenya", "offset": "", "chat_type": "private"}
    assert read({"update_id": 1, "inline_query": query}) == Inline(1, "8", "pt-br", "Kenya")
    long = read({"update_id": 1, "inline_query": {**query, "query": "x" * 5000}})
    assert isinstance(long, Inline)
    assert len(long.query) == 256
    assert read({"update_id": 1, "inline_query": {"id": "8"}}) == Inline(1, "8")


def test_a_card_that_somebody_sends_through_the_bot_is_not_their_own_words() -> None:
    """It speaks of children in danger, and must not be taken for a cry for help."""
    bot = {"id": 9, "is_bot": True, "first_name": "Bot", "username": "Example_Bot"}
    card = message(text="a child may be at risk", via_bot=bot)
    assert read(card, username="example_bot") == Ignored(1, "written by a bot")
    assert isinstance(read(card, username="another_bot"), Incoming)
    assert isinstance(read(card), Incoming)


@pytest.mark.parametrize("kind", NOT_SERVED)
def test_other_kinds_are_ignored_by_name(kind: str) -> None:
    content = message(text="Hi")["message"]
    assert read({"update_id": 1, kind: content}) == Ignored(1, kind)


def test_every_kind_the_library_knows_is_decided_upon() -> None:
    kinds = {str(kind.value) for kind in telegram.constants.UpdateType}
    assert set(SERVED) | set(NOT_SERVED) >= kinds
    assert not set(SERVED) & set(NOT_SERVED)


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        (b"", Ignored(None, "malformed")),
        (b"\xff", Ignored(None, "malformed")),
        (b"[]", Ignored(None, "malformed")),
        (b"[" * 100_000, Ignored(None, "malformed")),
        (b'{"update_id": true}', Ignored(None, "malformed")),
        (b'{"update_id": 3}', Ignored(3, "unknown kind")),
        (b'{"update_id": 3, "hologram": {}}', Ignored(3, "unknown kind")),
        (b'{"update_id": 3, "message": {}}', Ignored(3, "malformed")),
        (b'{"update_id": 3, "message": 1}', Ignored(3, "malformed")),
        (b'{"update_id": 3, "callback_query": {"from": {}}}', Ignored(3, "malformed")),
    ],
)
def test_malformed_updates_are_let_go(update: bytes, expected: Ignored) -> None:
    assert read(update) == expected


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
_fields = [
    "message_id",
    "chat",
    "from",
    "text",
    "location",
    "photo",
    "caption",
    "rich_message",
    "id",
]


@given(
    st.dictionaries(
        st.sampled_from(["update_id", *SERVED, "poll"]),
        _json | st.dictionaries(st.sampled_from([*_fields, "data", "message"]), _json),
    )
)
def test_no_update_is_too_odd(update: dict[str, Any]) -> None:
    assert read(update) == read(msgspec.json.encode(update))


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**400])
@pytest.mark.parametrize("where", ["update", "message", "chat"])
def test_a_number_that_nobody_could_keep_is_malformed(where: str, number: int) -> None:
    ids = {"update": 1, "message": 1, "chat": 1} | {where: number}
    chat = f'{{"id": {ids["chat"]}, "type": "private"}}'
    message = f'{{"message_id": {ids["message"]}, "chat": {chat}, "text": "hello"}}'
    found = read(f'{{"update_id": {ids["update"]}, "message": {message}}}'.encode())
    assert isinstance(found, Ignored)
    assert found.reason == "malformed"


@pytest.mark.parametrize(
    "body", [b'{"update_id": 1, "\x80message": {}}', b'{"update_id": 1, "poll": "\xff"}']
)
def test_bytes_that_are_no_text_are_malformed_wherever_they_stand(body: bytes) -> None:
    assert read(body) in (Ignored(1, "malformed"), Ignored(None, "malformed"))
