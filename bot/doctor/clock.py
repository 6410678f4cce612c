"""Whether this computer's clock agrees with the clocks of others."""

from __future__ import annotations

from typing import Final

from bot.doctor.diagnosis import Diagnosis, fine, problem

ABOUT: Final = "clock"
SYNCHRONISE: Final = "Synchronise the clocks of both (NTP, such as chrony or systemd-timesyncd)."


def compare(theirs: float, asked: float, answered: float, whose: str, allowed: float) -> Diagnosis:
    """What ``whose`` clock said, and what ours did when it was asked and when it had answered.

    All are in seconds since 1970. Up to ``allowed`` seconds between them, and half of the time that
    the answer took, are none.
    """
    ours = (asked + answered) / 2
    apart = abs(theirs - ours)
    if apart <= allowed + abs(answered - asked) / 2:
        return fine(ABOUT, f"it agrees with that of {whose}.")
    way = "behind" if theirs > ours else "ahead of"
    return problem(ABOUT, f"it is {_spoken(apart)} {way} that of {whose}.", SYNCHRONISE)


def _spoken(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
