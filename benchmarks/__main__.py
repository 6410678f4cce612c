"""Everything that has a bar to reach, one after the other: the bars first, then what was measured.

    python -m benchmarks [--out benchmarks/results.md] [part …]

Takes a quarter of an hour, with nothing else going on; the exit code is 1 when a bar is missed.
The plot goes beside the file. aiogram is left out unless it is installed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from benchmarks.report import Bar, bars, bars_in, busy, machine

PARTS = {
    "updates": ("Updates", "--rounds", "3", "--seconds", "4"),
    "updates_chats": ("From one chat to a million",),
    "cold_start": ("Cold start",),
    "engine": ("Steps of the engine",),
    "places": ("Places",),
    "store": ("A chat in Redis",),
    "content": ("300 flows",),
    "rate": ("The limit on messages",),
    "campaigns": ("Campaigns", "freeze", "memory"),
}
"""Modules: the title and the arguments of each."""
PLOTTED = "updates"


def measured(part: str, plot: Path | None) -> tuple[str, list[Bar]]:
    """Run one part: what it found, as Markdown, and its bars."""
    title, *arguments = PARTS[part]
    if plot and part == PLOTTED:
        arguments += ["--plot", str(plot)]
    command = [sys.executable, "-m", f"benchmarks.{part}", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    found, reached = bars_in(done.stdout)
    if done.returncode:
        reached.append(Bar(f"benchmarks.{part} ends well", "yes", "no", met=False))
    if "|" not in found:  # no Markdown
        found = f"```text\n{found}\n```"
    return f"## {title}\n\n{found}", reached


def main() -> int:
    """Measure, print, and write where it is wanted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--out", type=Path, help="a Markdown file; its plot goes beside it")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no {unknown.pop()}; there are {', '.join(PARTS)}")
    plot = options.out.with_suffix(".svg") if options.out else None
    before = busy()
    sections, reached = [], []
    for part in options.parts or PARTS:
        section, some = measured(part, plot)
        print(f"{section}\n\n{bars(some)}\n", flush=True)
        sections.append(section)
        reached += some
    head = (
        f"# Results\n\n`python -m benchmarks`, in one run, on {machine()}. Processes that wanted a"
        f" core before it: {before}."
    )
    if options.out:
        report = "\n\n".join((head, bars(reached), *sections))
        options.out.write_text(f"{report}\n", "utf-8")
    missed = [bar for bar in reached if not bar.met]
    for bar in missed:
        print(f"MISSED: {bar.what}: {bar.found} instead of {bar.wanted}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
