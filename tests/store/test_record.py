from hypothesis import given
from hypothesis import strategies as st

from bot.store.keyring import Keyring
from bot.store.record import REMEMBERED_UPDATES, Chat, decode, encode, next_revision

KEYRING = Keyring([b"k" * 32])
times = st.integers(0, 2**45)


@given(
    applied=st.lists(st.integers(0, 2**53), max_size=REMEMBERED_UPDATES),
    session=st.binary(max_size=300),
    secret=st.binary(min_size=1, max_size=300),
    effects=st.lists(st.binary(max_size=300), max_size=5),
    numbers=st.tuples(times, times, times, st.integers(-(2**53), 2**53)),
)
def test_round_trip(applied, session, secret, effects, numbers):
    secret_until, delivered, until, chat_id = numbers
    chat = Chat(
        revision=next_revision(b""),
        applied=tuple(applied),
        session=session,
        secret=secret,
        secret_until=secret_until,
        gone=True,
        delivered=delivered,
        effects=tuple(effects),
        owner=b"somebody",
        until=until,
    )
    assert decode(encode(chat, chat_id, KEYRING), chat_id, KEYRING) == chat


@given(st.binary())
def test_any_bytes_give_a_chat_that_can_be_replaced(stored):
    chat = decode(stored, 1, KEYRING)
    assert chat.revision == stored[:5]
    assert next_revision(chat.revision) != chat.revision


def test_record_of_another_chat_gives_no_secret():
    chat = Chat(revision=next_revision(b""), secret=b"draft", secret_until=9, effects=(b"text",))
    moved = decode(encode(chat, 1, KEYRING), 2, KEYRING)
    assert (moved.secret, moved.effects) == (b"", ())


def test_only_the_last_updates_are_remembered():
    chat = Chat()
    for update_id in range(100):
        chat = chat.with_update(update_id)
    assert chat.applied == tuple(range(84, 100))


def test_delivered_effects_leave_and_the_lease_with_the_last():
    chat = Chat(delivered=10, effects=(b"10", b"11"), owner=b"me", until=5)
    assert chat.delivered_up_to(10) == chat
    half = chat.delivered_up_to(11)
    assert (half.effects, half.owner, half.delivered) == ((b"11",), b"me", 11)
    done = half.delivered_up_to(12)
    assert (done.effects, done.owner, done.until, done.delivered) == ((), b"", 0, 12)


def test_revisions_do_not_come_again():
    revision, seen = b"", set()
    for _ in range(1000):
        revision = next_revision(revision)
        assert (len(revision), revision[:1]) == (5, b"\x01")
        seen.add(revision)
    assert len(seen) > 990  # drawn from four thousand million
