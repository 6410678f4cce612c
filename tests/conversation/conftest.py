from __future__ import annotations

from pathlib import Path

import pytest
from small_world import Person, flows


@pytest.fixture
def person(tmp_path: Path) -> Person:
    """Somebody new, talking with the small flows."""
    return Person(flows(tmp_path))
