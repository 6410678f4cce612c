"""What reads something that comes from outside, each called by itself."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any, Final

import msgspec
from hypothesis import strategies as st
from joserfc.jwk import OKPKey

from benchmarks.fuzzing.shapes import (
    bent,
    degrees,
    encoded,
    inline_queries,
    mangled,
    numbers,
    updates,
    words,
)
from benchmarks.fuzzing.target import Target, Violated, holds
from bot.campaigns.chunk import Chunk
from bot.content import Content, shipped
from bot.conversation.days import read_days
from bot.conversation.engine import Turn
from bot.conversation.moments import read_moment
from bot.conversation.session import Session, pack, unpack
from bot.conversation.spans import read_span
from bot.conversation.when import read_when, show_when
from bot.knowledge.hours import parse_hours
from bot.knowledge.quiet_hours import Quiet
from bot.knowledge.wave_words import FORMS, parse_duration, parse_when
from bot.local.markup import parse_html, utf16_length
from bot.reports.sealing import NotReadable, open_sealed, sign, verify
from bot.settings import SettingError, Settings
from bot.store.keyring import Keyring
from bot.store.record import Chat, decode, encode
from bot.telegram.http_reply import Garbled, Reply
from bot.telegram.inline import answer_inline
from bot.telegram.presentation import Presentation
from bot.telegram.render import calls
from bot.telegram.updates import Ignored, Incoming, Inline, Update, read

NOW: Final = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOME: Final = "https://t.me/dont_look_away_bot"
LOCALES: Final = ("en", "fr", "ar", "pt", "de", "uk", "xx", "")
_KEYRING: Final = Keyring([b"k" * 32])
_SIGNER: Final = OKPKey.generate_key("Ed25519")


@cache
def content() -> Content:
    """The one that is shipped."""
    return Content.load(shipped())


# Updates and the conversation behind them


def _understood(body: bytes) -> Update:
    update = read(body, username="dont_look_away_bot")
    with contextlib.suppress(ValueError, RecursionError):
        decoded = msgspec.json.decode(body)  # as long polling has it
        if isinstance(decoded, dict):
            again = read(decoded, username="dont_look_away_bot")
            holds(type(again) is type(update), "polling reads it otherwise than the webhook")
    return update


def _sendable(turn: Turn, chat_id: int) -> None:
    for message in turn.messages:
        shown, _ = parse_html(message.text)
        holds(shown.strip(), "an empty message")
        holds(utf16_length(shown) <= 4096, "a message that is too long")
        for call in calls(message, chat_id, home=HOME):
            if message.document is None:
                msgspec.json.encode(call)
        for button in message.buttons:
            limit = 64 if button.kind == "press" else 2048
            holds(len(button.value.encode()) <= limit, "a button that carries too much")


def conversation(bodies: list[bytes]) -> None:
    """Updates of one chat, one after the other."""
    session = Session()
    for body in bodies:
        update = _understood(body)
        if isinstance(update, Incoming):
            turn = content().advance(session, update.event, NOW)
            _sendable(turn, update.chat_id)
            session = unpack(*pack(turn.session))
            chat = Chat(revision=b"\1abcd", session=pack(session)[0]).with_update(update.update_id)
            encode(chat, update.chat_id, _KEYRING)
        elif isinstance(update, Ignored):
            holds(update.reason, "ignored without a reason")


def inline(asked: dict[str, Any]) -> None:
    """A query and its cards."""
    update = _understood(encoded({"update_id": 1, "inline_query": asked}))
    if isinstance(update, Inline):
        words_ = Presentation(content().catalogues)
        call = answer_inline(update, "fr", content(), words_, home=HOME, now=NOW)
        msgspec.json.encode(call)
        ids = [card["id"] for card in call.params["results"]]
        holds(ids and len(ids) <= 50 and len(set(ids)) == len(ids), "cards that are refused")


# Words and places


def places(asked: tuple[str, str, float, float]) -> None:
    """A name, a language and a position."""
    text, locale, latitude, longitude = asked
    for found in (
        content().places.find(text, locale),
        content().places.at(latitude, longitude, locale),
    ):
        holds(found.status in {"found", "ambiguous", "unknown"}, "an odd status")
        holds((found.place is not None) == (found.status == "found"), "a place or none")


def moments(asked: tuple[str, str, int]) -> None:
    """When something was, or will be, in anybody's words."""
    text, locale, hours = asked
    zone = timezone(timedelta(hours=hours))
    now = NOW.astimezone(zone)
    locale = locale if locale in content().catalogues.languages else "en"
    read_moment(text, locale, now)
    read_span(text, locale, now.date())
    read_days(text, locale, now.date())
    if text.strip():
        show_when(read_when(text, locale, now, zone), locale)


