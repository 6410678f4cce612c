from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.session import Frame, Session, Step, pack, unpack

names = st.text("abcdefgh_", min_size=1, max_size=10)
values = st.text(max_size=50) | st.lists(st.text(max_size=10), max_size=4)
slots = st.dictionaries(names, values, max_size=5)
frames = st.builds(Frame, names, names)
sessions = st.builds(
    Session,
    locale=st.sampled_from(["en", "fr", "pt_BR"]),
    flow=names,
    node=names,
    stack=st.lists(frames, max_size=10).map(tuple),
    slots=slots,
    path=st.lists(
        st.builds(Step, names, names, st.lists(frames, max_size=2).map(tuple)), max_size=20
    ).map(tuple),
    turn=st.integers(0, 2**40),
    offered=st.lists(st.text(max_size=20), max_size=9).map(tuple),
    misses=st.integers(0, 9),
    pressed=st.text(max_size=20),
    pressed_at=st.integers(0, 2**40),
    keyed=st.booleans(),
    secrets=slots,
    edition=st.sampled_from(["", "a1b2"]),
)


@given(sessions)
def test_a_session_comes_back_as_it_was_its_secrets_apart(session: Session) -> None:
    plain, secret = pack(session)
    assert unpack(plain, secret) == session
    assert unpack(plain).secrets == {}
    assert bool(secret) == bool(session.secrets)


def test_secret_words_are_not_in_the_plain_part() -> None:
    plain, secret = pack(Session(secrets={"words": "a red hat"}))
    assert b"red hat" not in plain
    assert b"red hat" in secret


@pytest.mark.parametrize(
    "garbage",
    [b"", b"\x00", b"\xc1", b"\x93\x01\x02\x03", b"\x81\xa1a", b"\x91\xa2\x80n"],
)
def test_bytes_that_are_no_session_are_refused(garbage: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        unpack(garbage)


def test_a_language_that_nobody_knows_becomes_english() -> None:
    plain, _ = pack(Session(locale="tlh", flow="urgent"))
    assert unpack(plain) == Session(locale="en", flow="urgent")
