"""Fuzz everything that comes from outside, for as long as wanted, and write down what was reached.

Each target (:mod:`benchmarks.fuzzing`) runs in a process of its own, for so many seconds, with a
limit on its memory and on the time of one input. With atheris installed (a coverage-guided fuzzer,
``pip install atheris``) inputs that reach something new are kept and varied: raw bytes where a
target has seeds, else the choices that Hypothesis makes from bytes. Without it they are varied at
random. What a run has kept stays in ``--corpus``, from which the next one goes on; the lines that
it reaches are counted afterwards.

    python -m benchmarks.fuzz [--seconds 60] [--corpus DIR] [--out FILE] [TARGET...]

Ends with 1 when something broke; the input lies in the corpus then, and
``python -m benchmarks.fuzz --replay FILE TARGET`` runs it once more.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.report import machine, table

if TYPE_CHECKING:
    from benchmarks.fuzzing.target import Target

MEMORY: Final = 3 * 1024
"""MB that a target may take, with all that it has loaded."""
LONGEST: Final = 30
"""Seconds for one input."""
REPLAYED: Final = 400
"""Inputs of the corpus of which the lines are counted, the newest."""
TRIES: Final = 3
"""Runs of a target that a machine may disturb by standing still."""
SEEDS: Final = 64
"""Random inputs to begin with, where a target names none."""
LENGTH: Final = 4096
"""Bytes of an input of which Hypothesis makes something, at most."""


def main() -> None:
    """Fuzz; print, and write where it is wanted."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--out", type=Path, help="a Markdown file")
    parser.add_argument("--replay", type=Path, help="one input")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.replay:
        _quietly(lambda: _runner(_target(options.targets[0]))(options.replay.read_bytes()))
    elif options.child:
        _quietly(lambda: _fuzz(options.targets[0], options.seconds, options.corpus))
    else:
        sys.exit(_all(options))


def _all(options: argparse.Namespace) -> int:
    names = options.targets or _names()
    corpus = options.corpus or Path(tempfile.mkdtemp(prefix="fuzz-corpus-"))
    rows, broken = [], 0
    for name in names:
        folder = corpus / re.sub(r"\W+", "-", name)
        folder.mkdir(parents=True, exist_ok=True)
        row, failed = _one(name, options.seconds, folder)
        rows.append(row)
        broken += failed
    by = "atheris" if find_spec("atheris") else "Hypothesis alone"
    titles = ("target", "inputs", "a second", "kept", "lines reached", "broke")
    report = "\n\n".join(
        (
            f"`python -m benchmarks.fuzz --seconds {options.seconds}`, by {by}. {machine()}.",
            table(titles, rows),
        )
    )
    print(report)
    if options.out:
        options.out.write_text(f"{report}\n", "utf-8")
    return 1 if broken else 0


def _names() -> list[str]:
    from benchmarks.fuzzing import TARGETS  # noqa: PLC0415 - a child imports it instrumented

    return [target.name for target in TARGETS]


def _one(name: str, seconds: int, folder: Path) -> tuple[tuple[str, ...], bool]:
    """Fuzz one target in a process of its own; a row of the table, and whether it broke."""
    command = (sys.executable, "-m", "benchmarks.fuzz", "--child", "--seconds", str(seconds))
    log = folder.with_suffix(".log")
    for _ in range(TRIES):
        with log.open("wb") as file:
            whole = (*command, "--corpus", str(folder), name)
            done = subprocess.run(whole, stdout=file, stderr=file, check=False)
        if done.returncode == 0 or not _only_slow(name, folder):
            break
    told = log.read_text("utf-8", "replace")
    inputs = int((re.findall(r"number_of_executed_units: *(\d+)", told) or ["0"])[-1])
    speed = (re.findall(r"average_exec_per_sec: *(\d+)", told) or ["?"])[-1]
    lines = (re.findall(r"^lines reached: (.+)$", told, re.MULTILINE) or ["?"])[-1]
    failed = done.returncode != 0
    print(
        f"{name}: {inputs:,} inputs, {'BROKE, see ' + str(log) if failed else 'fine'}",
        file=sys.stderr,
    )
    kept = sum(1 for _ in folder.iterdir())
    return (name, f"{inputs:,}", speed, f"{kept:,}", lines, "yes" if failed else "no"), failed


def _only_slow(name: str, folder: Path) -> bool:
    """Whether inputs took long only since the machine stood still: they are quick now."""
    slow = list(folder.glob("broke-timeout-*"))
    for path in slow:
        command = (sys.executable, "-m", "benchmarks.fuzz", "--replay", str(path), name)
        try:
            subprocess.run(command, capture_output=True, check=True, timeout=LONGEST)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return False
        path.unlink()
    return bool(slow)


def _quietly(work: Callable[[], None]) -> None:
    logging.lastResort = None
    logging.getLogger("bot").setLevel(logging.ERROR)
    try:
        work()
    finally:
        if outside := sys.modules.get("benchmarks.fuzzing.outside"):
            outside.close_all()


def _target(name: str) -> Target:
    from benchmarks.fuzzing import TARGETS  # noqa: PLC0415

    return next(target for target in TARGETS if target.name == name)


def _runner(target: Target) -> Callable[[bytes], object]:
    """What runs one input made of bytes."""
    if target.seeds:
        return target.check
    from hypothesis import HealthCheck, given, settings  # noqa: PLC0415

    @settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(target.inputs)
    def once(value: object) -> None:
        target.check(value)

    run: Callable[[bytes], object] = once.hypothesis.fuzz_one_input  # type: ignore[attr-defined]
    return run


def _fuzz(name: str, seconds: int, folder: Path) -> None:
    """Fuzz in this process, and a fork of it."""
    guided = find_spec("atheris") is not None
    if guided:
        import atheris  # noqa: PLC0415

        with atheris.instrument_imports(include=["bot"]):
            target = _target(name)
    else:
        target = _target(name)
    chance = random.Random(1)
    seeds = target.seeds or [chance.randbytes(LENGTH >> number % 4) for number in range(SEEDS)]
    for number, seed in enumerate(seeds):
        (folder / f"seed-{number}").write_bytes(seed)
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_AS, (2 * MEMORY << 20,) * 2)
        (_guided if guided else _unguided)(_runner(target), seconds, folder)
        os._exit(0)  # not reached by atheris, which ends by itself
    _, status = os.waitpid(child, 0)
    print(f"lines reached: {_lines(target, folder)}", flush=True)
    if status:
        sys.exit(1)


def _guided(run: Callable[[bytes], object], seconds: int, folder: Path) -> None:
    import atheris  # noqa: PLC0415

    arguments = [
        *("fuzz", f"-max_total_time={seconds}", f"-timeout={LONGEST}", f"-rss_limit_mb={MEMORY}"),
        *(
            f"-max_len={LENGTH}",
            "-len_control=0",
            "-print_final_stats=1",
            f"-artifact_prefix={folder}/broke-",
        ),
        *("-seed=1", str(folder)),
    ]
    atheris.Setup(arguments, run)
    atheris.Fuzz()


def _unguided(run: Callable[[bytes], object], seconds: int, folder: Path) -> None:
    chance, count, end = random.Random(1), 0, time.monotonic() + seconds
    seeds = [path.read_bytes() for path in sorted(folder.iterdir())] or [b""]
    while time.monotonic() < end:
        data = bytearray(chance.choice(seeds) or chance.randbytes(chance.randrange(LENGTH)))
        for _ in range(chance.randrange(8)):
            at = chance.randrange(len(data) + 1)
            data[at : at + 1] = chance.randbytes(1)
        try:
            run(bytes(data))
        except BaseException:
            (folder / f"broke-{count}").write_bytes(data)
            raise
        count += 1
    print(
        f"number_of_executed_units: {count}\naverage_exec_per_sec: {count // seconds}", flush=True
    )


def _lines(target: Target, folder: Path) -> str:
    """What the inputs that were kept reach of the modules of a target."""
    from benchmarks.fuzzing.reached import Reached  # noqa: PLC0415

    kept = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)[-REPLAYED:]
    run = _runner(target)
    with Reached() as reached:
        for path in kept:
            if not path.name.startswith("broke-"):
                with contextlib.suppress(Exception):
                    run(path.read_bytes())
    counts = [reached.of(module) for module in target.modules]
    there = sum(of for _, of in counts)
    return (
        f"{sum(found for found, _ in counts)} of {there} ({sum(f for f, _ in counts) / there:.0%})"
    )


if __name__ == "__main__":
    main()
