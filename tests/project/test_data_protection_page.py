"""``docs/data-protection.md`` says what the program really stores, and for how long."""

from __future__ import annotations

import re
from pathlib import Path

from bot.delivery import queue, threads
from bot.store import chats, counters

PAGE = Path("docs/data-protection.md").read_text("utf-8")
ROWS = {
    name: cells
    for line in PAGE.splitlines()
    if line.startswith("| `")
    for cells in [line.strip("| ").split(" | ")]
    for name in re.findall(r"`(\w+)`", cells[0])
}
HOUR = 3_600_000


def kinds_of_keys() -> set[str]:
    """The first word of every key that the program names: ``{s00}:chat:7`` is a ``chat``."""
    found = set()
    for path in Path("bot").rglob("*.py"):
        source = path.read_text("utf-8")
        found |= set(re.findall(r"(?:tag\([^{}\"]*\)|_?TAG)\}:([a-z]+)", source))
        found |= set(re.findall(r"f\"(process):", source))
    return found


def test_every_kind_of_key_is_in_the_record() -> None:
    """A new kind of key needs a row in docs/data-protection.md: what, how, until when."""
    kinds = kinds_of_keys()
    assert kinds >= {"chat", "sent", "thread", "figures", "process", "subscriptions"}
    assert sorted(kinds - set(ROWS)) == []
    assert sorted(set(ROWS) - kinds) == []


def test_the_times_are_those_of_the_program() -> None:
    days, hours = chats.KEPT // (24 * HOUR), chats.ERASED_KEPT // HOUR
    assert f"{days} days after the last message; erased: {hours} hours" in ROWS["chat"][-1]
    assert f"answers {chats.SECRET_KEPT // HOUR} hours after the last message" in PAGE
    assert ROWS["sent"][-1] == f"{chats.MESSAGES_KEPT // HOUR} hours"
    assert ROWS["delivered"][-1] == f"{queue.REMEMBER // 86400} days"
    assert ROWS["thread"][-1].startswith(f"{threads.KEPT // 86400} days")
    assert ROWS["figures"][-1] == f"{counters.KEPT} days"
    assert ROWS["process"][-1] == f"{chats.ALIVE // 1000} seconds"


def test_what_people_are_told_is_the_same() -> None:
    told = Path("flows/privacy.yaml").read_text("utf-8")
    assert f"After {chats.KEPT // (24 * HOUR)} days without a message" in told
    assert f"erased after {chats.SECRET_KEPT // HOUR} hours without use" in told
    assert f"for {threads.KEPT // 86400} days I keep, encrypted" in told


def test_every_part_of_the_record_and_of_the_assessment_is_there() -> None:
    record = PAGE.partition("## Record of processing")[2].partition("## Impact")[0]
    assert [part for part in "abcdefg" if f"({part})" not in record] == []
    assessment = PAGE.partition("## Impact assessment")[2]
    assert [part for part in "abcd" if f"({part})" not in assessment] == []
