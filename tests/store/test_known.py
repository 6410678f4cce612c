from bot.store.known import Known
from bot.store.record import Chat


def chat(number):
    return Chat(revision=b"%05d" % number)


def test_the_ones_seen_last_are_known():
    known = Known(room=3)
    for number in (1, 2, 3, 1, 4):
        known.put(number, chat(number))
    assert [known.get(number) for number in (1, 2, 3, 4)] == [chat(1), None, chat(3), chat(4)]


def test_who_is_silent_is_forgotten():
    now = [0.0]
    known = Known(kept=10, clock=lambda: now[0])
    known.put(1, chat(1))
    now[0] = 8
    known.put(2, chat(2))
    assert known.get(1) == chat(1)
    now[0] = 11
    assert known.get(1) is None
    assert len(known) == 2
    known.tidy()
    assert len(known) == 1
    assert known.get(2) == chat(2)


def test_what_is_not_stored_is_not_known():
    known = Known()
    known.put(1, chat(1))
    known.put(1, None)
    known.put(2, Chat())
    assert known.get(1) is known.get(2) is None
    known.put(3, chat(3))
    known.clear()
    assert known.get(3) is None
