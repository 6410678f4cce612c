"""Content at scale: how long loading takes, and how long a running bot stands still meanwhile.
Usage: python -m benchmarks.content

The bars: 300 flows of 40 nodes, beside those shipped, load and check in under two seconds, and no
update waits more than 20 ms because of the switch. A pause is that of a coroutine which wants to
run every millisecond and takes a step of a conversation each time. What counts is the time that
this program computes meanwhile, in whichever thread, since other programs make it wait as well;
beside it stands the time by the clock.
"""

from __future__ import annotations

import asyncio
import gc
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry

from benchmarks.report import Bar, bars
from bot.content import Content, shipped
from bot.conversation.events import Start
from bot.conversation.session import Session
from bot.reload import Reloader
from bot.reload.reading import read

FLOWS, NODES = 300, 40
ROUNDS = 5
SECONDS, MILLISECONDS = 2.0, 20.0
"""The bars."""


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder)
        command = (sys.executable, "-m", "benchmarks.content", str(folder))
        print(f"{FLOWS} flows of {NODES} nodes and those shipped, in all their languages")
        runs = [subprocess.check_output(command).split() for _ in range(ROUNDS)]
        busy, clock = (statistics.median(map(float, times)) for times in zip(*runs, strict=True))
        print(f"load and check   {busy:.2f} s, {clock:.2f} s by the clock")
        pause = asyncio.run(switch(folder))
    found = (
        Bar(
            f"{FLOWS} flows: load and check",
            f"≤ {SECONDS:.0f} s",
            f"{busy:.2f} s",
            busy <= SECONDS,
        ),
        Bar(
            f"{FLOWS} flows: longest pause in {ROUNDS} reloads",
            f"≤ {MILLISECONDS:.0f} ms",
            f"{pause:.0f} ms",
            pause <= MILLISECONDS,
        ),
    )
    print(f"\n{bars(found)}")


def write(folder: Path) -> None:
    """What is shipped, and many more flows; every node can be reached and left."""
    for part in ("flows", "data", "locales"):
        shutil.copytree(shipped() / part, folder / part)
    for number in range(FLOWS):
        slot = f"answer_{number}"
        lines = [f"flow: big_{number}", "start: n0", f"slots: {{{slot}: {{type: text}}}}", "nodes:"]
        for node in range(NODES):
            lines += [f"  n{node}:", f"    say: What did you see in room {node} of {number}?"]
            after = [node + 1, node + 2] if node < NODES - 2 else [0]
            if node % 4 == 0:
                lines += ["    ask: text", f"    save: {slot}", f"    goto: n{after[0]}"]
            else:
                lines += ["    choices:"]
                lines += [f"      - {{label: To room {to}, goto: n{to}}}" for to in after]
        lines += [f"    note: 'It was {{{slot}}}.'"]
        (folder / "flows" / f"big_{number}.yaml").write_text("\n".join(lines) + "\n")


def load_and_check(folder: Path) -> str:
    """Seconds, as the process that does it for a running bot takes them; and by the clock."""
    gc.disable()
    clock, busy = time.perf_counter(), time.process_time()
    content, problems = read(folder, "")
    busy, clock = time.process_time() - busy, time.perf_counter() - clock
    if content is None:
        sys.exit("\n".join(problems))
    return f"{busy} {clock}"


async def switch(folder: Path) -> float:
    """Edit a flow again and again under a bot that is asked something every millisecond.

    The longest pause of all, in ms.
    """
    held = [Content.load(folder)]

    def use(content: Content) -> None:
        held[0] = content

    reloader = Reloader(
        folder,
        "",
        current=lambda: held[0],
        use=use,
        registry=CollectorRegistry(),
        shipped=True,
    )
    gc.collect()
    gc.freeze()  # as it is after the first reload
    pauses: list[tuple[float, float]] = []
    tasks = {asyncio.create_task(reloader.run()), asyncio.create_task(ask(held, pauses))}
    await asyncio.sleep(5)
    print(f"longest pause    {longest(pauses)} while nothing is reloaded")
    path = folder / "flows" / "big_0.yaml"
    text = path.read_text()
    most = []
    for number in range(ROUNDS):
        old = held[0].flows.version
        pauses.clear()
        path.write_text(f"{text}title: Edition {number}\n")
        while held[0].flows.version == old:
            if reloader.problem:
                sys.exit(reloader.problem)
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)  # what is not needed any more is freed
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"                 {longest(pauses)} in reload {number + 1}, {memory} MB at most")
        most.append(max(pauses)[0])
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    return max(most)


async def ask(held: list[Content], pauses: list[tuple[float, float]]) -> None:
    """Take a step of a conversation each millisecond; how long each took to come round (ms)."""
    while True:
        clock, busy = time.perf_counter(), time.process_time()
        await asyncio.sleep(0.001)
        held[0].advance(Session(), Start(), datetime.now(UTC))
        busy, clock = time.process_time() - busy, time.perf_counter() - clock - 0.001
        pauses.append((1000 * busy, 1000 * clock))


def longest(pauses: list[tuple[float, float]]) -> str:
    return f"{max(pauses)[0]:5.1f} ms, {max(clock for _, clock in pauses):5.1f} by the clock,"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(load_and_check(Path(sys.argv[1])))
    else:
        main()