def phrases(text: str) -> None:
    """What editors write: when a wave goes out, hours, durations."""
    for parse in (parse_when, parse_duration, Quiet.parse, parse_hours):
        with contextlib.suppress(ValueError):
            parsed = parse(text)
            holds(parsed is not None, "nothing came of it")


# What is stored


def record(stored: bytes) -> None:
    """A record that something else wrote."""
    chat = decode(stored, 5, _KEYRING)
    encode(chat, 5, _KEYRING)
    with contextlib.suppress(msgspec.DecodeError):
        session = unpack(chat.session)
        turn = content().advance(session, read_text("Kenya"), NOW)
        holds(turn.messages, "no answer")


def session(fields: list[Any]) -> None:
    """A session with anything in it."""
    try:
        stored = msgspec.msgpack.encode(fields)
    except (TypeError, UnicodeEncodeError, OverflowError):
        return  # nothing that can be stored
    try:
        found = unpack(stored)
    except msgspec.DecodeError:
        return
    for event in (read_text("Kenya"), read_text("/back"), read_text("/report")):
        turn = content().advance(found, event, NOW)
        holds(turn.messages, "no answer")
        _sendable(turn, 5)
        pack(turn.session)


def read_text(text: str) -> Any:
    """What somebody writes, as an event."""
    message = {"message_id": 1, "chat": {"id": 5, "type": "private"}, "text": text}
    update = read({"update_id": 1, "message": message})
    assert isinstance(update, Incoming)
    return update.event


def chunk(stored: bytes) -> None:
    """A chunk of a campaign."""
    with contextlib.suppress(ValueError, IndexError, msgspec.DecodeError):
        Chunk.decode(stored)


# Answers of others, settings, seals


def answer(given: tuple[bytes, int]) -> None:
    """An HTTP answer, whole and in two pieces."""
    data, cut = given
    whole, pieces = Reply(), Reply()
    with contextlib.suppress(Garbled):
        whole.feed(data)
        at = cut % (len(data) + 1)
        pieces.feed(data[:at])
        pieces.feed(data[at:])
        both = [(each.complete, each.status, b"".join(each.body)) for each in (whole, pieces)]
        holds(both[0] == both[1], "in pieces it is another answer")


def environment(given: dict[str, str]) -> None:
    """Settings."""
    try:
        Settings.read(given)
    except SettingError as error:
        holds(any(name in str(error) for name in SETTINGS), "no variable is named")
        shown = {value.strip() for name, value in given.items() if name not in SECRET}
        for value in {given.get(name, "").strip() for name in SECRET} - shown:
            holds(len(value) < 12 or value not in str(error), "a secret is shown")


def seals(given: tuple[bytes, str]) -> None:
    """A signature that came with a body."""
    body, signature = given
    with contextlib.suppress(NotReadable):
        verify(body, signature, _SIGNER)
        holds(body == SIGNED, "a signature of something else")
    with contextlib.suppress(NotReadable):
        open_sealed(signature, _SEALED)
        raise Violated("a report that nobody sealed")


