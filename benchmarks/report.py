"""What a benchmark found, as Markdown, with a plot as SVG and the machine named."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from html import escape
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

_LIBRARIES = ("aiohttp", "redis", "hiredis", "msgspec", "uvloop", "python-telegram-bot", "aiogram")

_BARS = ("what", "bar", "found", "met")


class Bar(NamedTuple):
    """What something has to come to, in words, and what it came to."""

    what: str
    wanted: str
    found: str
    met: bool


def machine() -> str:
    """The processor, the system, and what is installed."""
    model = platform.processor() or platform.machine()
    try:
        info = Path("/proc/cpuinfo").read_text("utf-8")
        model = (
            info.partition("model name")[2].partition(":")[2].partition("\n")[0].strip() or model
        )
    except OSError:
        pass
    versions = []
    for name in _LIBRARIES:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    python = f"Python {platform.python_version()}"
    system = f"{platform.system()} {platform.release().partition('-')[0]}"
    return f"{model}, {os.cpu_count()} cores, {system}, {python}, {', '.join(versions)}"


def busy() -> str:
    """How much else goes on: processes that wanted a core in the last minute."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; all but the first column are numbers."""
    lines = [" | ".join(titles), " | ".join(["---", *("---:" for _ in titles[1:])])]
    lines += [" | ".join(row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def bars(found: Sequence[Bar]) -> str:
    """A table of bars, which :func:`bars_in` finds again."""
    rows = [(*bar[:3], "yes" if bar.met else "NO") for bar in found]
    return table(_BARS, rows)


def bars_in(report: str) -> tuple[str, list[Bar]]:
    """Take the tables of bars out of what a benchmark printed: the rest, and all bars."""
    found, rest, inside = [], [], False
    head = table(_BARS, []).splitlines()
    for line in report.splitlines():
        inside = line == head[0] or (inside and line.startswith("|"))
        if not inside:
            rest.append(line)
        elif line not in head:
            what, wanted, came, met = line.strip("| ").split(" | ")
            found.append(Bar(what, wanted, came, met == "yes"))
    return "\n".join(rest).strip(), found


def plot(title: str, values: Sequence[tuple[str, float, float, float]]) -> str:
    """An SVG: a bar with its median, least and most for each name."""
    most = max(high for *_, high in values)
    row, left, width = 28, 250, 420
    height = 44 + row * len(values)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 90} {height}"'
        f' font-family="sans-serif" font-size="13" role="img" aria-label="{escape(title)}">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="12" y="22" font-weight="bold" fill="#222">{escape(title)}</text>',
    ]
    for number, (name, median, low, high) in enumerate(values):
        top = 36 + row * number
        scale = width / most
        parts += [
            f'<text x="{left - 8}" y="{top + 15}" text-anchor="end" fill="#222">'
            f"{escape(name)}</text>",
            f'<rect x="{left}" y="{top + 2}" width="{median * scale:.1f}" height="18"'
            f' fill="{"#0b6e4f" if name.startswith("this bot") else "#8a94a0"}"/>',
            f'<line x1="{left + low * scale:.1f}" x2="{left + high * scale:.1f}" y1="{top + 11}"'
            f' y2="{top + 11}" stroke="#222" stroke-width="2"/>',
            f'<text x="{left + max(median, high) * scale + 6:.1f}" y="{top + 15}" fill="#222">'
            f"{median:,.0f}</text>",
        ]
    return "\n".join([*parts, "</svg>\n"])
