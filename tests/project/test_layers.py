import shutil
import subprocess
import sys
from pathlib import Path


def test_imports_point_one_way() -> None:
    """In a process of its own: the linter silences every logger that exists."""
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert command
    linted = subprocess.run([command, "--no-cache"], capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout
