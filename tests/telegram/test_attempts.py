from __future__ import annotations

from bot.telegram.attempts import Attempts, origin


def test_the_third_failure_is_the_last_and_starts_afresh() -> None:
    attempts = Attempts()
    assert [attempts.failed(1) for _ in range(4)] == [False, False, True, False]


def test_success_forgets_failures() -> None:
    attempts = Attempts()
    attempts.failed(1)
    attempts.failed(1)
    attempts.passed(1)
    assert not attempts.failed(1)


def test_memory_is_bounded() -> None:
    attempts = Attempts()
    for update_id in range(10_001):
        attempts.failed(update_id)
    assert [attempts.failed(0), attempts.failed(0)] == [False, False]
    assert [attempts.failed(9_999), attempts.failed(9_999)] == [False, True]


def test_an_error_is_told_without_its_words() -> None:
    try:
        raise ValueError("secret")
    except ValueError as error:
        told = origin(error)
    assert told.startswith("ValueError at ")
    assert "test_attempts.py:" in told
    assert "secret" not in told
    assert origin(KeyError("secret")) == "KeyError"
