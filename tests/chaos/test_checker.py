"""What the checker says of histories that are right but for one thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from shipped_content import CONTENT

from benchmarks.chaos.checker import Checker, Verdict
from benchmarks.chaos.history import (
    STOOD_STILL,
    Arrived,
    Asked,
    Due,
    Entry,
    Got,
    Kept,
    Killed,
    Left,
    Outage,
    Reported,
    Unheard,
)
from benchmarks.chaos.oracle import Conversation

CHAT = 1001
BEGAN = 1_795_000_000.0
WORDS = ("/start", "/privacy", "/learn", "/settings")


def update(number: int, text: str) -> dict[str, Any]:
    person = {"id": CHAT, "is_bot": False, "first_name": "Sam", "language_code": "en"}
    chat = {"id": CHAT, "type": "private", "first_name": "Sam"}
    message = {"message_id": 1, "date": 1, "chat": chat, "from": person, "text": text}
    return {"update_id": number, "message": message}


def right() -> list[Entry]:
    """Somebody asks for four things and gets them; a report and a push arrive."""
    conversation, history, now, message = Conversation(CONTENT), [], BEGAN, 0
    for number, text in enumerate(WORDS, 1):
        asked = update(number, text)
        history.append(Asked(now, CHAT, asked))
        for answer in conversation.goes_on(asked, now).texts:
            now, message = now + 0.1, message + 1
            history.append(Got(now, CHAT, message, answer))
        now += 10
    session = conversation.session
    at = f"{session.flow}/{session.node}"
    history.append(Kept(CHAT, session.turn, at, session.locale, session.slots, 0, erased=False))
    history += [Reported(2, "a man at the lift", told=True), Arrived("a man at the lift")]
    history += [Got(now, 3, 1000, "100 days to go"), Due(3, unknown=False), Left(0)]
    return history


def verdict(history: list[Entry]) -> Verdict:
    return Checker(CONTENT, history).verdict()


def answers(history: list[Entry]) -> list[int]:
    """Where the answers in the chat stand in a history."""
    return [at for at, one in enumerate(history) if isinstance(one, Got) and one.chat == CHAT]


def again(history: list[Entry], after: float = 0.5) -> Got:
    """The first answer once more, in a message of its own, before anything else is asked."""
    first = history[answers(history)[0]]
    assert isinstance(first, Got)
    return replace(first, at=first.at + after, message=900)


def lose(history: list[Entry]) -> None:
    del history[answers(history)[1]]


def double(history: list[Entry]) -> None:
    history.insert(answers(history)[0] + 1, again(history))


def swap(history: list[Entry]) -> None:
    first, later = answers(history)[-2:]
    one, other = history[first], history[later]
    assert isinstance(one, Got)
    assert isinstance(other, Got)
    history[first] = replace(one, text=other.text, at=one.at + 11)
    history[later] = replace(other, text=one.text)


def make_up(history: list[Entry]) -> None:
    history.insert(answers(history)[0], Got(BEGAN + 0.05, CHAT, 901, "You have won"))


def set_back(history: list[Entry]) -> None:
    at = next(at for at, one in enumerate(history) if isinstance(one, Kept))
    kept = history[at]
    assert isinstance(kept, Kept)
    history[at] = replace(kept, turn=kept.turn - 1)


def kill_earlier(history: list[Entry]) -> None:
    double(history)
    history.append(Killed(BEGAN - 1, "replica 1"))


def change(kind: type[Entry], **fields: object) -> Callable[[list[Entry]], None]:
    def changed(history: list[Entry]) -> None:
        at = next(at for at, one in enumerate(history) if isinstance(one, kind))
        history[at] = replace(history[at], **fields)

    return changed


def add(entry: Entry) -> Callable[[list[Entry]], None]:
    return lambda history: history.append(entry)


MISTAKES = {
    "was lost": lose,
    "came twice": double,
    "without a reason": kill_earlier,
    "out of order": swap,
    "answers nothing": make_up,
    "Redis holds": set_back,
    "still to be delivered": change(Kept, effects=1),
    "other answers": change(Kept, answers={"country": "KE"}),
    "its report arrived 0 times": change(Arrived, words="other words"),
    "its report arrived 2 times": add(Arrived("a man at the lift")),
    "reports arrived that nobody sent": add(Arrived("made up")),
    "nobody said that the report arrived": change(Reported, told=False),
    "a push came 2 times": add(Got(BEGAN + 90, 3, 1001, "100 days to go")),
    "a push never came": add(Due(4, unknown=False)),
    "never taken": change(Left, waiting=1),
    "an update failed": change(Left, trouble="Wrong response from the webhook: 500"),
}


def test_nothing_is_said_of_what_is_right() -> None:
    found = verdict(right())
    assert found.violations == []
    assert (found.updates, found.reports, found.pushes) == (len(WORDS), 1, 1)


@pytest.mark.parametrize("words", MISTAKES)
def test_each_mistake_is_found(words: str) -> None:
    history = right()
    MISTAKES[words](history)
    assert any(words in line for line in verdict(history).violations)


def test_a_kill_in_between_or_a_lost_answer_explains_a_repetition() -> None:
    history = right()
    double(history)
    first = history[answers(history)[0]]
    assert isinstance(first, Got)
    killed = verdict([*history, Killed(first.at + 0.2, "replica 1")])
    assert (killed.violations, killed.repeats) == ([], 1)
    unheard = verdict([*history, Unheard(CHAT, first.message)])
    assert (unheard.violations, unheard.unheard) == ([], 1)


def test_who_has_no_time_for_long_counts_as_dead() -> None:
    history = right()
    double(history)
    still = verdict([*history, Outage(BEGAN - 1, BEGAN + 1, STOOD_STILL)])
    assert (still.violations, still.stalled) == ([], 1)
    assert verdict([*history, Outage(BEGAN - 20, BEGAN - 18, STOOD_STILL)]).violations


def test_a_history_without_an_end_proves_nothing() -> None:
    assert verdict(right()[:-1]).violations == ["the history has no end"]
