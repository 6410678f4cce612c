"""Files that look as if they counted, and do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.conversation.flows import Finding

if TYPE_CHECKING:
    from bot.check.draft import Draft


def check_files(draft: Draft) -> Iterator[Finding]:
    """Look for flows under a name that is not read."""
    for folder in ("flows", "data"):
        for path in (draft.folder / folder).glob("*"):
            if path.suffix != ".yaml" and path.suffix.lower() in {".yml", ".yaml"}:
                message = f"This file is not read. Call it {path.stem}.yaml."
                yield Finding(str(path), 1, 1, "E100", message)
