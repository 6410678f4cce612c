"""Choice of tips: time. Usage: python -m benchmarks.tips"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from bot.knowledge.events import Events
from bot.knowledge.hotlines import Hotlines
from bot.knowledge.tips import Tips

DATA = Path(__file__).parent.parent / "data"
ROUNDS = 20


def main() -> None:
    began = time.perf_counter()
    tips = Tips.load(DATA / "tips.yaml")
    loaded = time.perf_counter()
    print(f"{len(tips.all)} tips loaded in {(loaded - began) * 1e3:.0f} ms")
    codes = sorted(Hotlines.load(DATA / "hotlines.yaml").codes)
    half = frozenset(tip.id for tip in tips.all[::2])
    times: list[float] = []
    for seed in range(ROUNDS):
        for code in codes:
            measure(times, lambda code=code, seed=seed: tips.choose(code, seed=seed))
    show("a country", times)
    times = []
    for seed in range(ROUNDS):
        for event in Events.load(DATA / "events.yaml"):
            for code in event.countries:
                measure(
                    times,
                    lambda code=code, event=event, seed=seed: tips.choose(
                        code,
                        event=event.id,
                        event_kind=event.kind,
                        months=[event.starts.month, event.ends.month],
                        audience="family",
                        seen=half,
                        seed=seed,
                    ),
                )
    show("an event, half seen", times)


def measure(times: list[float], work: object) -> None:
    start = time.perf_counter()
    work()
    times.append(time.perf_counter() - start)


def show(label: str, times: list[float]) -> None:
    times.sort()
    print(
        f"{label:20} median {statistics.median(times) * 1e3:.3f} ms, "
        f"p99 {times[int(len(times) * 0.99)] * 1e3:.3f} ms, max {times[-1] * 1e3:.3f} ms, "
        f"{len(times)} choices"
    )


if __name__ == "__main__":
    main()
