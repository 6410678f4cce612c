"""One step of the engine, without any input or output. Usage: python -m benchmarks.engine

The bar is a median of 50 µs for a step that looks no place up; the look-up itself is measured by
``benchmarks.places``.
"""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime

from benchmarks.report import Bar, bars
from bot.content import Content, shipped
from bot.conversation.events import Command, Event, Location, Media, Press, Start, Text
from bot.conversation.session import Session

ROUNDS = 5000
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
BAR = 50.0
"""Microseconds."""


def main() -> None:
    content = Content.load(shipped())

    def after(*events: Event) -> Session:
        session = Session()
        for event in events:
            session = content.advance(session, event, NOW).session
        return session

    new, menu = Session(), after(Start())
    where = after(Start(), Text("who can I call"))
    language = after(Start(), Command("language"))
    turn = menu.turn
    steps: list[tuple[str, bool, Session, Event]] = [
        ("start", False, new, Start()),
        ("press: a choice", False, menu, Press(f"{turn}:{menu.offered.index('c:more')}")),
        ("press: emergency", False, menu, Press(f"{turn}:!emergency")),
        ("press: a late button", False, menu, Press("0:0")),
        ("press: a language", False, language, Press(f"{language.turn}:0")),
        ("text: a key", False, menu, Text("☰ Menu")),
        ("text: a label", False, menu, Text("Learn to see")),
        ("photo", False, menu, Media("photo")),
        ("trigger: a cry", True, menu, Text("a child is in danger in the next room")),
        ("trigger: a wish", True, menu, Text("who can I call in Kenya")),
        ("answer: a place", True, where, Text("Mombasa")),
        ("answer: a location", True, where, Location(-4.05, 39.66)),
        ("text: noise", True, menu, Text("the quick brown fox jumps over it")),
    ]
    worst = 0.0
    for name, place, session, event in steps:
        times = measure(content, session, event)
        median, p99 = statistics.median(times), times[int(len(times) * 0.99)]
        print(f"{name:22} median {median:6.1f} µs   p99 {p99:6.1f} µs{'   + place' * place}")
        worst = worst if place else max(worst, median)
    bar = Bar(
        "step of the engine that looks up no place, the slowest median",
        f"≤ {BAR:.0f} µs",
        f"{worst:.0f} µs",
        worst <= BAR,
    )
    print(f"\n{bars([bar])}")


def measure(content: Content, session: Session, event: Event) -> list[float]:
    """Microseconds of each step, sorted."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter_ns()
        content.advance(session, event, NOW)
        times.append((time.perf_counter_ns() - start) / 1000)
    return sorted(times)


if __name__ == "__main__":
    main()
