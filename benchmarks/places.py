"""Look-up of places: accuracy, time and memory. Usage: python -m benchmarks.places"""

from __future__ import annotations

import resource
import statistics
import time
from pathlib import Path

from benchmarks.report import Bar, bars

CASES = Path(__file__).parent.parent / "tests/knowledge"
ROUNDS = 20
LONG_ROUNDS = 100
MILLISECONDS, MEGABYTES = 2, 150
"""The bars."""


def main() -> None:
    began = time.perf_counter()
    from bot.knowledge.places import Places  # noqa: PLC0415 - the import is part of the load

    imported = time.perf_counter()
    places = Places.load()
    loaded = time.perf_counter()

    for name in ("places_cases.tsv", "places_unseen.tsv"):
        rows = cases(name)
        right = sum(
            is_right(places.find(text, locale), status, expected)
            for locale, text, status, expected in rows
        )
        print(f"{name:20} {right} of {len(rows)} right ({right / len(rows):.1%})")

    inputs = [
        (text, locale)
        for name in ("places_cases.tsv", "places_unseen.tsv")
        for locale, text, _, _ in cases(name)
    ]
    late = report("what people type", places, inputs * ROUNDS)
    sentence = (
        "they wnet to the Tailand hotl neer Pataya with Keniya frends and sombody from Brazl "
    )
    long = report(
        "4096 characters",
        places,
        [
            ((sentence * 60)[:4096], "en"),
            (("ผมอยู่ที่พัทยากับเพื่อน" * 200)[:4096], "th"),
            (("мы летели из Кенни в Тайланд " * 200)[:4096], "ru"),
            ("x" * 4096, "en"),
            ("a, " * 1365, "pl"),
        ]
        * LONG_ROUNDS,
    )
    times = []
    for step in range(5000):
        latitude, longitude = -60 + step % 130, -180 + step * 7 % 360
        start = time.perf_counter()
        places.at(latitude, longitude)
        times.append(time.perf_counter() - start)
    point = show("points", times)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"import {(imported - began) * 1e3:.0f} ms, load {(loaded - imported) * 1e3:.0f} ms, "
        f"peak memory {memory:.0f} MB\n"
    )
    each = (
        ("look-up of a place, 99 %", late),
        ("the same in 4,096 characters, 99 %", long),
        ("look-up of a point, 99 %", point),
    )
    found = [
        Bar(name, f"≤ {MILLISECONDS} ms", f"{ms:.2f} ms", ms <= MILLISECONDS) for name, ms in each
    ]
    within = memory <= MEGABYTES
    name = "memory of a process with all places"
    found.append(Bar(name, f"≤ {MEGABYTES} MB", f"{memory:.0f} MB", within))
    print(bars(found))


def cases(name: str) -> list[list[str]]:
    lines = (CASES / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def is_right(answer: object, status: str, expected: str) -> bool:
    found = [answer.place.country] if answer.place else [p.country for p in answer.candidates]
    wanted = {*expected.split(",")} - {""}
    return answer.status == status and (
        wanted <= {*found} if status == "ambiguous" else wanted == {*found}
    )


def report(label: str, places: object, inputs: list[tuple[str, str]]) -> float:
    times = []
    for text, locale in inputs:
        start = time.perf_counter()
        places.find(text, locale)
        times.append(time.perf_counter() - start)
    return show(label, times)


def show(label: str, times: list[float]) -> float:
    """Print times, which are in seconds; the 99th percentile in ms."""
    times.sort()
    late = times[int(len(times) * 0.99)] * 1e3
    print(
        f"{label:20} median {statistics.median(times) * 1e3:.3f} ms, "
        f"p99 {late:.3f} ms, max {times[-1] * 1e3:.3f} ms, "
        f"{len(times)} look-ups"
    )
    return late


if __name__ == "__main__":
    main()
