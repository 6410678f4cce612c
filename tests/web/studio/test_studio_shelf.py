"""Replacing a file while the program may be killed at any instant."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.web.studio.answers import Refusal
from bot.web.studio.shelf import Shelf

TOUR = "flows/tour.yaml"


def test_nobody_writes_over_what_they_have_not_seen(tmp_path):
    for name in ("flows", "data"):
        (tmp_path / name).mkdir()
    shelf = Shelf(tmp_path, tmp_path / "history", writable=True)
    first = shelf.replace(TOUR, "a: b\n", "", "Ana")
    for unseen in ("", "0" * 16):
        with pytest.raises(Refusal, match="changed"):
            shelf.replace(TOUR, "c: d\n", unseen, "Bo")
    assert shelf.replace(TOUR, "a: b\n", first, "Bo") == first
    assert shelf.history(TOUR) == []  # the same again is no version
    shelf.replace(TOUR, "c: d\n", first, "Zoë de la Cruz / x")
    assert [each.by for each in shelf.history(TOUR)] == ["Zoë-de-la-Cruz-x"]
    with pytest.raises(Refusal, match="read-only"):
        Shelf(tmp_path, tmp_path / "history", writable=False).replace(TOUR, "e: f\n", first, "Bo")
    assert shelf.read(TOUR).text == "c: d\n"


_WRITER = """
import sys
from pathlib import Path
from bot.web.studio.shelf import Shelf
shelf = Shelf(Path(sys.argv[1]), Path(sys.argv[2]), writable=True)
print("ready", flush=True)
turn = 0
while True:
    turn += 1
    text = f"# {turn}\\n" * 20000
    shelf.replace("flows/tour.yaml", text, shelf.version("flows/tour.yaml"), "Ana")
"""


def test_killed_at_any_moment_it_leaves_no_half_file(tmp_path):
    for name in ("flows", "data"):
        (tmp_path / name).mkdir()
    shelf = Shelf(tmp_path, tmp_path / "history", writable=True)
    for attempt in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(tmp_path), str(tmp_path / "history")],
            cwd=Path(__file__).parents[3],
            stdout=subprocess.PIPE,
        )
        process.stdout.readline()
        time.sleep(0.02 + 0.017 * attempt)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        kept = [shelf.former(TOUR, each.id) for each in shelf.history(TOUR)]
        texts = [shelf.read(TOUR).text, *kept] if shelf.version(TOUR) else kept
        for text in texts:
            lines = text.splitlines()
            assert len(lines) == 20000
            assert len(set(lines)) == 1