SIGNED: Final = b'{"id": "q1"}'
_SEALED: Final = OKPKey.generate_key("X25519")
SETTINGS: Final = (
    *("TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL", "PUBLIC_URL", "WEBHOOK_SECRET", "REDIS_URL"),
    *("HOST", "PORT", "DATA_DIR", "SECRET_KEYS", "CONTENT_DIR", "STAFF_TOKEN", "WEBHOOK_REPLIES"),
)
SECRET: Final = ("TELEGRAM_BOT_TOKEN", "STAFF_TOKEN", "SECRET_KEYS", "WEBHOOK_SECRET")
_CHUNK: Final = Chunk(100, (1, -5, 2**40), ("en", "fr", "en"), ("Africa/Nairobi",), 1_800_000_000)
_RECORD: Final = encode(
    Chat(
        revision=b"\1abcd",
        applied=(5, 9, 4),
        session=pack(Session(flow="urgent", node="where", turn=3, slots={"here": ["KE", "Kenya"]}))[
            0
        ],
        secret=b"words",
        secret_until=10**13,
        effects=(b"a", b"b"),
        owner=b"12345678",
        until=10**13,
    ),
    5,
    _KEYRING,
)
_HTTP: Final = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\n{"ok":true}'
_CHUNKED: Final = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b'4;x=y\r\n{"ok\r\n7\r\n":true}\r\n0\r\n\r\n'
)
_SLOTS = st.dictionaries(words, words | st.lists(words, max_size=3), max_size=4)
_NAMES = st.sampled_from(["urgent", "where", "report", "start", "hotline", "safe", "x", ""]) | words

TARGETS: Final = (
    Target(
        "updates",
        st.lists(bent(updates).map(encoded), min_size=1, max_size=5),
        conversation,
        ("bot.telegram.updates", "bot.telegram.render", "bot.conversation.engine"),
    ),
    Target("inline", bent(inline_queries), inline, ("bot.telegram.inline",)),
    Target(
        "places",
        st.tuples(words, st.sampled_from(LOCALES), degrees, degrees),
        places,
        (
            "bot.knowledge.places",
            "bot.knowledge.places_reader",
            "bot.knowledge.places_coordinates",
            "bot.knowledge.borders",
        ),
    ),
    Target(
        "moments",
        st.tuples(words, st.sampled_from(LOCALES), st.integers(-12, 14)),
        moments,
        (
            "bot.conversation.moments",
            "bot.conversation.spans",
            "bot.conversation.span_dates",
            "bot.conversation.span_grammar",
        ),
    ),
    Target(
        "phrases",
        st.one_of(
            words,
            st.sampled_from(FORMS).flatmap(
                lambda form: mangled([form.encode()]).map(
                    lambda made: made.decode("utf-8", "surrogateescape")
                )
            ),
        ),
        phrases,
        ("bot.knowledge.wave_words", "bot.knowledge.wave_dates", "bot.knowledge.hours"),
    ),
    Target(
        "records",
        mangled([_RECORD]),
        record,
        ("bot.store.record", "bot.store.keyring"),
        seeds=(_RECORD, b"\1"),
    ),
    Target(
        "sessions",
        bent(
            st.tuples(
                *(st.sampled_from(["en", "fr", "xx"]), _NAMES, _NAMES),
                st.lists(st.tuples(_NAMES, _NAMES), max_size=3).map(list),
                _SLOTS,
                st.lists(st.tuples(_NAMES, _NAMES, st.just([])), max_size=3).map(list),
                st.integers(0, 9),
                st.lists(words, max_size=3),
                st.integers(0, 9),
                words,
                numbers,
            ).map(list)
        ),
        session,
        ("bot.conversation.session", "bot.conversation.resume", "bot.conversation.walk"),
    ),
    Target(
        "chunks",
        mangled([_CHUNK.encode()]),
        chunk,
        ("bot.campaigns.chunk",),
        seeds=(_CHUNK.encode(),),
    ),
    Target(
        "answers",
        st.tuples(mangled([_HTTP, _CHUNKED]), st.integers(0, 999)),
        answer,
        ("bot.telegram.http_reply",),
    ),
    Target(
        "settings",
        st.dictionaries(st.sampled_from(SETTINGS), words),
        environment,
        ("bot.settings",),
    ),
    Target(
        "seals",
        st.tuples(
            st.binary(max_size=99) | st.just(SIGNED),
            words
            | mangled([sign(SIGNED, _SIGNER).encode()]).map(lambda made: made.decode("latin-1")),
        ),
        seals,
        ("bot.reports.sealing",),
    ),
)
